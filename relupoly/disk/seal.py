"""Seals: what a user's own runs have written down, told from what anybody else may have put there.

A checksum tells damage, but whoever writes a false result can write its checksum, too. So a seal is a checksum with a secret
(HMAC-SHA256): 32 random bytes in the user's state folder, which nobody else may read. A result is believed only if its seal is
right, which says no more and no less than that a run of this user found it. Where no secret can be kept there are no seals, and
nothing is believed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from relupoly.disk.atomic import replacing
from relupoly.disk.ownership import belongs_to_us, is_secret, others_can_write
from relupoly.disk.plain import read_plain
from relupoly.errors import FileFormatError

_BYTES = 32  # As many as SHA-256 gives: a longer secret is no harder to guess.


def seal(kind: str, document: Mapping[str, Any]) -> str | None:
    """The seal of a JSON document of some kind; None where there is no secret."""
    secret = _secret()
    if secret is None:
        return None
    text = json.dumps([kind, document], sort_keys=True, separators=(",", ":"))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def is_sealed(kind: str, document: Mapping[str, Any], mark: object) -> bool:
    """Whether a document bears the seal that this user's runs give it."""
    right = seal(kind, document)
    return right is not None and isinstance(mark, str) and hmac.compare_digest(right.encode(), mark.encode())


def secret_file() -> Path:
    """Where the secret is kept, by the rules of the XDG base directories."""
    given = os.environ.get("XDG_STATE_HOME", "")
    state = Path(given) if os.path.isabs(given) else Path("~/.local/state").expanduser()
    return state / "relupoly" / "seal.key"


def _secret() -> bytes | None:
    with suppress(OSError, RuntimeError, FileFormatError):
        place = secret_file()
        found = _private(place)
        if found is None:
            _make(place)
            found = _private(place)
        return found
    return None


def _private(place: Path) -> bytes | None:
    """The secret, if it lies where nobody else can have put it or read it."""
    data = read_plain(place)
    if data is None:
        return None
    folder, file = os.lstat(place.parent), os.lstat(place)
    ours = belongs_to_us(folder) and not others_can_write(folder) and is_secret(file)
    if not ours or len(data) != _BYTES:
        raise FileFormatError("it is no secret")
    return data


def _make(place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two first runs at once agree on the secret of the one that moves it into place first.
    with suppress(FileFormatError), replacing(place) as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(secrets.token_bytes(_BYTES))
