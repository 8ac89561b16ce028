"""Defaults from a config file and from variables: which goes first, what is refused, and who is blamed."""

import json
import os
import stat
from pathlib import Path

import pytest
from command import assert_refused, count, run

from relupoly.errors import FileFormatError
from relupoly_cli.command_tree import context_of, every
from relupoly_cli.config import ConfigError, read_config
from relupoly_cli.main import cli


@pytest.fixture
def folder(nets, tmp_path, monkeypatch):
    """A folder of ours, with a net, in a repository, so that nothing above it is looked at."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "net.json").write_bytes((nets / "identity.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(folder, text, name="relupoly.toml"):
    (folder / name).write_text(text)


def answer(*arguments, **options):
    result = count(*arguments, "--json", **options)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


class TestPrecedence:
    TEXT = 'notion = "closed"\n[count-pieces]\nnotion = "activation"\n'

    def test_section_before_top_before_default(self, folder):
        assert answer("net.json")["notion"] == "open"
        config(folder, 'notion = "closed"\n')
        assert answer("net.json")["notion"] == "closed"
        config(folder, self.TEXT)
        assert answer("net.json")["notion"] == "activation"

    def test_variables_before_the_file_and_the_command_line_before_all(self, folder):
        config(folder, self.TEXT)
        env = {"RELUPOLY_COUNT_PIECES_NOTION": "strict"}
        assert answer("net.json", env=env)["notion"] == "strict"
        assert answer("net.json", "--notion", "affine", env=env)["notion"] == "affine"

    def test_a_family_before_its_group(self, folder):
        config(folder, "width = 2\ndepth = 1\n[hard]\nwidth = 3\n[hard.sawtooth]\ndepth = 2\n")
        metadata = json.loads(run("hard", "sawtooth").stdout)["metadata"]
        assert (metadata["parameters"]["width"], metadata["parameters"]["depth"]) == (3, 2)

    def test_the_program_has_options_too(self, folder):
        config(folder, 'max-size = "10"\n')
        assert_refused(count("net.json"), "net.json", "10 bytes")


class TestPlaces:
    def test_pyproject(self, folder):
        config(folder, '[tool.relupoly.count-pieces]\nnotion = "affine"\n', "pyproject.toml")
        assert answer("net.json")["notion"] == "affine"
        config(folder, '[project]\nname = "relupoly"\n# tool.relupoly\n', "pyproject.toml")
        assert answer("net.json")["notion"] == "open"

    def test_our_own_file_before_the_project(self, folder):
        config(folder, '[tool.relupoly]\nnotion = "affine"\n', "pyproject.toml")
        config(folder, 'notion = "closed"\n')
        assert answer("net.json")["notion"] == "closed"

    def test_folders_above_up_to_a_repository(self, folder, monkeypatch):
        config(folder, 'notion = "closed"\n')
        below = folder / "a" / "b"
        below.mkdir(parents=True)
        monkeypatch.chdir(below)
        assert answer("../../net.json")["notion"] == "closed"
        (folder / "a" / ".git").mkdir()
        assert answer("../../net.json")["notion"] == "open"

    @pytest.mark.parametrize("by", ["option", "variable"])
    def test_one_that_is_given(self, folder, by, tmp_path_factory):
        config(folder, 'notion = "closed"\n')
        other = tmp_path_factory.mktemp("other") / "mine.toml"
        other.write_text('notion = "affine"\n')
        if by == "option":
            assert json.loads(run("--config", other, "count-pieces", "net.json", "--json").stdout)["notion"] == "affine"
        else:
            assert answer("net.json", env={"RELUPOLY_CONFIG": str(other)})["notion"] == "affine"

    def test_files_are_meant_from_its_folder(self, folder, monkeypatch):
        (folder / "dom.json").write_text('{"A": [[1]], "b": [-1]}')
        config(folder, '[count-pieces]\ndomain = ["dom.json"]\n')
        below = folder / "below"
        below.mkdir()
        monkeypatch.chdir(below)
        assert answer("../net.json")["domain"] == "polyhedron of dom.json"

    @pytest.mark.skipif(os.name != "posix", reason="no modes here")
    def test_one_that_others_can_write_is_passed_over(self, folder):
        config(folder, 'notion = "closed"\n')
        (folder / "relupoly.toml").chmod(0o666)
        result = count("net.json", "--json")
        assert json.loads(result.stdout)["notion"] == "open"
        assert result.stderr == (
            "Warning: relupoly.toml is passed over, since others can write it; name it with --config to use it\n"
        )
        assert json.loads(run("--config", "relupoly.toml", "count-pieces", "net.json", "--json").stdout)["notion"] == "closed"

    def test_another_users_is_passed_over(self, folder, monkeypatch):
        config(folder, 'notion = "closed"\n')
        monkeypatch.setattr("relupoly_cli.config._SUPERUSER", -1)
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        assert read_config(None).passed_over == ("relupoly.toml",)

    def test_our_own_behind_a_link_of_another_user_is_passed_over(self, folder, monkeypatch):
        """Else whoever can write a folder above ours could choose among our files."""
        config(folder, 'notion = "closed"\n', "mine.toml")
        (folder / "relupoly.toml").symlink_to("mine.toml")
        assert read_config(None).table == {"notion": "closed"}
        lstat = Path.lstat

        def by_another(path):
            status = list(lstat(path))
            if path.name == "relupoly.toml":
                status[stat.ST_UID] += 12345
            return os.stat_result(status)

        monkeypatch.setattr(Path, "lstat", by_another)
        assert read_config(None).passed_over == ("relupoly.toml",)

    def test_what_is_read_is_what_was_looked_at(self, folder, monkeypatch):
        config(folder, 'notion = "closed"\n')
        config(folder, 'notion = "affine"\n', "theirs.toml")

        def exchanged():
            if (folder / "theirs.toml").exists():
                (folder / "theirs.toml").replace(folder / "relupoly.toml")
            return os.getuid()

        monkeypatch.setattr(os, "geteuid", exchanged)
        with pytest.raises(FileFormatError, match=r"relupoly\.toml: another file took its place while it was looked at"):
            read_config(None)


class TestValues:
    @pytest.mark.parametrize(
        ("line", "key", "expected"),
        [
            ("box = [-1, 0.1]", "domain", "box -1 0.1"),
            ('box = "-1 1/3"', "domain", "box -1 1/3"),
            ('box = ["-1", 1e-3]', "domain", "box -1 0.001"),
            ("check = true", "check", {"complete": True, "counts": {"open": 1}, "agrees": True}),
            ("each = false", "pieces", 1),
            ("jobs = 2", "pieces", 1),
        ],
    )
    def test_of_every_kind(self, folder, line, key, expected):
        config(folder, f"[count-pieces]\n{line}\n")
        found = answer("net.json")
        assert key in found, list(found)
        assert found[key] == expected

    def test_lists_become_what_the_command_line_has(self, folder):
        config(folder, '[bounds]\nwidths = [2, 16, 16]\n[evaluate]\nshow = ["value", "float"]\nat = ["1", "2"]\n')
        assert json.loads(run("bounds", "--json").stdout)["widths"] == [16, 16]
        assert len(json.loads(run("evaluate", "net.json", "--json").stdout)["rows"]) == 2

    def test_switches_with_two_names(self, folder):
        config(folder, "[represent.univariate]\noutput-bias = false\nslopes = 1\n")
        assert json.loads(run("represent", "univariate", "--output", "f.json", "--json").stdout)["output_bias"] is False

    def test_what_is_required_may_stand_there(self, folder):
        (folder / "d.csv").write_text("0,1\n1,2\n")
        config(folder, "[train]\nwidth = 1\n")
        assert json.loads(run("train", "d.csv", "--json").stdout)["width"] == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ('[count-pieces]\nnotoin = "open"\n', ["relupoly.toml: [count-pieces] notoin", "did you mean notion?"]),
            ('notoin = "open"\n', ["relupoly.toml: notoin: there is no such option", "did you mean notion?"]),
            ("[cuont-pieces]\nlimit = 1\n", ["relupoly.toml: [cuont-pieces]", "did you mean count-pieces?"]),
            ('[count-pieces]\nnotion = "round"\n', ["relupoly.toml: [count-pieces] notion: 'round' is not one of"]),
            ("limit = -1\n", ["relupoly.toml: limit: -1"]),
            ("json = 1\n", ["relupoly.toml: json: write true or false"]),
            ("limit = true\n", ["relupoly.toml: limit: write a text, a number, or a list"]),
            ("limit = 2020-01-01\n", ["relupoly.toml: limit: write a text"]),
            ("domain = []\n", ["relupoly.toml: domain: write a text"]),
            ("count-pieces = 1\n", ["relupoly.toml: count-pieces", "write a section [count-pieces]"]),
            ("version = true\n", ["relupoly.toml: version: there is no such option"]),
            ("[count-pieces.x]\ny = 1\n", ["relupoly.toml: [count-pieces] x: there is no such command here"]),
            ("box = [1, 2, 3]\n", ["relupoly.toml: box: "]),
        ],
    )
    def test_keys_and_values(self, folder, text, parts):
        config(folder, text)
        assert_refused(count("net.json"), *parts, exit_code=2)

    @pytest.mark.parametrize(
        "line", ['output = "x"', "force = true", 'checkpoint = "x"', 'scheduler = "tcp://a:1"', 'log = "x"', 'config = "y"']
    )
    def test_what_writes_or_reaches_out(self, folder, line):
        config(folder, f"[count-pieces]\n{line}\n" if not line.startswith("config") else f"{line}\n")
        before = sorted(folder.iterdir())
        result = count("net.json")
        assert_refused(result, f"{line.split()[0]}: ", exit_code=2)
        assert sorted(folder.iterdir()) == before

    def test_no_command_lines_for_batch(self, folder):
        config(folder, '[batch]\ntemplate = "convert {a} {b} --force"\n')
        assert_refused(run("batch", "info", "net.json"), "[batch] template: ", exit_code=2)

    def test_no_option_that_writes_can_be_set(self, folder):
        """Each option whose help begins with what is written; --grid and --vary write to --out-dir, which is among them."""
        refused = set()
        for context in every(context_of(cli, "relupoly", None)):
            for option in context.command.params:
                help = getattr(option, "help", None) or ""
                if not help.startswith(("Write ", "Overwrite ", "Append ", "Keep ", "Let --", "Where ")):
                    continue
                key = max(option.opts, key=len)[2:]
                if key not in ("grid", "vary", "round", "expand", "keep-all"):
                    with pytest.raises(ConfigError, match=f"{key}: it lets something be written"):
                        read_config(os.devnull).value(option, key, "x", "")
                    refused.add(key)
        assert refused == {
            *("output", "force", "yes", "net", "out-dir", "checkpoint", "certificate", "compress", "log", "dir", "results"),
            *("graph", "html", "ine", "ext", "obj", "ply", "stl", "vtu"),
        }

    @pytest.mark.parametrize(
        ("data", "part"), [(b"a = = 1\n", "line 1"), (b"\xff\n", "it is no TOML"), (b"a = 1\na = 2\n", "it is no TOML")]
    )
    def test_what_is_no_toml(self, folder, data, part):
        (folder / "relupoly.toml").write_bytes(data)
        assert_refused(count("net.json"), "relupoly.toml", part)

    def test_what_is_too_long_to_be_one(self, folder):
        config(folder, "# " + 10**6 * "long" + "\n")
        assert_refused(count("net.json"), "relupoly.toml: it is longer than 1000000 bytes; a config file is short")

    def test_standard_input_is_none(self, folder):
        assert_refused(run("--config", "-", "count-pieces", "net.json", stdin="limit = 1\n"), "a config file has a name")

    def test_a_folder_of_that_name_is_none(self, folder):
        (folder / "relupoly.toml").mkdir()
        config(folder, '[tool.relupoly]\nnotion = "affine"\n', "pyproject.toml")
        assert answer("net.json")["notion"] == "affine"

    def test_a_file_that_is_not_there(self, folder):
        assert_refused(run("--config", "nope.toml", "info", "net.json"), "nope.toml", "no such file")

    def test_help_is_there_whatever_it_says(self, folder):
        config(folder, "a = = 1\n")
        for arguments in (["--help"], ["count-pieces", "--help"], ["help", "hard"], ["--version"]):
            assert run(*arguments).exit_code == 0


class TestBlame:
    def test_a_wrong_value_in_a_variable(self, folder):
        result = count("net.json", env={"RELUPOLY_COUNT_PIECES_NOTION": "round"})
        assert_refused(result, "RELUPOLY_COUNT_PIECES_NOTION: 'round' is not one of 'open'", exit_code=2)

    def test_a_wrong_value_of_the_program(self, folder):
        assert_refused(
            count("net.json", env={"RELUPOLY_MAX_SIZE": "much"}), "RELUPOLY_MAX_SIZE: 'much' is no size", exit_code=2
        )

    def test_what_only_the_command_finds_wrong(self, folder):
        result = count("net.json", env={"RELUPOLY_COUNT_PIECES_BOX": "a 1"})
        assert_refused(result, '"a" is not a number', "(--box comes from RELUPOLY_COUNT_PIECES_BOX)")

    def test_options_that_exclude_each_other(self, folder):
        result = count("net.json", "--json", env={"RELUPOLY_COUNT_PIECES_JSONL": "1"})
        assert result.stderr.endswith(
            "--json and --jsonl exclude each other (--jsonl comes from RELUPOLY_COUNT_PIECES_JSONL)\n"
        )

    def test_a_file_that_is_not_there(self, folder):
        config(folder, 'domain = "nope.json"\n')
        assert_refused(count("net.json"), "nope.json: there is no such file", "(--domain comes from relupoly.toml: domain)")

    def test_the_command_line_itself(self, folder):
        assert "comes from" not in count("net.json", "--box", "a", "1").stderr
        assert "Usage:" in count("net.json", "--notion", "round").stderr

    def test_verbose_says_where_defaults_come_from(self, folder):
        config(folder, "limit = 5\n")
        result = count("net.json", "-v", env={"RELUPOLY_COUNT_PIECES_NOTION": "closed"})
        assert "--limit comes from relupoly.toml: limit\n" in result.stderr
        assert "--notion comes from RELUPOLY_COUNT_PIECES_NOTION\n" in result.stderr
