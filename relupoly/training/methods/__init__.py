"""The ways to train; see `relupoly.training.train`."""

from __future__ import annotations

BRANCH, ENUMERATE, LOCAL = "branch", "enumerate", "local"
METHODS = (BRANCH, ENUMERATE, LOCAL)
