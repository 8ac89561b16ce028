"""`Source`: the JSON documents of a certificate, one on each line, with their digest and the number of the line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from relupoly.errors import CheckFailed, FileFormatError


class Source:
    """The lines of a certificate, with their digest; inside `with`, what is wrong is said about the line read last."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._digest = hashlib.sha256()
        self._before = ""
        self._number = 0

    def next(self) -> Any:
        """The JSON document on the next line."""
        text = next(self._lines, None)
        if text is None:
            raise CheckFailed("the certificate ends here, but something is missing")
        self._number += 1
        self._before = self._digest.hexdigest()
        self._digest.update(text.rstrip("\n").encode() + b"\n")
        try:
            return json.loads(text, object_pairs_hook=_unique)
        except (ValueError, RecursionError):
            kind = FileFormatError if self._number == 1 else CheckFailed
            raise kind("not JSON" if self._number > 1 else "it is not a certificate: the first line is not JSON") from None

    def check_end(self, counts: dict[str, int]) -> None:
        """Raise unless the last line agrees with what was read."""
        document = self.next()
        if not isinstance(document, dict) or set(document) != {"end"}:
            raise CheckFailed("the tree is complete before this line; the end should come here")
        if document["end"] != {**counts, "sha256": self._before}:
            raise CheckFailed("the lines before are not those that were written: counts or digest differ")
        if any(line.strip() for line in self._lines):
            raise CheckFailed("there are lines after the end")

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CheckFailed):
            raise CheckFailed(f"line {max(self._number, 1)}: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found
