"""Sets of fingerprints: what is known of each after any history, and how many bytes."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.pieces.forms.fingerprints import BITS
from relupoly.pieces.merging import fingerprint_set as module
from relupoly.pieces.merging.fingerprint_set import FingerprintSet

FINGERPRINTS = st.sampled_from([0, 1, 2, 2**54 - 1, 2**54, 2**61, 2**61 + 1, 2**BITS - 1])


def check(functions, expected):
    assert functions.count == len(expected)
    assert functions.several().tolist() == sorted(one for one, times in expected.items() if times > 1)
    assert all(one in functions for one in expected)
    assert not any(one in functions for one in (3, 2**60, 2**BITS - 2))


@given(st.lists(st.one_of(FINGERPRINTS, st.lists(FINGERPRINTS), st.none())), st.sampled_from([0, 3, 2**16]))
def test_any_history(history, waiting):
    functions, expected = FingerprintSet(), Counter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_WAITING", waiting)
        for step in history:
            if step is None:
                check(functions, expected)
            elif isinstance(step, int):
                functions.add(step)
                expected[step] += 1
            else:
                functions.add_all(np.array(step, dtype=np.uint64))
                expected.update(step)
        check(functions, expected)


@given(st.lists(FINGERPRINTS), st.lists(FINGERPRINTS))
def test_merging_and_writing_down(ones, others):
    parts = [FingerprintSet(), FingerprintSet()]
    for part, fingerprints in zip(parts, (ones, others), strict=True):
        for one in fingerprints:
            part.add(one)
    restored = FingerprintSet()
    restored.restore(parts[1].state())
    assert restored.state() == parts[1].state()
    parts[0].merge(restored)
    check(parts[0], Counter(ones + others))
    check(restored, Counter(others))


def test_no_set_of_fingerprints():
    with pytest.raises(ValueError, match="fingerprints"):
        FingerprintSet().restore({"fingerprints": "/" * 10 + "8="})


def test_eight_bytes_for_each_function_and_sixteen_at_most():
    functions = FingerprintSet()
    for seed in range(8):
        source = np.random.default_rng(seed % 4)
        for _ in range(8):
            functions.add_all(source.integers(0, 2**BITS, 10_000, dtype=np.uint64))
    assert functions.count == 320_000
    assert sum(one.nbytes for one in functions._bins) == 16 * functions.count
    assert not functions._waiting


def test_those_that_wait_are_seen_at_once():
    """Whatever is asked first."""
    waiting = FingerprintSet()
    waiting.add_all(np.array([7, 5, 7], dtype=np.uint64))
    assert waiting.several().tolist() == [7]


@pytest.mark.parametrize("waiting", [1, 7, 100, 2**16])
def test_many_small_arrays_are_sorted_in_together(waiting, monkeypatch):
    monkeypatch.setattr(module, "_WAITING", waiting)
    source = np.random.default_rng(waiting)
    functions, expected = FingerprintSet(), Counter()
    for _ in range(200):
        part = source.integers(0, 50, size=source.integers(0, 5)).astype(np.uint64) << np.uint64(50)
        functions.add_all(part)
        expected.update(part.tolist())
    assert functions.count == len(expected)
    assert functions.several().tolist() == sorted(one for one, count in expected.items() if count > 1)
