"""Where hyperplanes meet in a point, or in a direction at infinity, exactly: solutions of homogeneous linear forms."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz, fmpz_mat


def common_zero(forms: Sequence[Sequence[fmpz]]) -> list[fmpz]:
    """A vector that spans the common zeros of linear forms in R^D.

    Parameters
    ----------
    forms : sequence of sequences of fmpz, each of length D
        Of rank D - 1.

    Examples
    --------
    >>> common_zero([[fmpz(1), fmpz(0), fmpz(-2)], [fmpz(0), fmpz(1), fmpz(3)]])
    [2, -3, 1]
    """
    size = len(forms[0]) if forms else 1
    if len(forms) == size - 1 and size <= 4:
        return _minors(forms) if size > 1 else [fmpz(1)]
    if not forms:
        return [fmpz(1)]
    kernel, nullity = fmpz_mat([list(form) for form in forms]).nullspace()
    assert nullity == 1, "the hyperplanes meet in a line"
    return [kernel[row, 0] for row in range(size)]


def _minors(forms: Sequence[Sequence[fmpz]]) -> list[fmpz]:
    """By Cramer's rule: the maximal minors, with alternating signs."""
    if len(forms) == 1:
        ((a, b),) = forms
        return [-b, a]
    if len(forms) == 2:
        (a, b, c), (p, q, r) = forms
        return [b * r - c * q, c * p - a * r, a * q - b * p]
    (a, b, c, d), (p, q, r, s), (w, x, y, z) = forms
    ab, ac, ad, bc, bd, cd = a * q - b * p, a * r - c * p, a * s - d * p, b * r - c * q, b * s - d * q, c * s - d * r
    return [
        bc * z - bd * y + cd * x,
        -(ac * z - ad * y + cd * w),
        ab * z - ad * x + bd * w,
        -(ab * y - ac * x + bc * w),
    ]
