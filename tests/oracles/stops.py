"""What stops work in tests."""

from __future__ import annotations


class After:
    """Interrupts when it was asked so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0
