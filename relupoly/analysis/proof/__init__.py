"""Proofs of analyses: certificates that `relupoly.analysis.check` verifies.

Read `certificate.py` first: what a certificate holds, and how claims become tasks (`task.py`). `prover.py` makes the tree of a
task by boxes (`leaves.py`, with the bounds of Jacobians in `slopes.py`), and in small boxes `by_neurons.py`, with the linear
programs of `exact_part.py`; `nodes.py` holds it.
"""
