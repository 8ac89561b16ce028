"""What proves a leaf, and how a proof is written down.

In: the search tree in preorder. Out: the lines of a certificate. Read first `proof.py`, then `certificate.py`, whose docstring
is the format; `relupoly.training.check` reads it.

* `proof.py`: splits, dual vectors, residuals; `proof_store.py`: the proofs of finished leaves, on disk;
* `short_proof.py`: dual vectors of few digits for leaves that the kernel closed; `linear_short_proof.py`: for linear losses;
* `certificate.py`: from lifted coordinates to those of the samples, line by line.
"""
