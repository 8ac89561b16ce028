"""Compiled code that is kept and loaded without its compiler, for functions much smaller than the kernel."""

import math
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from relupoly.jit import Kernel, arguments, code_cache, njit, numba_parts
from relupoly.jit.arguments import Arguments

PROGRAM = """
import sys
from relupoly.pieces.walk.driver import compile_ahead
compile_ahead()
print("numba" in sys.modules)
"""


class Data(NamedTuple):
    """Something of each kind that the kernel's arguments have."""

    numbers: Any
    table: Any
    scale: float
    count: int


@njit()
def _part(data, row):
    return data.scale * data.table[row, 1] + math.frexp(data.scale)[1]


@njit()
def total(data, row, twice):
    """A whole number, and a change in an array."""
    data.numbers[row] += 1
    return np.int64(_part(data, row) * (2 if twice else 1) + data.count + data.numbers[0])


def data():
    return Data(np.array([10.0, 20.0]), np.array([[1, 2], [3, 4]], dtype=np.uint64), 0.75, 1000)


def expected(row, twice):
    return int((0.75 * [2, 4][row] + 0) * (2 if twice else 1) + 1000 + (11 if row == 0 else 10))


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty folder for compiled code."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def no_compiler(monkeypatch):
    """From now on nothing may be compiled."""

    def forbid() -> None:
        monkeypatch.setattr(numba_parts, "made", lambda *_: pytest.fail("it was compiled again"))
        monkeypatch.setattr(Kernel, "usual", property(lambda _: pytest.fail("numba was called")))

    return forbid


def visible(folder):
    """What is kept in a folder; locks are hidden."""
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


def check(function):
    for row, twice in [(0, False), (0, True), (1, False), (1, True)]:
        values = data()
        assert function(values, row, twice) == expected(row, twice)
        assert values.numbers[row] == data().numbers[row] + 1


def test_machine_code_is_kept_and_loaded(cache, no_compiler):
    check(Kernel(total.py_func))
    assert [path.suffix for path in visible(cache)] == [".o"]
    no_compiler()
    check(Kernel(total.py_func))


@njit()
def _count(options, numbers):
    if options is None:
        return numbers.size
    return numbers.size + options.count


@njit()
def counted(options, numbers, more):
    """A whole number: what is not there is not compiled."""
    return np.int64(_count(options, numbers) + more)


def test_what_is_not_there_is_left_out(cache, no_compiler):
    numbers = np.zeros(3)
    for _ in range(2):
        assert Kernel(counted.py_func)(None, numbers, 4) == 7
        assert Kernel(counted.py_func)(data(), numbers, 4) == 1007
        no_compiler()


def test_arguments_are_laid_out_once(cache):
    values = data()
    call = Kernel(total.py_func).partial(values)
    assert [call(0, False) for _ in range(3)] == [expected(0, False) + more for more in range(3)]
    assert call(0, True) == expected(0, True) + 3
    assert values.numbers[0] == 14


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: b"", lambda content: b"\0" + content[1:]])
def test_damaged_files_are_replaced(cache, no_compiler, damage):
    check(Kernel(total.py_func))
    (kept,) = visible(cache)
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    check(Kernel(total.py_func))
    assert len(kept.read_bytes()) == len(whole)
    no_compiler()
    check(Kernel(total.py_func))


def test_other_types_have_other_code(cache):
    function = Kernel(total.py_func)
    check(function)
    narrow = data()._replace(table=data().table.astype(np.int8))
    assert function(narrow, 1, True) == expected(1, True)
    assert len(visible(cache)) == 2


@pytest.mark.parametrize(
    "values",
    [data()._replace(numbers=np.array([10.0, 0.0, 20.0])[::2]), data()._replace(count=np.int64(1000))],
    ids=["an array with gaps", "a number of numpy"],
)
def test_what_cannot_be_laid_out_goes_to_numba(cache, values):
    assert Arguments.of([values]).kind == ""
    assert Kernel(total.py_func)(values, 1, False) == expected(1, False)


def test_what_is_not_as_expected_goes_to_numba(cache, monkeypatch):
    monkeypatch.setattr(arguments, "_SCALARS", {**arguments._SCALARS, float: "i64"})
    check(Kernel(total.py_func))
    assert not list(cache.glob("*.o"))


def test_a_folder_that_cannot_be_written_is_no_obstacle(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert Kernel(total.py_func)(data(), 0, True) == expected(0, True)


def test_the_kernel_does_without_numba_once_it_is_compiled():
    command = [sys.executable, "-c", PROGRAM]
    subprocess.run(command, check=True, capture_output=True)
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "False\n"


def test_what_numba_keeps_is_named_after_the_text(cache):
    values = data()._replace(numbers=np.array([10.0, 0.0, 20.0])[::2])
    assert Kernel(total.py_func)(values, 1, False) == expected(1, False)
    assert [path.suffix for path in cache.glob(f"{code_cache.stem(Path(__file__), 'total')}-*")] == [".nb"]


def test_all_files_of_a_kernel_are_its_text(tmp_path):
    folder = tmp_path / "kernel"
    folder.mkdir()
    (folder / "loop.py").write_text("a")
    (folder / "part.py").write_text("b")
    before = code_cache.digest.__wrapped__(folder / "loop.py")
    (folder / "part.py").write_text("c")
    assert code_cache.digest.__wrapped__(folder / "loop.py") != before


@pytest.mark.parametrize("line", ["from relupoly.numbers.doubles import UNIT", "from relupoly.numbers import doubles"])
def test_what_a_kernel_imports_is_its_text_too(line, tmp_path, monkeypatch):
    """Constants of other files are in the machine code."""
    monkeypatch.setattr(code_cache, "_ROOT", tmp_path)
    folder, constants = tmp_path / "pieces" / "kernel", tmp_path / "numbers" / "doubles.py"
    folder.mkdir(parents=True)
    constants.parent.mkdir()
    constants.write_text("UNIT = 1")
    (folder / "loop.py").write_text(f"from relupoly.pieces.kernel.part import a\n{line}\nfrom relupoly.jit import njit\n")
    (folder / "part.py").write_text("a = 1")
    before = code_cache.digest.__wrapped__(folder / "loop.py")
    constants.write_text("UNIT = 2")
    assert code_cache.digest.__wrapped__(folder / "loop.py") != before


def test_what_is_imported_in_turn_is_the_text_too(tmp_path, monkeypatch):
    monkeypatch.setattr(code_cache, "_ROOT", tmp_path)
    folder = tmp_path / "kernel"
    folder.mkdir()
    (folder / "loop.py").write_text("from relupoly.first import a\n")
    (tmp_path / "first.py").write_text("from relupoly.second import b\n")
    (tmp_path / "second.py").write_text("from relupoly.first import c\nb = 1\n")  # however these hang together
    before = code_cache.digest.__wrapped__(folder / "loop.py")
    (tmp_path / "second.py").write_text("b = 2\n")
    assert code_cache.digest.__wrapped__(folder / "loop.py") != before


def test_all_that_our_kernels_import_is_there():
    for loop in (
        "pieces/kernel/loop.py",
        "pieces/constraints/kernel/loop.py",
        "training/kernel/search.py",
        "geometry/characteristic/kernel/arithmetic.py",
    ):
        folder = Path(code_cache.__file__).parents[1].joinpath(loop).parent
        places = {place for text in folder.glob("*.py") for place in code_cache._imported(text.read_bytes())}
        assert all(place.is_file() for place in places)
        assert {place.parent.name for place in places} <= {"kernel", "exact"}
