"""`relupoly plot` at the command line: files of all formats, the same bytes each time, and what is refused."""

import sys

import click
import pytest
from command import run, start

from relupoly import Network

pytest.importorskip("matplotlib", reason="pictures need matplotlib")

BENT = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1], [1, 1]], [0, -1]), ([[1, 2], [3, -1]], None)])
BEGINS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with nets, on a machine without a display."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    BENT.save("net.json")
    Network.from_rows([([[1], [1]], [0, -1]), ([[1, -2]], None)]).save("line.json")
    Network.from_rows([([[1, 0, 0], [0, 1, 1]], None), ([[1, 1]], None)]).save("space.json")
    return tmp_path


@pytest.mark.parametrize("form", sorted(BEGINS))
def test_the_same_bytes_each_time(folder, form):
    for name in ("one", "two"):
        result = run("plot", "net.json", "--box", "-1", "1", "--boundary", "-o", f"{name}.{form}")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    data = (folder / f"one.{form}").read_bytes()
    assert data.startswith(BEGINS[form])
    assert data == (folder / f"two.{form}").read_bytes()


def test_a_picture_to_stdout():
    result = run("plot", "net.json", "--box", "-1", "1", "-o", "-")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(BEGINS["png"])
    result = run("plot", "net.json", "--box", "-1", "1", "-o", "-", "--as", "svg")
    assert result.stdout_bytes.startswith(BEGINS["svg"])


def test_without_a_display_there_is_a_file(folder):
    result = run("plot", "line.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "there is no display: the picture is in plot.png\n"
    assert (folder / "plot.png").read_bytes().startswith(BEGINS["png"])
    again = run("plot", "line.json")
    assert again.stderr == "there is no display: the picture is in plot-2.png\n"
    assert (folder / "plot-2.png").read_bytes() == (folder / "plot.png").read_bytes()
    (folder / "plot.png").write_text("mine")
    assert run("plot", "line.json", "--force").stderr == "there is no display: the picture is in plot.png\n"
    assert (folder / "plot.png").read_bytes() == (folder / "plot-2.png").read_bytes()
    assert not (folder / "plot-3.png").exists()


def test_a_display_that_does_not_work_is_none(monkeypatch):
    from relupoly_cli.arguments.picture_options import PictureOptions
    from relupoly_cli.output import pictures

    monkeypatch.setenv("DISPLAY", ":12345")
    monkeypatch.setattr("sys.stdin", Terminal())
    assert pictures._has_display()
    assert pictures._figure_in_window(PictureOptions()) is None


def test_nobody_waits_for_a_window_to_be_closed_without_a_terminal(folder, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":12345")
    _, stderr = start("plot", "line.json", cwd=folder).communicate(timeout=100)
    assert "the picture is in plot.png" in stderr


class Terminal:
    def isatty(self):
        return True


def test_a_net_is_what_is_drawn_by_default(folder):
    assert run("plot", "line.json", "-o", "a.svg").exit_code == 0
    assert run("plot", "net", "line.json", "-o", "b.svg").exit_code == 0
    assert (folder / "a.svg").read_bytes() == (folder / "b.svg").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        ["line.json", "--level", "1/2"],
        ["net.json", "--color", "value", "--output-number", "2", "--layers", "1"],
        ["net.json", "--cells", "--color", "pattern", "--dark", "--size", "3x2", "--dpi", "50"],
        ["net.json", "--ties", "1,2", "--no-legend", "--title", "$x <b>"],
        ["space.json"],
        ["space.json", "--slice", "x2=1/3"],
        ["space.json", "--slice", "1=0,2=0"],
        ["space.json", "--box", "-1", "1", "--level", "1/2"],
    ],
)
def test_ways_to_draw(folder, options):
    result = run("plot", *options, "-o", "a.png")
    assert (result.exit_code, result.stderr) == (0, "")


def test_size_and_resolution(folder):
    from matplotlib import image

    assert run("plot", "net.json", "-o", "a.png", "--size", "4,3", "--dpi", "100").exit_code == 0
    assert image.imread(folder / "a.png").shape[:2] == (300, 400)


def test_titles_are_text(folder):
    """Neither formulas nor marks: what stands in names is shown as it is."""
    (folder / "net.json").rename(folder / "$a_1$<b>.json")
    assert run("plot", "$a_1$<b>.json", "-o", "a.svg").exit_code == 0
    assert "<!-- $a_1$&lt;b&gt;.json" in (folder / "a.svg").read_text().replace("<!-- \n", "<!-- ")


def test_long_titles_are_wrapped(folder):
    """Letters of SVG are shapes; the text itself stands in a comment, line by line."""
    long = "a long title " * 20
    assert run("plot", "net.json", "-o", "a.svg", "--title", long.strip(), "--size", "4,4").exit_code == 0
    told = [line for line in (folder / "a.svg").read_text().splitlines() if "a long title" in line]
    assert len(told) >= 5
    assert all(len(line) < 50 for line in told)


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["net.json", "-o", "a.gif"], 3, "its suffix names no picture; use .png, .svg, .pdf or .html"),
        (["bounsd"], 2, 'did you mean "plot bounds"?'),
        (["net.json", "-o", "no/a.png"], 3, "no/a.png"),
        (["net.json", "-o", "net.json", "--as", "png", "--force"], 3, "same file as NET"),
        (["net.json", "--size", "7"], 2, "such as 7,5"),
        (["net.json", "--size", "nan,5"], 2, "such as 7,5"),
        (["net.json", "--size", "90,90", "--dpi", "2400", "-o", "a.png"], 2, "pixels"),
        (["net.json", "--color", "red"], 2, "gradient"),
        (["net.json", "--cells", "--notion", "open"], 2, "leave one of them out"),
        (["net.json", "--level", "0", "--boundary"], 2, "exclude each other"),
        (["net.json", "--ties", "1,1"], 2, "such as 1,2"),
        (["net.json", "--ties", "1,3"], 3, "2 outputs"),
        (["net.json", "--layers", "2-1"], 2, "such as 1,2 or 1-3"),
        (["net.json", "--layers", "3"], 3, "no hidden layer 3"),
        (["net.json", "--slice", "3"], 2, "such as 3=0.5"),
        (["net.json", "--slice", "3=0"], 3, "no coordinate 3"),
        (["net.json", "--label", "a"], 2, "give a file of data"),
        (["net.json", "--data", "none.csv"], 3, "none.csv"),
        (["line.json", "--color", "value"], 3, "leave the colour out"),
        (["nothing.json"], 3, "nothing.json"),
        (["net.json", "--deadline", "0", "-o", "a.png"], 4, "deadline"),
    ],
)
def test_what_is_refused(folder, options, code, told):
    result = run("plot", *options)
    assert result.exit_code == code, result.stderr
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == (4 if code == 2 else 1)
    assert not list(folder.glob("*.png"))


def test_data_that_do_not_fit(folder):
    (folder / "a.csv").write_text("1,2,3,4\n")
    result = run("plot", "net.json", "--data", "a.csv")
    assert result.exit_code == 3
    assert "4 columns are left for coordinates, and the picture has 2; name them by --inputs" in result.stderr


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run("plot", "net.json")
    assert result.exit_code == 3
    assert result.stderr == "Error: pictures need the package matplotlib: pip install relupoly[plot]\n"


def test_no_picture_goes_to_a_terminal(monkeypatch):
    from relupoly_cli.arguments.picture_options import PictureOptions
    from relupoly_cli.output.pictures import check_picture

    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(click.UsageError, match="send it to a file or a program"):
        check_picture(PictureOptions(output_file="-"))


def test_help_lists_the_kinds():
    assert "net " in run("plot", "--help").stdout
    assert "net " in run("plot").output
