"""Restrictions of arrangements as machine code, over finite fields that have the same matroid as the rationals.

Vectors are tables of shape (m, k, q): m hyperplanes, k coordinates, q primes. One prime is enough where it exceeds every
minor of the vectors; otherwise several are, whose product does (`relupoly.geometry.characteristic.fields`). Then a number
that arises here vanishes modulo all primes exactly if it is 0, and where it vanishes modulo some of them only, those primes
are not fit to divide: the kernel gives up with `BAD`, and the caller takes others.

A vector is normalised when its last non-zero coordinate, its `top`, is 1. Vectors of one arrangement are kept in order of
their tops, so that those of each coordinate subspace come first.

This folder is the one place in this package that imports numba; it is imported by the functions that need it. Compiled code
is kept under a name that depends on the text of all its files: so nothing else should be here.
"""

from relupoly.geometry.characteristic.kernel.contraction import contract, finish
from relupoly.geometry.characteristic.kernel.field import BAD, Field
from relupoly.geometry.characteristic.kernel.forms import in_standard_form, large_flats
from relupoly.geometry.characteristic.kernel.restrictions import restriction, whitney
from relupoly.geometry.characteristic.kernel.symmetry import canonical, orbits
from relupoly.geometry.characteristic.kernel.tables import flat_size, normalise

__all__ = [
    "BAD",
    "Field",
    "canonical",
    "contract",
    "finish",
    "flat_size",
    "in_standard_form",
    "large_flats",
    "normalise",
    "orbits",
    "restriction",
    "whitney",
]
