"""Nets: exact layers, evaluation, composition, restriction to an affine subspace, facts about neurons."""
