"""The one function that is called from outside: so all the machine code is in one file, and is loaded at once."""

from __future__ import annotations

from relupoly.geometry.characteristic.kernel.contraction import finish, section
from relupoly.geometry.characteristic.kernel.forms import in_standard_form, large_flats
from relupoly.geometry.characteristic.kernel.restrictions import restriction, whitney
from relupoly.geometry.characteristic.kernel.symmetry import orbits
from relupoly.geometry.characteristic.kernel.tables import normalise
from relupoly.jit import njit

NORMALISE, LARGE_FLATS, IN_STANDARD_FORM, WHITNEY, RESTRICTION, SECTION, ORBITS, FINISH = range(8)


@njit()
def do(job, rows, weights, field, shares, out, out_numbers, room, number):
    """Do a job.

    Parameters
    ----------
    job : int
        `NORMALISE`, ..., `FINISH`.
    rows : ndarray of int64, shape (m, k, q)
        Vectors.
    weights : ndarray of int64, shape (m,) or (0,)
        Their weights; the order to be taken, for `IN_STANDARD_FORM`.
    field : Field
    shares : Shares
        For `FINISH`; else of empty arrays.
    out : ndarray of int64, shape (m, k, q), (m, k - 1, q) or empty
        Where new vectors are written.
    out_numbers : ndarray of int64, 1-dimensional
        Where numbers are written: an order, weights, leaders, Whitney numbers.
    room : Room
    number : int
        The index of a vector; how many hyperplanes contain the flat, for `FINISH`. The last one, so that what comes before
        need not be laid out anew for another vector.

    Returns
    -------
    int
        How many vectors were written, or 0; `BAD` if a prime is.
    """
    if job == NORMALISE:
        return normalise(rows, field, out_numbers, room)
    if job == LARGE_FLATS:
        return large_flats(rows, field, out_numbers, room)
    if job == IN_STANDARD_FORM:
        return in_standard_form(rows, weights, field, out, room)
    if job == WHITNEY:
        return whitney(rows, field, out_numbers, room)
    if job == RESTRICTION:
        return restriction(rows, number, field, out, room)
    if job == SECTION:
        return section(rows, weights, number, field, out, out_numbers, room)
    if job == ORBITS:
        return orbits(rows, weights, field, out_numbers, room)
    return finish(rows, weights, number, field, shares, room)
