"""Nets: exact layers, evaluation, composition, restriction to an affine subspace, facts about neurons.

Read `network.py` first: `Network`, the net that all else takes and gives. `composition.py` makes nets of nets, `evaluation.py`
their values, `tangent.py` how they change; `neurons.py` and `simplification.py` say what can be seen without looking at cells.
"""
