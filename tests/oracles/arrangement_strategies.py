"""Random small arrangements for property tests."""

from hypothesis import strategies as st

from relupoly.geometry.arrangement import Arrangement


@st.composite
def arrangements(draw: st.DrawFn, dimension: int = 3, hyperplanes: int = 7) -> Arrangement:
    """Few hyperplanes with short entries, so that many meet in one point; central ones, parallel ones, ..."""
    n = draw(st.integers(1, dimension))
    entry = st.integers(-2, 2)
    normal = st.lists(entry, min_size=n, max_size=n).filter(any)
    right = st.just(0) if draw(st.booleans()) else entry
    rows = draw(st.lists(st.tuples(normal, right), min_size=1, max_size=hyperplanes))
    return Arrangement.of([[*a, b] for a, b in rows])
