"""`relupoly analyze --only distribution`: what it tells to people and to programs, and what it refuses."""

import json
from fractions import Fraction

import pytest
from command import run, save

ABSOLUTE = [([[1], [-1]], None), ([[1, 1]], None)]
# max(x, 0) + max(y, 0), and x - y
TWO = [([[1, 0], [0, 1], [-1, 0], [0, -1]], None), ([[1, 1, 0, 0], [1, -1, -1, 1]], None)]
WIDE = [([[1] * 30, [-1] * 30], None), ([[1, 1]], None)]
ONLY = ("--only", "distribution")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "abs.json", *ABSOLUTE)
    save(tmp_path / "two.json", *TWO)
    save(tmp_path / "wide.json", *WIDE)
    return tmp_path


def document(*arguments, exit_code=0):
    result = run("analyze", *arguments, *ONLY, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_the_text(here):
    text = run("analyze", "abs.json", "--box", "-1", "2", *ONLY, "--at-values", "-1,1/2, 3", "--quantiles", "0.5,1").stdout
    assert text.splitlines()[:-1] == [
        "abs.json on box -1 2: 2 cells",
        "  distribution of y: from 0 to 2, 3 breakpoints, no atoms",
        "    P(y <= -1)  0",
        "    P(y <= 1/2)  1/3",
        "    P(y <= 3)  1",
        "    quantile 1/2  3/4",
        "    quantile 1  2",
    ]


def test_the_text_of_several_outputs(here):
    arguments = ("--at-values", "0", "--quantiles", "3/8")
    text = run("analyze", "two.json", "--box", "-1", "1", *ONLY, *arguments).stdout
    assert text.splitlines()[1:-1] == [
        "  distribution of y1: from 0 to 2, 3 breakpoints, 1 atom: 0 (1/4)",
        "    P(y1 <= 0)  1/4",
        "    quantile 3/8  about 0.236068",  # the positive zero of c^2 + 4 c - 1, which is sqrt(5) - 2
        "  distribution of y2: from -2 to 2, 3 breakpoints, no atoms",
        "    P(y2 <= 0)  1/2",
        "    quantile 3/8  about -0.267949",  # sqrt(3) - 2
    ]


def test_the_document(here):
    found = document("abs.json", "--box", "-1", "2", "--at-values", "1/2", "--quantiles", "0.9")
    assert found["asked"] == ["distribution"]
    assert found["distribution"] == [
        {
            "volume": "3",
            "mean": "5/6",
            "breakpoints": [
                {"value": "0", "jump": ["0", "2"]},
                {"value": "1", "jump": ["0", "-1"]},
                {"value": "2", "jump": ["0", "-1"]},
            ],
            "atoms": [],
            "at_values": [{"value": "1/2", "probability": "1/3", "below": "1/3", "float": 0.3333333333333333}],
            "quantiles": [{"share": "9/10", "lower": "17/10", "upper": "17/10", "float": 1.7}],
        }
    ]


def test_breakpoints_and_jumps_say_all(here):
    (found,) = document("two.json", "--box", "-1", "1", "--objective", "1,0", "--at-values", "0,1/3,5/4")["distribution"]
    assert found["atoms"] == [{"value": "0", "probability": "1/4"}]
    for told in found["at_values"]:
        c, total = Fraction(told["value"]), Fraction(0)
        for point in found["breakpoints"]:
            if (rest := c - Fraction(point["value"])) >= 0:
                total += sum(Fraction(entry) * rest**power for power, entry in enumerate(point["jump"]))
        assert Fraction(told["probability"]) == total / Fraction(found["volume"])
    assert [told["below"] for told in found["at_values"][:1]] == ["0"]


def test_quantiles_without_a_rational_are_enclosed(here):
    (found,) = document("two.json", "--box", "0", "1", "--objective", "1,0", "--quantiles", "1/4")["distribution"]
    (told,) = found["quantiles"]
    lower, upper = Fraction(told["lower"]), Fraction(told["upper"])
    assert lower**2 < Fraction(1, 2) < upper**2
    assert upper - lower <= 2 * Fraction(1, 2**53)
    assert told["float"] == pytest.approx(0.5**0.5, rel=1e-15)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["abs.json", *ONLY], "unbounded, so no input is uniform on it; give a box"),
        (["wide.json", "--box", "0", "1", *ONLY], "a distribution needs the vertices of cells"),
        (["abs.json", "--box", "0", "1", *ONLY, "--at-values", "0,x"], "--at-values, number 2"),
        (["abs.json", "--box", "0", "1", *ONLY, "--at-values", ""], "--at-values, number 1"),
        (["abs.json", "--box", "0", "1", *ONLY, "--quantiles", "1/2,3/2"], "--quantiles, number 2: 3/2 is no share"),
        (["abs.json", "--box", "0", "1", "--quantiles", "1/2"], "ask for it with --only distribution"),
        (["abs.json", "--box", "0", "1", "--at-values", "1/2"], "ask for it with --only distribution"),
    ],
)
def test_what_is_refused(arguments, message, here):
    result = run("analyze", *arguments)
    assert result.exit_code in (2, 3)
    assert message in result.stderr
    assert result.stdout == ""


def test_a_deadline_leaves_what_is_known(here):
    found = document("abs.json", "--box", "-1", "2", "--at-values", "0", "--deadline", "0", exit_code=4)
    assert found["distribution"] == [
        {"volume": "0", "mean": None, "breakpoints": [], "atoms": [], "at_values": [], "quantiles": []}
    ]
    text = run("analyze", "abs.json", "--box", "-1", "2", *ONLY, "--at-values", "0", "--deadline", "0").stdout
    assert "  distribution of y: nothing was seen\n" in text
