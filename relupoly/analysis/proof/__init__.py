"""Proofs of analyses: certificates that `relupoly.analysis.check` verifies.

Read `certificate.py` first: what a certificate holds, and how claims become tasks (`task.py`). `prover.py` makes the tree of a
task; `exact_part.py` has the linear programs of its small parts, `slopes.py` the bounds of Jacobians.
"""
