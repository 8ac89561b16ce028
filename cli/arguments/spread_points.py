"""Points that were written with blanks in the place of commas, and so are several words."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Sequence

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?:/[0-9]+)?"
_POINT = re.compile(rf"{_NUMBER}(?: *, *{_NUMBER})*")


def spread_point(words: Sequence[str], option: str = "--at") -> str | None:
    """The point that follows an option, or a file, as several words, with commas between its coordinates; or None.

    A number that is the name of a file is one.

    Examples
    --------
    >>> spread_point(["net.json", "--at", "1", "-2", "1/3"]), spread_point(["--at", "1,", "2"]), spread_point(["--at", "1,2"])
    ('1,-2,1/3', '1,2', None)
    """
    for number, word in enumerate(words):
        following = [word.partition("=")[2]] if word.startswith(f"{option}=") else []
        if following or word == option or not word.startswith("-"):
            following += words[number + 1 :]
            found = [one.rstrip(",") for one in itertools.takewhile(_is_coordinate, following)]
            if len(found) > 1 and not any(map(os.path.exists, found)):
                return ",".join(found)
    return None


def is_point(word: str) -> bool:
    """Whether a word is a point, and no file.

    Examples
    --------
    >>> is_point("0.5,1/3"), is_point("0.5, 1/3"), is_point("points.csv")
    (True, True, False)
    """
    return _POINT.fullmatch(word) is not None and not os.path.exists(word)


def _is_coordinate(word: str) -> bool:
    return re.fullmatch(f"{_NUMBER},?", word) is not None
