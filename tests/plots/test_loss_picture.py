"""Losses against the width: each mark and bar is what the file says."""

import json
from fractions import Fraction

import pytest

import relupoly as rp
from relupoly.errors import InputError
from relupoly.plots.charts.loss import losses_of
from relupoly.training.train import train_widths


def line(width, loss, bound, **more):
    document = {
        "width": width,
        "loss_sum_exact": str(loss),
        "lower_bound_exact": str(bound),
        "optimal": loss == bound,
        "certified": True,
        "method": "branch",
        "loss_function": "squared",
        "samples": 5,
    }
    return json.dumps({**document, **more}) + "\n"


@pytest.fixture
def written(tmp_path):
    def write(*lines, name="fit.jsonl"):
        (tmp_path / name).write_text("".join(lines))
        return str(tmp_path / name)

    return write


def marks(ax):
    return {drawn.get_label(): drawn.get_xydata().tolist() for drawn in ax.lines if drawn.get_label()[0] != "_"}


def bars(ax):
    """Of each group of bars their lower and upper ends, by width."""
    return {
        group.get_label(): [[segment[0][0], segment[0][1], segment[1][1]] for segment in group[2][0].get_segments()]
        for group in ax.containers
    }


def names(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_marks_and_bars(ax, written):
    file = written(line(1, 8, 8), line(3, "7/2", 2), "\n", line(2, 5, "9/2"), line(4, 1, 0, certified=False))
    rp.plot_loss(file, ax=ax)
    drawn = marks(ax)
    assert drawn["fit.jsonl"] == [[1, 8], [2, 5], [3, 3.5], [4, 1]]
    assert drawn["fit.jsonl: optimal"] == [[1, 8]]
    assert drawn["fit.jsonl: open"] == [[2, 5], [3, 3.5], [4, 1]]
    assert bars(ax) == {"fit.jsonl: proved": [[2, 4.5, 5], [3, 2, 3.5]], "fit.jsonl: trusted": [[4, 0, 1]]}
    assert names(ax) == [
        "proved optimal",
        "the best that is known",
        "proved: the optimum is in the bar",
        "the same, but for rounding",
    ]
    assert ax.get_title(loc="left") == "fit.jsonl: the loss against the width\n1 of 4 nets proved optimal, on 5 samples"
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("width (neurons)", "squared loss, sum", "linear")
    assert ax.get_ylim()[0] == 0


def test_a_bound_of_a_local_search_is_proved(ax, written):
    rp.plot_loss(written(line(2, 5, 4, method="local", certified=False)), ax=ax)
    assert bars(ax) == {"fit.jsonl: proved": [[2, 4, 5]]}


def test_several_files_have_their_colours(ax, written):
    one = written(line(1, 8, 8))
    two = written(line(1, 3, 2, loss_function="max", samples=9), name="$x_2$.jsonl")
    rp.plot_loss(one, two, ax=ax)
    assert names(ax)[:2] == ["fit.jsonl (squared loss, sum over 5 samples)", "$x_2$.jsonl (max loss, largest over 9 samples)"]
    assert ax.get_ylabel() == "loss"
    colors = {drawn.get_color() for drawn in ax.lines if drawn.get_label() in ("fit.jsonl", "$x_2$.jsonl")}
    assert len(colors) == 2


def test_losses_of_zero(ax, written):
    """A curve on the axis has room above it."""
    rp.plot_loss(written(line(1, 0, 0)), ax=ax)
    assert marks(ax)["fit.jsonl: optimal"] == [[1, 0]]
    low, high = ax.get_ylim()
    assert low == 0 < high


def test_the_numbers_are_those_of_the_training(written):
    problem = rp.Problem.from_rows([[0], [1], [2], [3]], [0, 1, 0, 2], 1)
    found = list(train_widths(problem, 2))
    lines = [
        line(one.width, one.loss_sum, one.lower_bound, certified=one.certified, optimal=one.optimal, samples=one.samples)
        for one in found
    ]
    [curve] = losses_of([written(*lines)]).curves
    assert [Fraction(int(one.loss_sum.p), int(one.loss_sum.q)) for one in curve.losses] == [one.loss_sum for one in found]
    assert all(one.optimal for one in curve.losses)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "there is no line in it"),
        (["\n", "{,}\n"], "line 2: column 2: not JSON"),
        (["[1]\n"], "line 1: it is no object"),
        ([line(1, 2, 1), line(2, 2, 3)], 'line 2: the "lower_bound_exact" 3 is above'),
        ([line(1, 2, 1), line(1, 2, 2)], "line 2: width 1 stands in line 1, too"),
        ([line(1, 2, 1), line(2, 2, 1, loss_function="max")], 'line 2: "loss_function" is max, but squared in line 1'),
        ([line(1, 2, 1), line(2, 2, 1, samples=6)], 'line 2: "samples" is 6, but 5 in line 1'),
        ([line(1, 2, 1, samples=True)], '"samples" is no whole number'),
        ([line(0, 2, 1)], '"width" is 0'),
        ([line(1, -2, -3)], '"loss_sum_exact" is negative'),
        ([line(1, "x", -3)], '"loss_sum_exact": '),
        ([line(1, 2, 1, loss_sum_exact=2)], '"loss_sum_exact" is no text'),
        (['{"schema": 1, "complete": false, "stopped": "deadline"}'], 'line 1: the key "loss_sum_exact" is missing'),
        (['{"a": 1, "a": 2}'], 'line 1: an object has the key "a" twice'),
    ],
)
def test_bad_lines(written, lines, told):
    with pytest.raises(InputError) as caught:
        losses_of([written(*lines)])
    assert told in str(caught.value)
    assert "fit.jsonl: " in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_no_file():
    with pytest.raises(InputError, match="there is no file of losses"):
        rp.plot_loss()
