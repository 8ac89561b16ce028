"""Fixtures for all tests."""

import json
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published tables and real networks beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no folder {SHARED.name}/ beside the checkout: it holds the published tables and the ACAS Xu and MNIST nets")
    return SHARED


def load_table(name: str) -> list:
    """The rows of a published table, or none where the folder is absent (parametrised tests are then skipped)."""
    path = SHARED / "facts" / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else []
