"""Products of many rays at once: what is left in doubt holds all that is not so, and not much more."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.training.check.pack import Pack

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
    pack = Pack.of(features).select(some)
    assert pack.numbers == [ray for ray in range(len(features)) if some >> ray & 1]
    not_negative, not_positive = pack.doubtful(dual, down & some, up & some)
    exact = products(features, dual)
    assert set(not_negative) >= {ray for ray in pack.numbers if down >> ray & 1 and exact[ray] >= 0}
    assert set(not_positive) >= {ray for ray in pack.numbers if up >> ray & 1 and exact[ray] <= 0}
    assert all(down >> ray & 1 for ray in not_negative)
    assert all(up >> ray & 1 for ray in not_positive)


@given(tables())
def test_what_is_far_from_zero_is_sure(table):
    features, dual = table
    exact = products(features, dual)
    size = max(map(abs, dual))
    far = [abs(product) * 2**20 > size * max(feature) for product, feature in zip(exact, features, strict=True)]
    not_negative, not_positive = Pack.of(features).doubtful(dual, 2**12 - 1, 2**12 - 1)
    assert not any(far[ray] and exact[ray] < 0 for ray in not_negative)
    assert not any(far[ray] and exact[ray] > 0 for ray in not_positive)
