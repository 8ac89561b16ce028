"""Features as numbers: in the kernel and the search tree, and in files.

A feature is that of a ray in one orientation, with an output weight of 1 or -1: its key is (sign, ray, orientation). In memory
it is a code, as the kernel counts rays: ray + 1, or K + ray + 1 for the opposite of a ray, K the number of rays; negative for
the output weight -1. In files, which do not know K, it is 2 ray + 1, or 2 ray + 2 for the opposite.
"""

from __future__ import annotations

from collections.abc import Iterable

from relupoly.errors import FileFormatError
from relupoly.training.proof.proof import Key

# What `array("i")` holds; rays are numbered in words of 32 bits by the kernel, too.
_MOST = 2**31 - 1


def codes_of(keys: Iterable[Key], rays: int) -> list[int]:
    """Features as the kernel numbers them; those of rays that there are not are left out.

    Examples
    --------
    >>> codes_of([(1, 0, 1), (-1, 2, -1), (1, 3, 1)], rays=3)
    [1, -6]
    """
    return [sign * (ray + (1 if orientation > 0 else rays + 1)) for sign, ray, orientation in keys if ray < rays]


def keys_of(codes: Iterable[int], rays: int) -> tuple[Key, ...]:
    """The features of codes.

    Examples
    --------
    >>> keys_of([1, -6], rays=3)
    ((1, 0, 1), (-1, 2, -1))
    """
    places = ((1 if code > 0 else -1, abs(code) - 1) for code in codes)
    return tuple((sign, place % rays, 1 if place < rays else -1) for sign, place in places)


def number_of(key: Key) -> int:
    """A feature as files number it: for ray k 2 k + 1, or 2 k + 2 if it is turned round; negative for the output weight -1.

    Examples
    --------
    >>> [number_of(key) for key in ((1, 0, 1), (-1, 0, -1), (1, 5, 1))]
    [1, -2, 11]
    """
    sign, ray, orientation = key
    return sign * (2 * ray + (1 if orientation > 0 else 2))


def key_of(number: int) -> Key:
    """The feature of a number in a file; see `number_of`.

    Raises
    ------
    FileFormatError
        If it is the number of none.
    """
    if not 0 < abs(number) <= _MOST:
        raise FileFormatError(f"{number} is not the number of a ray; they begin with 1 and -1")
    ray, opposite = divmod(abs(number) - 1, 2)
    return (1 if number > 0 else -1, ray, -1 if opposite else 1)
