"""Deciding exactly what floats leave open.

A ray is the solution of the walls on which it lies, a form is a row of the exact layer map: their scalar product in
integers has the sign that was asked for. The ray's floats are written anew from its exact coordinates at the same time,
so that the next forms find it accurate: that makes a new cone, and whoever goes on with the old one loses nothing but time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from flint import fmpz, fmpz_mat

from relupoly.exact.integers import IntegerVectors
from relupoly.exact.matrices import coprime
from relupoly.exact.vectors import UNKNOWN, Signs
from relupoly.geometry.cone import Cone
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.run import UNLIMITED, Run


def exact_ray(cone: Cone, index: int, layer_map: LayerMap) -> list[fmpz]:
    """The primitive integer vector of a ray: where all its walls vanish, on the cone's side of another wall."""
    if cone.dimension == 1:
        return [fmpz(1)]
    tight = cone.tight[index]
    forms = [layer_map.form(label) for label in cone.walls[tight].tolist()]
    matrix = fmpz_mat(len(forms), cone.dimension, [entry for form in forms for entry in form])
    kernel, nullity = matrix.nullspace()
    assert nullity == 1, "the walls of a ray meet in a line"
    ray = coprime([kernel[row, 0] for row in range(cone.dimension)])
    other = int(np.flatnonzero(~tight)[0])
    side = dot(layer_map.form(int(cone.walls[other])), ray) * int(cone.sides[other])
    return ray if side > 0 else [-entry for entry in ray]


def exact_cone(cone: Cone, layer_map: LayerMap) -> Cone:
    """The same cone with exact rays."""
    if isinstance(cone.rays, IntegerVectors):
        return cone
    rays = [entry for index in range(len(cone.rays)) for entry in exact_ray(cone, index, layer_map)]
    return Cone(
        IntegerVectors.from_integers(fmpz_mat(len(cone.rays), cone.dimension, rays)), cone.tight, cone.walls, cone.sides
    )


def decide(signs: Signs, cone: Cone, rows: Sequence[int], layer_map: LayerMap, run: Run = UNLIMITED) -> tuple[Cone, int]:
    """Replace every `UNKNOWN` among the signs by the exact sign.

    Parameters
    ----------
    signs : ndarray of int8, shape (k, m)
        The signs of forms at the rays of the cone; changed in place.
    rows : sequence of int
        The labels of the forms.
    run : Run, optional
        Asked at every ray whether to go on.

    Returns
    -------
    Cone
        The cone, with the rays in question written anew.
    int
        How many signs were decided.
    """
    doubtful = signs == UNKNOWN
    exact = {}
    for index in np.flatnonzero(doubtful.any(axis=0)).tolist():
        run.tick()
        ray = exact[index] = exact_ray(cone, index, layer_map)
        for row in np.flatnonzero(doubtful[:, index]).tolist():
            value = dot(layer_map.form(rows[row]), ray)
            signs[row, index] = (value > 0) - (value < 0)
    return replace(cone, rays=cone.rays.rewritten(exact)), int(np.count_nonzero(doubtful))


def refresh(cone: Cone, layer_map: LayerMap, run: Run = UNLIMITED) -> Cone:
    """The cone, with those rays written anew whose error bounds have grown too large."""
    exact = {}
    for index in cone.rays.inaccurate().tolist():
        run.tick()
        exact[index] = exact_ray(cone, index, layer_map)
    return replace(cone, rays=cone.rays.rewritten(exact))


def dot(form: Sequence[fmpz], ray: Sequence[fmpz]) -> fmpz:
    """The scalar product of two integer vectors."""
    return sum((one * two for one, two in zip(form, ray, strict=True)), fmpz(0))
