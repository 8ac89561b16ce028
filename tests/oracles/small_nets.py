"""Nets with small integers as weights, for hypothesis: ties, dead neurons and duplicates are the rule."""

from __future__ import annotations

from hypothesis import strategies as st

from relupoly.networks.network import Network

SMALL = st.integers(-2, 2)


@st.composite
def small_nets(draw, outputs=1):
    """Up to three inputs, and two hidden layers of up to four neurons."""
    inputs, widths = draw(st.integers(1, 3)), draw(st.lists(st.integers(1, 4), max_size=2))
    layers = []
    for before, after in zip((inputs, *widths), (*widths, outputs), strict=True):
        weight = draw(st.lists(st.lists(SMALL, min_size=before, max_size=before), min_size=after, max_size=after))
        layers.append((weight, draw(st.lists(SMALL, min_size=after, max_size=after))))
    return Network.from_rows(layers)
