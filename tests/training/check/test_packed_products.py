"""Products of many rays at once: what is left in doubt holds all that is not so, and not much more."""

from __future__ import annotations

from array import array
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.training.check import packed_products as pack_module
from relupoly.training.check.packed_products import PackedProducts

SIZES = st.sampled_from([3, 1000, 2**40, 2**200])


@st.composite
def tables(draw):
    samples, largest = draw(st.integers(1, 6)), draw(SIZES)
    features = draw(st.lists(st.lists(st.integers(0, largest), min_size=samples, max_size=samples), max_size=12))
    bound = draw(SIZES)
    return features, draw(st.lists(st.integers(-bound, bound), min_size=samples, max_size=samples))


def products(features, dual):
    return [sum(left * right for left, right in zip(feature, dual, strict=True)) for feature in features]


@given(tables(), st.integers(0, 2**12 - 1), st.integers(0, 2**12 - 1), st.integers(0, 2**12 - 1))
@settings(max_examples=300)
def test_no_ray_is_missed(table, down, up, some):
    features, dual = table
    every = (1 << len(features)) - 1
    some &= every
    pack = PackedProducts.of(features).select(some)
    assert pack.numbers == [ray for ray in range(len(features)) if some >> ray & 1]
    not_negative, not_positive = pack.doubtful(dual, down & some, up & some)
    exact = products(features, dual)
    assert set(not_negative) >= {ray for ray in pack.numbers if down >> ray & 1 and exact[ray] >= 0}
    assert set(not_positive) >= {ray for ray in pack.numbers if up >> ray & 1 and exact[ray] <= 0}
    assert all(down >> ray & 1 for ray in not_negative)
    assert all(up >> ray & 1 for ray in not_positive)


def doubtful(features, dual):
    """Whether the only ray is left in doubt: about being negative, and about being positive."""
    not_negative, not_positive = PackedProducts.of([features]).doubtful(dual, 1, 1)
    return bool(not_negative), bool(not_positive)


FULL = 2**28
HALF = FULL // 2


def test_the_allowance_for_features():
    """FULL, 1, 1 are what they are scaled to; still, each is taken for one that may be larger by almost 1.

    With -1, HALF the sum of products is -HALF, and the allowance HALF: it is in doubt. One less, and it is not.
    """
    assert doubtful([FULL, 1, 1], [-1, HALF, 0]) == (True, True)
    assert doubtful([FULL, 1, 1], [-1, HALF, -1]) == (False, True)
    assert doubtful([FULL, 1, 1], [1, -HALF, 0]) == (True, True)
    assert doubtful([FULL, 1, 1], [1, -HALF, 1]) == (True, False)
    assert doubtful([FULL, 1, 1], [0, 0, 0]) == (True, True)


def test_a_product_that_rounded_features_hide():
    """1 beside 2^30 is rounded to 0: the sum is -FULL or FULL, the product 1, 0 or -1."""
    far = 2**30
    for product in (1, 0, -1):
        assert doubtful([far, 1], [-1, far + product]) == (True, True)
        assert doubtful([far, 1], [1, -far - product]) == (True, True)
    # 1/3 of FULL is rounded down by 1/3.
    assert doubtful([3, 1], [-1, 3]) == (True, True)
    assert doubtful([3, 1], [1, -3]) == (True, True)


def test_the_allowance_for_entries():
    """A large entry, of a feature that is 0, makes all be rounded by 2^21: each of the four may lose almost FULL."""
    unit = 2**21
    assert doubtful([FULL, 1, 1, 0], [-4 * unit, 0, 0, -(2**50)]) == (True, True)
    assert doubtful([FULL, 1, 1, 0], [-4 * unit, -unit, 0, -(2**50)]) == (False, True)
    assert doubtful([FULL, 1, 1, 0], [unit, -HALF * unit, 0, -(2**50)])[1]
    # Rounding is down, and loses nothing in the other direction.
    assert doubtful([FULL, 1, 1, 0], [unit, 0, 0, 2**50]) == (True, False)


def test_a_product_that_rounded_entries_hide():
    """-1 becomes -2^21, and 2^21 - 1 becomes 0; together they are positive."""
    unit = 2**21
    assert doubtful([FULL, FULL, FULL, 0], [-1, 1, 1, -(2**50)]) == (True, True)
    assert doubtful([FULL, FULL, FULL, 0], [-unit, unit - 1, unit - 1, -(2**50)]) == (True, True)


def test_how_many_bits_an_entry_keeps():
    """Of two samples 31: -9 and its feature outweigh the allowance for a last entry of 31 bits, not that for one of 32."""
    assert doubtful([1, 0], [-9, 2**31 - 1]) == (False, True)
    assert doubtful([1, 0], [-9, 2**31]) == (True, True)
    assert doubtful([1, 0], [-17, 2**31]) == (False, True)


@given(st.integers(1, 40), st.booleans(), st.integers(29, 70))
def test_fields_do_not_run_over(samples, negative, bits):
    """All features and entries as large as they come, in neighbouring fields: signs stay what they are."""
    features = [[1] * samples, [0] * samples, [1] * samples]
    dual = [(-(2**bits) + 1 if negative else 2**bits - 1)] * samples
    assert PackedProducts.of(features).doubtful(dual, 0b111, 0b111) == (([1], [0, 1, 2]) if negative else ([0, 1, 2], [1]))


def test_no_ray():
    assert PackedProducts.of([]).doubtful([1, 2], 0, 0) == ([], [])
    nothing = PackedProducts.of([[1, 2]]).select(0)
    assert (nothing.numbers, nothing.doubtful([1, 2], 0, 0)) == ([], ([], []))


def test_a_mask_of_nothing():
    assert PackedProducts.of([[1, 2]]).doubtful([0, 0], 0, 0) == ([], [])
    assert PackedProducts.of([[1, 2]]).doubtful([0, 0], 1, 0) == ([0], [])


def test_the_other_order_of_bytes(monkeypatch):
    column = array("Q", [1, 2])
    monkeypatch.setattr(pack_module, "sys", SimpleNamespace(byteorder="big"))
    assert pack_module._joined(column) == (1 << 56) + (2 << 120)
    assert list(column) == [1, 2]


@given(tables())
def test_what_is_far_from_zero_is_sure(table):
    features, dual = table
    exact = products(features, dual)
    size = max(map(abs, dual))
    far = [abs(product) * 2**20 > size * max(feature) for product, feature in zip(exact, features, strict=True)]
    not_negative, not_positive = PackedProducts.of(features).doubtful(dual, 2**12 - 1, 2**12 - 1)
    assert not any(far[ray] and exact[ray] < 0 for ray in not_negative)
    assert not any(far[ray] and exact[ray] > 0 for ray in not_positive)
