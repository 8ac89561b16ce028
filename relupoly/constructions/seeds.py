"""Random numbers from a seed, the same ones with every version of numpy."""

from __future__ import annotations

from numpy.random import RandomState

from relupoly.errors import ConstructionError

_LARGEST_SEED = 2**32 - 1


def generator(seed: int) -> RandomState:
    """The generator of a seed.

    `RandomState` is numpy's frozen generator: unlike those of `default_rng`, its streams do not change between versions.

    Raises
    ------
    ConstructionError
        If the seed has more than 32 bits.
    """
    if seed > _LARGEST_SEED:
        raise ConstructionError(f"seed: {seed} is too large; give at most {_LARGEST_SEED}")
    return RandomState(seed)
