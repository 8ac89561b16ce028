"""Work on cells by several processes: the results of one, in its order; and whatever ends the work ends the processes."""

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest
from command import random_layers

from relupoly import AffineSubspace, Domain, DomainUnion, Network
from relupoly.errors import InputError, RelupolyError
from relupoly.parallel import each_cell as module
from relupoly.parallel.each_cell import LookTogether, each_cell
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.piece_record import piece_record
from relupoly.pieces.listing.pieces import LISTED_NOTIONS, list_pieces, told_pieces
from relupoly.pieces.listing.records import PIECE_FIELDS
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly_cli.output.record_stream import StandardOutput

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not copied")

FIELDS = ("pattern", "gradient", "constant", "facets", "neighbours", "vertices", "point", "bounded", "volume")
DEEP = Network.from_rows(random_layers([2, 6, 6, 1]))


@pytest.fixture(autouse=True)
def never_alone(monkeypatch):
    """Other processes from the first cell on, with bundles of few cells; and no test hangs."""
    monkeypatch.setattr(module, "_ALONE", -1)
    monkeypatch.setattr(module, "_FIRST_BUNDLE", 3)

    def strike(number, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, strike)
    signal.alarm(100)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
    assert multiprocessing.active_children() == []


# Two boxes that touch, one that overlaps them, and one apart.
BOXES = [([-2, -2], [0, 2]), ([0, -2], [1, 1]), ([-1, -1], [1, 1]), ([3, 3], [4, 4])]
LINES = [Domain.box([-2], [2]).inside(AffineSubspace.through([[0, height], [1, height]])) for height in (0, 1)]
QUESTIONS = {
    "the plane": (DEEP, None),
    "a box": (DEEP, Domain.box([-1, -1], [1, 1])),
    "a union": (DEEP, DomainUnion(tuple(Domain.box(*box) for box in BOXES))),
    "two lines": (DEEP, DomainUnion(tuple(LINES))),
    "no hidden layer": (Network.from_rows([([[1, 2]], [3])]), None),
    "one input": (Network.from_rows(random_layers([1, 9, 1])), None),
}


# Neurons that do not matter, and functions that come again apart from each other.
MERGING = {
    "folded": (Network.from_rows([([[1, 0], [-1, 0], [1, 1], [0, 1]], [0, 0, 1, 0]), ([[1, 1, 0, 1]], None)]), None),
    "scattered": (
        Network.from_rows([([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1]], [2, 1, -1, -2, 0]), ([[1, -1, -1, 1, 0]], None)]),
        Domain.box([-3, -3], [3, 3]),
    ),
}


def cell_texts(network, domain, fields, make, *, jobs=1, run=UNLIMITED):
    """What a function makes of each cell, some at a time."""
    return each_cell(Parts.of(network, domain), fields, lambda part, cell: make(cell), jobs=jobs, run=run)


@pytest.mark.parametrize("which", QUESTIONS)
def test_the_same_texts_in_the_same_order(which):
    network, domain = QUESTIONS[which]
    found = [text for texts in cell_texts(network, domain, FIELDS, repr, jobs=3) for text in texts]
    assert found == [repr(cell) for cell in list_cells(network, domain, FIELDS)]


# There are no affine functions of several subspaces.
PIECES = {*itertools.product([*QUESTIONS, "folded", "scattered"], LISTED_NOTIONS)} - {("two lines", "affine")}


@pytest.mark.parametrize(("which", "notion"), sorted(PIECES))
def test_the_same_pieces_in_the_same_order(which, notion):
    network, domain = (QUESTIONS | MERGING)[which]

    def text(cells, inner):
        return repr(piece_record(0, notion, cells, inner, PIECE_FIELDS)).replace("number=0", "", 1)

    found = list(told_pieces(Parts.of(network, domain), notion, PIECE_FIELDS, text, LookTogether(3)))
    alone = list(list_pieces(network, domain, notion))
    assert found == [repr(piece).replace(f"number={piece.number}", "", 1) for piece in alone]
    assert [piece.number for piece in alone] == list(range(1, len(alone) + 1))


def test_many_inputs():
    """Those cells come in an order that may differ from list to list."""
    network, domain = Network.from_rows(random_layers([14, 4, 3, 1])), Domain.box([-1] * 14, [1] * 14)
    cells = [
        cell for cells in cell_texts(network, domain, ("pattern", "gradient"), lambda cell: cell, jobs=3) for cell in cells
    ]
    assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
    others = list_cells(network, domain, ("pattern", "gradient"))
    assert {cell.pattern: cell.gradient for cell in cells} == {cell.pattern: cell.gradient for cell in others}


def process_of(cell):
    return str(os.getpid())


def test_other_processes_make_them():
    found = {text for texts in cell_texts(DEEP, None, ("pattern",), process_of, jobs=2) for text in texts}
    assert len(found) == 2
    assert str(os.getpid()) not in found
    alone = {text for texts in cell_texts(DEEP, None, ("pattern",), process_of, jobs=1) for text in texts}
    assert alone == {str(os.getpid())}


def test_whoever_has_enough_ends_the_processes():
    texts = cell_texts(DEEP, None, ("pattern",), process_of, jobs=2)
    next(texts)
    assert len(multiprocessing.active_children()) == 2
    texts.close()
    assert multiprocessing.active_children() == []


def sleeper(cell):
    """Makes the first text at once, and the others not in the time of a test."""
    if cell.number > 1:
        time.sleep(1000)
    return ""


def test_processes_that_are_at_work_are_ended_too(monkeypatch):
    monkeypatch.setattr(module, "_FIRST_BUNDLE", 1)
    texts = cell_texts(DEEP, None, ("pattern",), sleeper, jobs=2)
    assert next(texts) == [""]
    texts.close()


def test_a_run_that_is_stopped_waits_for_no_text(monkeypatch):
    asked = iter([False] * 100)
    run = Run(interrupted=lambda: next(asked, True))
    with pytest.raises(Stopped, match="interrupted"):
        for _ in cell_texts(DEEP, None, ("pattern",), sleeper, jobs=2, run=run):
            pass


def killed(cell):
    if cell.number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return "x" * 100_000  # more than a pipe holds


def test_a_process_that_is_killed():
    with pytest.raises(RelupolyError, match=r"a process that made records was killed; try again with --jobs 1"):
        list(cell_texts(DEEP, None, ("pattern",), killed, jobs=2))


def test_a_process_that_is_killed_while_it_sends(monkeypatch):
    """Half of a result has come then."""
    monkeypatch.setattr(module, "_FIRST_BUNDLE", 1)
    texts = cell_texts(DEEP, None, ("pattern",), lambda cell: "x" * 10_000_000, jobs=2)
    next(texts)
    time.sleep(0.2)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(RelupolyError, match="was killed"):
        list(texts)


class Unsendable(Exception):
    """Cannot be pickled, for its function cannot."""

    def __init__(self):
        super().__init__("no")
        self.function = lambda: None


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (InputError("a cell is odd"), InputError, "a cell is odd"),
        (Stopped("deadline"), Stopped, "deadline"),
        (Unsendable(), RuntimeError, "Unsendable: no"),
    ],
    ids=["input", "stopped", "unsendable"],
)
def test_errors_come_through(error, kind, words):
    def refuse(cell):
        if cell.number == 4:
            raise error
        return ""

    with pytest.raises(kind, match=words) as raised:
        list(cell_texts(DEEP, None, ("pattern",), refuse, jobs=2))
    assert "in refuse" in str(raised.value.__cause__)  # where it was raised


def test_without_room_for_processes_this_one_makes_them(monkeypatch):
    def refuse(*arguments):
        raise OSError("no processes")

    monkeypatch.setattr(module, "Forks", refuse)
    found = {text for texts in cell_texts(DEEP, None, ("pattern",), process_of, jobs=2) for text in texts}
    assert found == {str(os.getpid())}


def test_texts_that_take_long_come_one_by_one(monkeypatch):
    monkeypatch.setattr(module, "_BETWEEN_RESULTS", 0)
    assert {len(texts) for texts in cell_texts(DEEP, None, ("pattern",), repr) if texts} == {1}


@pytest.mark.parametrize(("seconds", "all_alone"), [(0, True), (1e9, False)])
def test_bundles_are_as_large_as_texts_are_quick(seconds, all_alone, monkeypatch):
    """The first texts are made here, and tell how long one takes: a bundle is a single text that takes long, or many."""
    monkeypatch.setattr(module, "_ALONE", 0)
    monkeypatch.setattr(module, "_BUNDLE", seconds)
    bundles = [*cell_texts(DEEP, None, ("pattern",), process_of, jobs=2)]
    others = [len(texts) for texts in bundles if texts and str(os.getpid()) not in texts]
    assert (max(others) == 1) is all_alone


def test_a_copy_writes_none_of_the_lines_that_wait(capfd):
    """Whoever asks a run within a copy would write what waits in this process once more."""
    stream = StandardOutput()
    stream.write("first\n")
    stream.write("waits\n")
    run = Run().also(stream.look)

    def ask(cell):
        time.sleep(0.05)
        run.tick()
        return ""

    for _ in cell_texts(Network.from_rows([([[1], [1]], [0, 1]), ([[1, 1]], None)]), None, ("pattern",), ask, jobs=2):
        pass
    assert capfd.readouterr().out == "first\n"
    stream.flush()
    assert capfd.readouterr().out == "waits\n"


ORPHANS = r"""
import os, sys, time
from relupoly.parallel.forks import Forks

def work(task):
    os.write(1, f"{os.getpid()}\n".encode())  # in one piece
    time.sleep(1000)

forks = Forks(work, 2)
forks.put(1)
forks.put(2)
forks.wait()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_copies_end_with_a_process_that_is_killed(number):
    process = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True)
    copies = [int(process.stdout.readline()) for _ in range(2)]
    process.send_signal(number)
    process.wait(60)
    # The copies hold the other end.
    assert process.stdout.read() == ""
    process.stdout.close()
    assert len(set(copies)) == 2
