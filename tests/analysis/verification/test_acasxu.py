"""The ACAS Xu nets: properties 3 and 4 hold in nets that the competition has, property 2 does not in one of these."""

import pytest

from relupoly import decide, maximum, read_domain, read_network, read_property
from relupoly.analysis.verification import decide as module
from relupoly.files.polyhedra.vnnlib_property import decode
from relupoly.run import Run


def verdict(shared, net, number, **options):
    folder = shared / "nets" / "acasxu"
    network = read_network(folder / f"ACASXU_run2a_{net}_batch_2000.nnet")
    given = read_property(folder / f"prop_{number}.vnnlib")
    found = decide(network, given, run=Run(**options))
    if found.satisfiable:
        assert network(found.point) == list(found.outputs)
        assert given.alternative_of(found.point, found.outputs) == found.alternative
    return found


HOLD = [(net, number) for net in ("1_1", "3_3", "5_5") for number in (1, 3, 4)] + [("1_1", 2)]


@pytest.mark.parametrize(("net", "number"), HOLD)
def test_no_input_violates_what_holds(shared, net, number):
    found = verdict(shared, net, number)
    assert (found.word, found.point) == ("unsat", None)
    assert found.boxes > 0


@pytest.mark.parametrize(("net", "number", "least"), [("3_3", 4, 1201), ("5_5", 4, 1549), ("5_5", 3, 1310)])
def test_by_cells_alone_the_answers_are_the_same(shared, monkeypatch, net, number, least):
    monkeypatch.setattr(module.OnBox, "of", lambda network, domain: None)
    found = verdict(shared, net, number)
    assert (found.word, found.boxes) == ("unsat", 0)
    # Cells are cut where an output overtakes another one.
    assert found.cells >= least


def test_an_input_violates_property_2(shared):
    assert verdict(shared, "5_5", 2).word == "sat"


def test_a_hard_question_is_left_open_in_time(shared):
    found = verdict(shared, "3_3", 2, deadline=1)
    assert (found.word, found.satisfiable, found.stopped) == ("timeout", None, "deadline")


def test_the_question_turns_at_the_maximum_exactly(shared):
    """The largest value of y1 - y4 on property 4's box has hundreds of digits: it is reached, and not surpassed."""
    folder = shared / "nets" / "acasxu"
    network = read_network(folder / "ACASXU_run2a_5_5_batch_2000.nnet")
    most = maximum(network, read_domain(folder / "prop_4.vnnlib"), [0, 1, 0, 0, -1]).value
    box, *_ = (folder / "prop_4.vnnlib").read_text().split("(assert (<= Y_0")
    at, beyond = (decode(f"{box}(assert ({sign} (- Y_1 Y_4) {most}))".encode(), "p") for sign in (">=", ">"))
    assert (decide(network, at).word, decide(network, beyond).word) == ("sat", "unsat")
