"""Lists of jobs: JSON lines, tables, TOML; what is wrong with one job names its place, and touches no other."""

import json

import pytest
from hypothesis import given, strategies

from relupoly.errors import FileFormatError, InputError
from relupoly_cli.batch.expansion import expanded
from relupoly_cli.batch.jobs import read_jobs
from relupoly_cli.batch.templates import Template


@pytest.fixture
def read(tmp_path):
    """Reads the jobs of a text in a file of a name: their words, or what is wrong with them."""

    def reading(text, name="jobs.jsonl", template=None):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        jobs = read_jobs(tmp_path / name, template=None if template is None else Template(template))
        assert [job.number for job in jobs] == list(range(1, len(jobs) + 1))
        return [job.error.removeprefix(f"{tmp_path}/") if job.error else list(job.words) for job in jobs]

    return reading


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ('{"argv": ["info", "a"]}', ["info", "a"]),
        ('{"argv": ["gap", "--width", 2]}', ["gap", "--width", "2"]),
        ('{"command": "info", "arguments": ["a", "b"]}', ["info", "a", "b"]),
        ('{"command": "represent net", "arguments": ["a"]}', ["represent", "net", "a"]),
        ('{"command": "info", "arguments": ["-a"]}', ["info", "--", "-a"]),
        ('{"command": "count-pieces", "options": {"box": ["-1", 0.10]}}', ["count-pieces", "--box", "-1", "0.10"]),
        ('{"command": "count-pieces", "options": {"domain": ["a", "b"]}}', ["count-pieces", "--domain", "a", "--domain", "b"]),
        ('{"command": "count-pieces", "options": {"check": true, "each": false, "limit": null}}', ["count-pieces", "--check"]),
        ('{"command": "count-pieces", "options": {"drop_last": true, "-j": 2}}', ["count-pieces", "--drop-last", "-j", "2"]),
        ('{"command": "count-pieces", "options": {"nothing": "a b"}}', ["count-pieces", "--nothing", "a b"]),
    ],
)
def test_json(read, job, words):
    assert read(f"{job}\n") == [words]


@pytest.mark.parametrize(
    ("job", "part"),
    [
        ("{", "column 2: not JSON"),
        ("[1]", "it is not an object"),
        ("{}", 'the key "command" is missing'),
        ('{"argv": "info a"}', '"argv" is no list of words'),
        ('{"argv": [null]}', "neither text nor number"),
        ('{"argv": [true]}', "neither text nor number"),
        ('{"argv": [["a"]]}', "neither text nor number"),
        ('{"argv": []}', "there is no command"),
        ('{"argv": ["info"], "command": "info"}', 'unknown key "command"'),
        ('{"command": "info", "option": {}}', 'did you mean "options"?'),
        ('{"command": ["info"]}', '"command" is no text'),
        ('{"command": "inf"}', 'no command "inf"; did you mean "info"?'),
        ('{"command": "info", "options": []}', '"options" is no object'),
        ('{"command": "info", "command": "info"}', 'the key "command" twice'),
        ('{"command": "count-pieces", "options": {"check": "yes"}}', '"check" is a flag'),
        ('{"command": "count-pieces", "options": {"box": {"a": 1}}}', "neither text nor number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"command": "batch"}', "a batch is no job of a batch"),
        ('{"argv": [NaN]}', "neither text nor number"),
    ],
)
def test_what_is_wrong_with_a_line(read, job, part):
    before, wrong, after = read(f'{{"argv": ["info"]}}\n{job}\n{{"argv": ["info"]}}\n')
    assert (before, after) == (["info"], ["info"])
    assert wrong.startswith(("jobs.jsonl, line 2: ", "jobs.jsonl, line 2, column "))
    assert part in wrong


def test_bytes_that_are_no_text_touch_no_other_line(read):
    before, wrong, after = read(b'{"argv": ["info"]}\n\xff\n{"argv": ["info"]}')
    assert (before, after) == (["info"], ["info"])
    assert wrong.startswith("jobs.jsonl, line 2: byte 1 ")


def test_lines_as_other_systems_write_them(read):
    assert read(b'\xef\xbb\xbf{"argv": ["info", "a"]}\r\n\r\n{"argv": ["info", "b"]}\r\n') == [["info", "a"], ["info", "b"]]


class TestTables:
    def test_an_entry_is_a_part_of_one_word(self, read):
        text = 'net,low,note\n"my net.json",-1,"a ""b"" --json"\nb.json,0,$(c)\n'
        assert read(text, "jobs.csv", "count-pieces {net} --box {low} 1 -o '{ note }.txt' {{net}}") == [
            ["count-pieces", "my net.json", "--box", "-1", "1", "-o", 'a "b" --json.txt', "{net}"],
            ["count-pieces", "b.json", "--box", "0", "1", "-o", "$(c).txt", "{net}"],
        ]

    @pytest.mark.parametrize(("name", "separator"), [("a.csv", ";"), ("a.tsv", "\t"), ("a.csv", ",")])
    def test_separators(self, read, name, separator):
        assert read(f"net{separator}n\na{separator}b\n", name, "info {net}") == [["info", "a"]]

    def test_a_line_of_another_length(self, read):
        rows = read('net,n\na,1\n"x\ny",2\nb\n\nc,3\n', "jobs.csv", "info {net}")
        assert rows == [
            ["info", "a"],
            ["info", "x\ny"],
            "jobs.csv, line 5: it has 1 entry, and the header has 2",
            ["info", "c"],
        ]

    def test_a_quotation_mark_that_is_left_open(self, read):
        with pytest.raises(FileFormatError, match="line 2: it is not CSV"):
            read('net\n"a\n', "jobs.csv", "info {net}")

    def test_a_column_twice(self, read):
        with pytest.raises(FileFormatError, match='two columns are called "net"'):
            read("net,net\na,b\n", "jobs.csv", "info {net}")

    @pytest.mark.parametrize("template", ["", "info {net", "info net}", "info 'a"])
    def test_templates_that_are_none(self, template):
        with pytest.raises(FileFormatError, match="--template"):
            Template(template)

    @given(
        strategies.lists(strategies.text(strategies.characters(exclude_characters="\0"), max_size=5), min_size=2, max_size=2)
    )
    def test_whatever_an_entry_holds(self, row):
        words = Template("info {a} x{b}y{a}").filled(["a", "b"], row)
        a, b = (entry.strip() for entry in row)
        assert words == ["info", a, f"x{b}y{a}"]


class TestToml:
    def test_jobs(self, read):
        text = '[[job]]\nargv = ["info", "a"]\n[[job]]\ncommand = "count-pieces"\narguments = ["b"]\n'
        text += 'options = {limit = 3, box = ["0", 1.50]}\n'
        assert read(text, "jobs.toml") == [["info", "a"], ["count-pieces", "--limit", "3", "--box", "0", "1.50", "b"]]

    def test_a_job_that_is_none(self, read):
        wrong, right = read('[[job]]\nargvs = []\n[[job]]\nargv = ["info"]\n', "jobs.toml")
        assert (wrong.startswith("jobs.toml, job 1: "), right) == (True, ["info"])

    @pytest.mark.parametrize("text", ["[[job]", "jobs = 1", '[job]\nargv = ["info"]', "job = 3"])
    def test_what_is_no_list(self, read, text):
        with pytest.raises(FileFormatError, match=r"jobs\.toml: "):
            read(text, "jobs.toml")

    def test_dates(self, read):
        [wrong] = read("[[job]]\nargv = [2020-01-01]\n", "jobs.toml")
        assert "neither text nor number" in wrong


class TestExpansion:
    @pytest.fixture(autouse=True)
    def here(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name in ("nets/b.json", "nets/a.json", "nets/c.onnx", "nets/notes.txt", "data/p.csv", "data/q.csv", "[x].json"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text('{"format": "relupoly-network"}')
        (tmp_path / "nets" / "manifest.json").write_text('{"files": []}')

    @pytest.mark.parametrize(
        ("words", "jobs"),
        [
            (
                "count-pieces nets/[ab].json --box -1 1",
                ["count-pieces nets/a.json --box -1 1", "count-pieces nets/b.json --box -1 1"],
            ),
            ("info nets", ["info nets/a.json", "info nets/b.json", "info nets/c.onnx"]),
            ("info nets/b.json nets/a*", ["info nets/b.json", "info nets/a.json"]),
            ("count-pieces nets/b.json nets/a*", ["count-pieces nets/b.json", "count-pieces nets/a.json"]),
            ("info -q nets/b.json x.json --json", ["info -q nets/b.json --json", "info -q x.json --json"]),
            ("equal nets/[ab].json r.json", ["equal nets/a.json r.json", "equal nets/b.json r.json"]),
            (
                "evaluate nets/?.json data/*.csv",
                [f"evaluate nets/{net}.json data/{points}.csv" for net in "ab" for points in "pq"],
            ),
            ("evaluate nets/a.json data", [f"evaluate nets/a.json data/{points}.csv" for points in "pq"]),
            ("zonotope data", ["zonotope data/p.csv", "zonotope data/q.csv"]),
            ("check proof.jsonl.gz data", ["check proof.jsonl.gz data/p.csv", "check proof.jsonl.gz data/q.csv"]),
            ("train data -w 2", ["train data/p.csv -w 2", "train data/q.csv -w 2"]),
            ("convert nets/*.onnx out/{stem}.json", ["convert nets/c.onnx out/c.json"]),
            ("represent net nets/a.json -o {name}.out", ["represent net nets/a.json -o a.json.out"]),
            ("merge *.part", ["merge *.part"]),
            ("hard verify nets", ["hard verify nets"]),
            ("hard sawtooth --width 2 --depth 1", ["hard sawtooth --width 2 --depth 1"]),
            ("zonotope --family cube --n 2", ["zonotope --family cube --n 2"]),
            ("info [x].json", ["info [x].json"]),
            ("count-pieces - --domain *.json", ["count-pieces - --domain *.json"]),
        ],
    )
    def test_jobs(self, words, jobs):
        found = expanded(words.split())
        assert [" ".join(job.words) for job in found] == jobs
        assert [job.number for job in found] == list(range(1, len(jobs) + 1))

    def test_what_is_no_network_in_a_folder_is_passed_over_and_told(self):
        told = []
        [*_, last] = expanded(["convert", "nets", "out/{stem}.npz"], told.append)
        assert (last.number, last.words) == (3, ("convert", "nets/c.onnx", "out/c.npz"))
        assert [found.passed_over for found in told] == [("nets/manifest.json",)]

    @pytest.mark.parametrize("words", ["info no*.json", "info data", "batch nets", "train nets/*.csv", "nothing nets"])
    def test_refusals(self, words):
        with pytest.raises(InputError) as found:
            expanded(words.split())
        assert "\n" not in str(found.value)


@given(strategies.lists(strategies.text(), max_size=3))
def test_json_lines_hold_any_words(tmp_path_factory, words):
    file = tmp_path_factory.mktemp("jobs") / "jobs.jsonl"
    file.write_text(json.dumps({"argv": ["info", *words]}))
    assert [job.words for job in read_jobs(file)] == [("info", *words)]
