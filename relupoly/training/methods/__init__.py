"""The ways to train: what `relupoly.training.train` chooses from.

In: a `Trainer`, which holds the question and the best net so far. Out: a `Training`. Read first `branch.py`.

* `branch.py`: branch and bound; `wide.py`: nets so wide that one convex program is enough; `training_certificate.py`: writing
  the proof, as far as time allows;
* `enumeration.py`: Algorithm 1 of Arora et al., which is in `algorithm_1.py`;
* `local.py`: local search alone: on the samples (`sample_search.py`), then from cell to cell, compiled (`compiled_local.py`) or
  in rationals (`exact_local.py`).
"""

from __future__ import annotations

BRANCH, ENUMERATE, LOCAL = "branch", "enumerate", "local"
METHODS = (BRANCH, ENUMERATE, LOCAL)
