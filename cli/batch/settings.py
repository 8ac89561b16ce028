"""`Settings`: what all jobs of a batch have in common."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Settings:
    """How each job is run.

    Attributes
    ----------
    timeout : float or None
        The seconds that a job may take.
    memory : int or None
        The bytes that a job may take, beyond what its worker has begun with.
    folder : str
        Where relative names begin.
    """

    timeout: float | None
    memory: int | None
    folder: str

    def text(self) -> str:
        """The settings as a text."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> Settings:
        """The settings of a text.

        Examples
        --------
        >>> Settings.of(Settings(1.5, None, "/").text())
        Settings(timeout=1.5, memory=None, folder='/')
        """
        return cls(**json.loads(text))
