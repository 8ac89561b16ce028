"""Networks in files, and what tests of batches share."""

import json

import pytest
from command import random_layers, save

HAT = [([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)]
CROSS = [([[1, 0], [0, 1]], None), ([[1, 2]], None)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with nets: a hat of 4 pieces, relu(x) + 2 relu(y), and one that takes hours."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    save(tmp_path / "nets" / "hat.json", *HAT)
    save(tmp_path / "nets" / "cross.json", *CROSS)
    save(tmp_path / "huge.json", *random_layers([6, 40, 40, 40, 1]))
    return tmp_path


@pytest.fixture
def listed(folder):
    """Writes a list of jobs, each given as words."""

    def write(*jobs, name="jobs.jsonl"):
        lines = [job if isinstance(job, str) else json.dumps({"argv": [str(word) for word in job]}) for job in jobs]
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
        return name

    return write
