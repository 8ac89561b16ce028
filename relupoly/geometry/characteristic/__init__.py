"""Counting what an arrangement of hyperplanes divides the space into, without listing it.

Everything follows from the characteristic polynomial chi(t) = sum over the flats X of mu(X) t^dim X (Zaslavsky,
"Facing up to arrangements", 1975): there are |chi(-1)| regions, and |chi(1)| of them are bounded up to the directions
that lie in all hyperplanes.
"""

from relupoly.geometry.characteristic.counting import Work
from relupoly.geometry.characteristic.faces import f_vector
from relupoly.geometry.characteristic.polynomial import bounded_regions, characteristic_polynomial, regions

__all__ = ["Work", "bounded_regions", "characteristic_polynomial", "f_vector", "regions"]
