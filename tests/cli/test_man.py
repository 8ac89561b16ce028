"""`relupoly man`: pages of the manual, read by man itself where it is installed."""

import shutil
import subprocess

import click
import pytest
from command import assert_refused, run

from relupoly_cli.command_tree import context_of, every
from relupoly_cli.main import COMMANDS, cli
from relupoly_cli.manual import MARK, page, page_name


@pytest.fixture(scope="module")
def pages():
    """The pages by their names, with the contexts of their commands."""
    root = context_of(cli, "relupoly", None)
    return {page_name(context): (context, page(context, "1.2.3")) for context in every(root)}


def test_every_command_has_a_page(pages):
    assert {"relupoly", *(f"relupoly-{name}" for name in COMMANDS)} <= set(pages)
    assert {"relupoly-hard-verify", "relupoly-hard-sawtooth", "relupoly-represent-net"} <= set(pages)


def shown(text, tmp_path):
    """What man shows of a page, as one line of words, and its warnings."""
    if shutil.which("man") is None:
        pytest.skip("man is not installed")
    (tmp_path / "page.1").write_text(text)
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "MANWIDTH": "5000"}
    done = subprocess.run(["man", "--warnings", "-l", tmp_path / "page.1"], env=env, capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split()), done.stderr


@pytest.mark.parametrize(
    "name", ["relupoly", "relupoly-count-pieces", "relupoly-evaluate", "relupoly-hard", "relupoly-represent-net"]
)
def test_man_shows_all_that_help_says(name, pages, tmp_path):
    context, text = pages[name]
    seen, warnings = shown(text, tmp_path)
    assert warnings == ""
    for option in context.command.get_params(context):
        if isinstance(option, click.Option):
            names, told = option.get_help_record(context)
            assert f"{names} {' '.join(told.split())}" in seen
    for part in (context.command.help, context.command.epilog):
        for paragraph in part.replace("\b", "").split("\n\n"):
            words = " ".join(paragraph.split())
            # Headings become those of sections.
            assert (words.partition(": ")[2] if words.startswith(("Example", "Exit")) else words) in seen
    assert ("ENVIRONMENT" in seen) == any(isinstance(one, click.Option) and one.envvar for one in context.command.params)


def test_no_line_is_a_request_by_mistake(pages):
    known = {'.\\"', ".TH", ".SH", ".B", ".BR", ".PP", ".TP", ".nf", ".fi"}
    for _, text in pages.values():
        lines = text.split("\n")
        assert lines[0] == MARK
        assert {line.split()[0] for line in lines if line.startswith(".")} <= known
        assert not any(line.startswith("'") for line in lines)


def test_they_are_installed_by_one_command(tmp_path, pages):
    result = run("man", env={"XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/bin"})
    assert result.exit_code == 0
    assert sorted(file.stem for file in (tmp_path / "man" / "man1").iterdir()) == sorted(pages)
    assert (
        result.stdout
        == f"{len(pages)} pages are in {tmp_path / 'man' / 'man1'}; read them with: man -M {tmp_path / 'man'} relupoly\n"
    )


def test_in_the_home_folder(tmp_path):
    env = {"XDG_DATA_HOME": "", "HOME": str(tmp_path), "PATH": f"/usr/bin:{tmp_path}/.local/bin"}
    result = run("man", env=env)
    assert result.stdout.endswith("/.local/share/man/man1; read them with: man relupoly\n")
    assert (tmp_path / ".local/share/man/man1/relupoly-hard-sawtooth.1").read_text().startswith(MARK)


def test_pages_of_an_earlier_version_are_replaced_and_nothing_else(tmp_path):
    assert run("man", "--dir", tmp_path).exit_code == 0
    old = tmp_path / "relupoly.1"
    text = old.read_text()
    old.write_text(f"{MARK}\nold\n")
    assert run("man", "--dir", tmp_path).exit_code == 0
    assert old.read_text() == text
    (tmp_path / "relupoly-info.1").write_text("somebody else's\n")
    assert_refused(run("man", "--dir", tmp_path), "relupoly-info.1", "--force")
    assert (tmp_path / "relupoly-info.1").read_text() == "somebody else's\n"
    assert run("man", "--dir", tmp_path, "--force").exit_code == 0


def test_a_folder_without_a_name():
    result = run("man", "--dir", "")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--dir wants a folder" in result.stderr


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert_refused(run("man", "--dir", tmp_path / "file" / "man1"), "the folder cannot be made", "--dir")
