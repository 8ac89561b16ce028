"""What stops work in tests."""

from __future__ import annotations


class After:
    """Interrupts when it was asked so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


class AfterItems:
    """Interrupts when so many items of an iterator have been seen."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.seen: list[object] = []

    def __call__(self) -> bool:
        return len(self.seen) >= self.count

    def take_all(self, items) -> None:
        for item in items:
            self.seen.append(item)
