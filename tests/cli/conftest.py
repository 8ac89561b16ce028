"""Networks in files."""

import pytest
from command import random_layers, save, start

from .searching import SEARCHING

IDENTITY = [([[1], [-1]], None), ([[1, -1]], None)]
HAT = [([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)]
CROSS = [([[1, 0], [0, 1]], None), ([[1, 2]], None)]
AFFINE = [([[1, 2, 3]], [4])]


@pytest.fixture(scope="session")
def nets(tmp_path_factory):
    """A folder: x = relu(x) - relu(-x); a hat on [-1, 1]; relu(x) + 2 relu(y); an affine map; nets that take hours."""
    folder = tmp_path_factory.mktemp("nets")
    for name, layers in {"identity": IDENTITY, "hat": HAT, "cross": CROSS, "affine": AFFINE}.items():
        save(folder / f"{name}.json", *layers)
    for name, sizes in {"huge": [6, 40, 40, 40, 1], "deep": [5, *[50] * 6, 5], "wide": [2, 2000, 1]}.items():
        save(folder / f"{name}.json", *random_layers(sizes))
    return folder


@pytest.fixture
def start_until():
    """Starts a program and waits until its stderr says something; ends it with the test."""
    processes = []

    def begin(line, *arguments, program):
        process = start(*arguments, program=program)
        processes.append(process)
        # Another line may come before, where something is being compiled.
        assert f"{line}\n" in iter(process.stderr.readline, "")
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def search(start_until):
    """Starts a training and waits until it searches."""
    return lambda *arguments: start_until("searching", "train", *arguments, program=SEARCHING)
