"""Write samples/digits_28x28.csv: the three digits of digits_plane.csv at the size of MNIST, for nets on 784 inputs.

Each pixel becomes a square of 3 x 3, with a margin of two pixels around the image, and its grey, 0 to 16, a number from 0 to 1.
"""

from __future__ import annotations

import csv
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "samples" / "digits_28x28.csv"
SIDE, TIMES, MARGIN, WHITE = 8, 3, 2, 16


def enlarged(pixels: list[int]) -> list[float]:
    """An image of 28 x 28, row by row."""
    size = SIDE * TIMES + 2 * MARGIN
    image = [[0.0] * size for _ in range(size)]
    for row in range(SIDE * TIMES):
        for column in range(SIDE * TIMES):
            image[row + MARGIN][column + MARGIN] = pixels[row // TIMES * SIDE + column // TIMES] / WHITE
    return [grey for row in image for grey in row]


def text() -> str:
    """The file."""
    with open(HERE / "digits_plane.csv", newline="", encoding="utf-8") as stream:
        _, *rows = csv.reader(stream)
    return "".join(",".join(f"{grey:g}" for grey in enlarged(list(map(int, row)))) + "\n" for row in rows)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
