"""Every private part of numba that is used may be gone, or be something else: the answers stay right."""

import contextlib
import importlib
import pkgutil
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest

import relupoly
from relupoly.jit import fallback, kernel, numba_parts
from relupoly.jit.fallback import kept_by_us
from relupoly.jit.kernel import Kernel, njit
from relupoly.jit.numba_parts import PARTS


@njit()
def _doubled(number):
    return 2 * number


@njit()
def summed(numbers, more):
    """A whole number."""
    return np.int64(_doubled(numbers[0]) + numbers[1] + more)


class Heights(NamedTuple):
    """What has an attribute that is called as a function is."""

    raised: Any


@njit()
def raised(heights):
    """A whole number."""
    return np.int64(heights.raised[1])


def counted(numbers):
    """Something that allocates; numba is through with it in a tenth of a second."""
    return numbers[1:].copy().size


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def fresh(monkeypatch):
    """Functions that nobody has compiled yet."""
    monkeypatch.setattr(kernel, "_in_memory", set())

    def again():
        inner = Kernel(_doubled.py_func)
        monkeypatch.setitem(summed.py_func.__globals__, "_doubled", inner)
        return Kernel(summed.py_func), kept_by_us(numba.njit(counted))

    return again


def answers(functions):
    """What two functions say: one for the table of arguments, one for numba alone."""
    numbers = np.array([5, 7, 5])
    return [functions[0](numbers, 100), functions[0](numbers, 200), functions[1](numbers)]


def kept(folder):
    return sorted(path.suffix for path in folder.iterdir() if path.suffix in (".o", ".nb"))


def are_loaded(functions):
    """Whether both were loaded."""
    return all(functions[0]._native.values()) and bool(functions[1].stats.cache_hits)


def test_both_are_kept_where_all_parts_are_there(cache, fresh):
    assert answers(fresh()) == [117, 217, 2]
    assert kept(cache) == [".nb", ".o"]
    again = fresh()
    assert answers(again) == [117, 217, 2]
    assert are_loaded(again)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_that_is_gone(cache, fresh, monkeypatch, name):
    where, colon, _ = PARTS[name].rpartition(":")
    monkeypatch.setitem(PARTS, name, f"{where}{colon}gone_for_good")
    assert answers(fresh()) == [117, 217, 2]
    # Again, by what the first attempt has left.
    again = fresh()
    assert answers(again) == [117, 217, 2]
    assert not are_loaded(again)


@pytest.mark.parametrize("name", sorted({PARTS[name].rpartition(":")[0] for name in PARTS} - {""}))
def test_a_module_that_is_gone(cache, fresh, monkeypatch, name):
    for part, place in list(PARTS.items()):
        if place.startswith(f"{name}:"):
            monkeypatch.setitem(PARTS, part, place.replace(":", "_is_gone:"))
    assert answers(fresh()) == [117, 217, 2]
    again = fresh()
    assert answers(again) == [117, 217, 2]
    assert not are_loaded(again)


class Useless:
    """Something that cannot be used in any way."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_that_is_something_else(cache, fresh, monkeypatch, name):
    part = numba_parts.part

    def found(wanted, owner=None):
        return Useless() if wanted == name else part(wanted, owner)

    monkeypatch.setattr(numba_parts, "part", found)
    monkeypatch.setattr(fallback, "part", found)
    assert answers(fresh()) == [117, 217, 2]


@pytest.mark.slow
@pytest.mark.parametrize("error", [AttributeError, ImportError, AssertionError])
@pytest.mark.parametrize("place", ["numba_parts.made", "numba_parts.lean", "object_code.loaded", "object_code.llvm", "alone"])
def test_whatever_fails_numba_does_it_alone(cache, fresh, monkeypatch, place, error):
    def fail(*_):
        raise error("changed")

    owner, _, name = place.rpartition(".")
    monkeypatch.setattr(getattr(kernel, owner) if owner else kernel, name, fail if owner else contextlib.nullcontext)
    assert answers(fresh()) == [117, 217, 2]


def test_what_has_failed_is_not_tried_again(cache, fresh, monkeypatch):
    tried = []

    def made(*_):
        tried.append(True)
        raise AttributeError("gone")

    monkeypatch.setattr(numba_parts, "made", made)
    for _ in range(3):
        assert answers(fresh()) == [117, 217, 2]
    assert tried == [True]
    # Another version of numba may do better.
    monkeypatch.setattr(numba, "__version__", "1000.0")
    assert answers(fresh()) == [117, 217, 2]
    assert tried == [True, True]


@pytest.mark.parametrize("error", [MemoryError, FileNotFoundError, KeyboardInterrupt])
def test_what_may_go_well_another_time_is_tried_again(cache, fresh, monkeypatch, error):
    made, tried = numba_parts.made, []

    def hindered(*arguments):
        tried.append(True)
        if len(tried) < 3:
            raise error
        return made(*arguments)

    monkeypatch.setattr(numba_parts, "made", hindered)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt) if error is KeyboardInterrupt else contextlib.nullcontext():
            assert fresh()[0](np.array([5, 7]), 100) == 117
    assert fresh()[0](np.array([5, 7]), 100) == 117
    assert len(tried) == 3
    assert ".o" in kept(cache)


def test_a_function_that_is_called_as_an_attribute_is(cache, monkeypatch):
    monkeypatch.setattr(kernel, "_in_memory", set())
    monkeypatch.setattr(numba_parts, "made", lambda *_: None)
    assert Kernel(raised.py_func)(Heights(np.array([5, 7]))) == 7


def test_numba_alone_can_be_asked_for_every_function():
    """Not compiled, which takes minutes: the functions that each calls are found."""
    modules = [one.name for one in pkgutil.walk_packages(relupoly.__path__, "relupoly.") if "kernel" in one.name]
    asked = 0
    for name in modules:
        for function in vars(importlib.import_module(name)).values():
            if isinstance(function, Kernel) and function.py_func.__module__ == name:
                asked += function.plain is not None
    assert asked > 100


def test_numba_may_be_told_not_to_compile(cache, fresh, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert answers(fresh()) == [117, 217, 2]
    assert kept(cache) == []


def test_forged_pickles_are_not_loaded(cache, fresh, monkeypatch):
    answers(fresh())
    for path in cache.iterdir():
        path.chmod(0o666)
    monkeypatch.setattr(fallback.pickle, "loads", lambda content: pytest.fail("loaded"))
    assert fresh()[1](np.array([1, 1])) == 1


def test_numba_s_own_cache_is_not_asked(cache, fresh):
    answers(fresh())
    assert not list(cache.rglob("*.nbi"))
    assert not list(cache.rglob("*.nbc"))
