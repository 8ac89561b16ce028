"""`relupoly gap`."""

import csv
import io
import json

import pytest
from command import assert_refused, run

TEXT = """\
Depth separation: the sawtooth of width w with k hidden layers has size w k; with k' hidden layers it needs size
  paper     (k'/2) w^(k/k') - 1 or more (Arora et al. 2018, Theorem 3.1), decimals rounded down
  sharp     least size with which a net can have as many pieces on R

  w  k  size  pieces  k'    paper  sharp
  2  4     8      18   1        7     17
  2  4     8      18   2        3      7
  2  4     8      18   3  2.77976      5
  3  4    12      82   1     39.5     81
  3  4    12      82   2        8     17
  3  4    12      82   3  5.49012     11
"""

LATEX = r"""\begin{tabular}{rrrrrrr}
\hline
$w$ & $k$ & size $wk$ & pieces & $k'$ & $\frac{1}{2} k' w^{k/k'} - 1$ & sharp \\
\hline
3 & 9 & 27 & 19684 & 3 & 39.5 & 79 \\
20 & 400 & 8000 & $2.58 \cdot 10^{520}$ & 20 & $1.04 \cdot 10^{27}$ & $2.09 \cdot 10^{27}$ \\
\hline
\end{tabular}
"""


def rows(*arguments):
    result = run("gap", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["rows"]


def test_text():
    result = run("gap", "--width", "2,3", "--depth", "4")
    assert (result.exit_code, result.output) == (0, TEXT)


def test_document():
    assert rows("--width", 3, "--depth", 9, "--at", "3,4")[0] == {
        "width": 3,
        "depth": 9,
        "size": 27,
        "pieces": 19684,
        "smaller_depth": 3,
        "paper_lower": 39.5,
        "paper_exact": "79/2",
        "paper_formula": "3/2 * 3^(9/3) - 1",
        "sharp_lower": 79,
    }
    irrational = rows("--width", 3, "--depth", 9, "--at", 4)[0]
    assert irrational["paper_exact"] is None
    assert irrational["paper_lower"] <= 2 * 3 ** (9 / 4) - 1 < irrational["paper_lower"] + 1e-12


def test_the_corollaries():
    assert rows("--square", 3) == rows("--width", 3, "--depth", 9, "--at", 3) == rows("--power", 3, "--exponent", 1)
    [row] = rows("--power", 4, "--exponent", "1/2")
    assert (row["width"], row["depth"], row["smaller_depth"], row["paper_lower"]) == (4, 8, 4, 31)
    assert [row["depth"] for row in rows("--square", "2..4")] == [4, 9, 16]


def test_the_l1_version():
    [row] = rows("--width", 3, "--depth", 9, "--at", 3, "--delta", "0.125")
    assert row["l1_paper"] == pytest.approx(25.5134, abs=1e-4)
    assert (row["l1_exact"], row["l1_sharp"]) == (None, 49)
    assert row["l1_formula"] == "3/2 * (3^9 * (1 - 4*1/8) / 2)^(1/3)"
    assert "L1 paper  more than this for an L1 error of at most 1/8" in run("gap", "--square", 2, "--delta", "1/8").output


def test_latex():
    assert run("gap", "--square", "3,20", "--latex").output == LATEX


def test_csv():
    table = list(csv.DictReader(io.StringIO(run("gap", "--width", 3, "--depth", 4, "--csv").output)))
    assert [row["paper_lower"] for row in table] == ["79/2", "8", "5.49012306638333"]
    assert [int(row["sharp_lower"]) for row in table] == [81, 17, 11]


def test_a_line_of_json():
    [line] = run("gap", "--square", 2, "--jsonl").output.splitlines()
    assert json.loads(line)["rows"][0]["sharp_lower"] == 7


def test_astronomic_numbers():
    [row] = rows("--width", 2, "--depth", 10_000, "--at", 30)
    assert row["pieces"] == str(2**10_000 + 2)
    assert row["paper_lower"].endswith("e101")
    assert row["paper_exact"] is None


def test_output_file(tmp_path):
    target = tmp_path / "gap.csv"
    assert run("gap", "--square", 2, "--csv", "--output", target).exit_code == 0
    assert target.read_text().startswith("width,depth,size,")
    assert_refused(run("gap", "--square", 2, "--csv", "--output", target), "the file exists")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "give --width and --depth, or --square, or --power and --exponent"),
        ("--width 2", "give --width and --depth"),
        ("--width 2 --depth 3 --square 4", "give --width and --depth, or"),
        ("--width 1 --depth 3", "--width is 1; give 2 or more"),
        ("--width 2 --depth 1", "--depth is 1; give 2 or more hidden layers"),
        ("--width 2..1 --depth 3", "'2..1' is no number or range"),
        ("--width x --depth 3", "'x' is no number or range"),
        ("--width 1..99999999 --depth 3", "more than 20000 numbers"),
        ("--width 2..3000 --depth 20", "the table would have 56981 rows"),
        ("--width 10000 --depth 10000", "rows of numbers with 40000 digits; give fewer with --at"),
        ("--square 100000", "has more than 100000 digits"),
        ("--width 2 --depth 4 --at 5", "--at 5 is no smaller depth for --depth 4; give 1 to 3"),
        ("--square 2 --at 1", "--at goes with --width and --depth"),
        ("--square 2 --delta 1/4", "--delta is 1/4; give a number between 0 and 1/4"),
        ("--square 2 --delta x", '--delta: "x" is not a number'),
        ("--power 2", "--power and --exponent belong together"),
        ("--power 3 --exponent 1/2", "3^(1 + 1/2) is no whole number of layers"),
        ("--power 3 --exponent -1", "--exponent is -1; give a positive rational"),
        ("--square 2 --csv --json", "exclude each other"),
    ],
)
def test_usage(arguments, message):
    result = run("gap", *arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
