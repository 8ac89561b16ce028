"""Published tables of exact values, from the folder beside the checkout; empty where it is absent."""

import json
from pathlib import Path
from typing import Any

import pytest

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network

SHARED = Path(__file__).resolve().parents[3] / "shared"
REASON = "no folder shared/ beside the checkout: it holds the published tables and the ACAS Xu and MNIST nets"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=REASON)


def table(name: str, part: str | None = None) -> list[Any]:
    """The rows of a table, or of a part of it; a row that skips its test where the folder is absent."""
    path = SHARED / "facts" / f"{name}.json"
    if not path.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason=REASON))]
    document = json.loads(path.read_text())
    return document if part is None else document[part]


def table_net(row: dict[str, Any]) -> Network:
    """The net of a row with layers {"W": rows, "b": entries}."""
    return Network.from_rows([(layer["W"], layer["b"]) for layer in row["layers"]])


def native_net(document: dict[str, Any]) -> Network:
    """The net of a native document, read without the library's file formats."""
    return Network.from_rows([(layer["weight"], layer["bias"]) for layer in document["layers"]])


def named_domain(name: str, dimension: int) -> Domain:
    """The domain that the tables call "R^n" or "box LO HI"."""
    if name == "R^n":
        return Domain()
    _, low, high = name.split()
    return Domain.box([low] * dimension, [high] * dimension)
