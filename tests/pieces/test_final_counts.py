"""Which counts are final where a count of all notions is stopped: those that no second look can change."""

import pytest

from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.counters.region_counters import RegionCounters
from relupoly.pieces.notions import NOTIONS
from relupoly.run import Stopped
from relupoly_cli.reports.count import count_document, count_text

# |x| twice, as a sawtooth: functions come back, so affine and closed need their second look.
SAW = Network.from_rows([([[1], [1]], [0, -1]), ([[2, -4], [2, -4]], [0, -1]), ([[2, -4]], [0])])
FIRST_LOOK = {"open", "activation", "patterns", "strict"}


@pytest.fixture
def stopped_before_settling(monkeypatch):
    def stop(self, walk):
        raise Stopped("deadline")

    monkeypatch.setattr(RegionCounters, "settle", stop)


def test_a_complete_count_has_only_final_ones():
    result = count_pieces(SAW, notion="all")
    assert (result.complete, set(result.final)) == (True, set(NOTIONS))


@pytest.mark.usefixtures("stopped_before_settling")
def test_a_stop_before_the_second_look():
    result = count_pieces(SAW, notion="all")
    assert (result.complete, result.stopped) == (False, "deadline")
    assert set(result.final) == FIRST_LOOK
    document = count_document(result, "saw.json")
    assert (document["complete"], set(document["complete_notions"])) == (False, FIRST_LOOK)


def test_what_is_final_is_the_right_number(monkeypatch):
    whole = count_pieces(SAW, notion="all").counts

    def stop(self, walk):
        raise Stopped("deadline")

    monkeypatch.setattr(RegionCounters, "settle", stop)
    result = count_pieces(SAW, notion="all")
    assert {name: result.counts[name] for name in result.final} == {name: whole[name] for name in FIRST_LOOK}


@pytest.mark.usefixtures("stopped_before_settling")
def test_text_marks_only_the_others():
    result = count_pieces(SAW, notion="all")
    title, *rows = count_text(result, "saw.json")
    assert title == f"saw.json: {result.pieces} affine pieces; stopped by the deadline, not complete: affine, closed"
    marked = {row.split()[0] for row in rows if " so far" in row}
    assert marked == {"affine"}, "closed has no number yet"
    assert [row.split()[1] for row in rows if row.split()[0] == "closed"] == ["?"]


@pytest.mark.usefixtures("stopped_before_settling")
def test_a_notion_that_waits_is_not_final():
    result = count_pieces(SAW, notion="affine")
    assert "affine" not in result.final
    assert " so far: stopped by the deadline" in count_text(result, "saw.json")[0]


@pytest.mark.parametrize("notion", [*NOTIONS, "all"])
def test_before_all_cells_are_seen_nothing_is(notion):
    result = count_pieces(SAW, notion=notion, limit=2)
    assert (result.complete, result.stopped, result.final) == (False, "limit", ())
    assert "full-dimensional activation cells so far" in "\n".join(count_text(result, "saw.json"))


def test_a_net_without_hidden_layer():
    result = count_pieces(Network.from_rows([([[1, 2]], None)]), notion="all")
    assert (result.complete, set(result.final)) == (True, set(NOTIONS))
