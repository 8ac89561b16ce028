"""Where the compiled walk lists cells, and collects fingerprints, vertices of level sets and patterns of faces."""

from __future__ import annotations

from typing import Any, NamedTuple


class Leaves(NamedTuple):
    """Where the cells of the last layer are listed: a stack of cones, of which there are only the values of forms at rays.

    Attributes
    ----------
    frame : ndarray of int, shape (cones, 4)
        For each cone the numbers of rays and of hyperplanes that cut it, and where its values and its rays start.
    plane : ndarray of int, shape (cones, planes)
        The hyperplanes that cut it, counted among the open ones.
    side : ndarray of int8, shape (cones, planes)
        On which side of each of them it lies, as far as that is decided.
    value : ndarray of float64
        The values of their forms at the rays, form by form.
    error, span : ndarray of float64
        Bounds for the errors and for the sizes of the values at each ray.
    tight : ndarray of uint64
        The walls that each ray lies on.
    pair : ndarray of int, shape (2, rays)
        The ends of the edges that cross a hyperplane.
    weight : ndarray of float64, shape (2, rays)
        By how much they contribute to the ray between them.
    """

    frame: Any
    plane: Any
    side: Any
    value: Any
    error: Any
    span: Any
    tight: Any
    pair: Any
    weight: Any


class Levels(NamedTuple):
    """Functions g, and where the vertices of the sets {f = g} in cells are collected.

    Attributes
    ----------
    count, cells : ndarray of int, shape (1,)
        How many vertices have been collected, and of how many cells.
    found : ndarray of int, shape (room, 3)
        The number of the function, that of the cell, and what was found: a vertex for certain, perhaps one, the whole cell.
    key : ndarray of uint64, shape (room, words)
        The face whose relative interior holds the vertex: the sign of every form there, two bits for each.
    base : ndarray of uint64, shape (words,)
        The same for the cell.
    form, form_error : ndarray of float64, shape (functions, outputs, D)
    constant, constant_error : ndarray of float64, shape (functions,)
        The coefficient of each function's constant.
    weight, weight_error : ndarray of float64, shape (outputs, rows)
        The output layer.
    corner : ndarray of float64, shape (2,)
        The constant's entry there, and its error bound.
    whole : bool
        Whether all of these are whole numbers, exactly.
    output, output_error : ndarray of float64, shape (outputs, D)
        The forms of the outputs on a cell.
    scale : ndarray of float64, shape (2,)
        The coefficient of the constant there, and its error bound.
    difference, difference_error : ndarray of float64, shape (D,)
    exact : ndarray of bool, shape (1,)
        Whether the difference is exact.
    """

    count: Any
    cells: Any
    found: Any
    key: Any
    base: Any
    form: Any
    form_error: Any
    constant: Any
    constant_error: Any
    weight: Any
    weight_error: Any
    corner: Any
    whole: bool
    output: Any
    output_error: Any
    scale: Any
    difference: Any
    difference_error: Any
    exact: Any


class Faces(NamedTuple):
    """Where the activation patterns of faces that are not simple are collected.

    Attributes
    ----------
    count, cells : ndarray of int, shape (1,)
        How many patterns have been collected, and of how many cells.
    batch : ndarray of int, shape (1,)
        How many have been handed over before.
    pattern : ndarray of uint64, shape (room, words)
        Which neurons are active, in bits; all different.
    owner : ndarray of int
        A table of them: the number of the pattern at each place, those handed over counted.
    base : ndarray of uint64, shape (words,)
        The pattern of the cell.
    level : ndarray of uint64, shape (2, faces)
        The faces of one dimension and of the next, each as its walls.
    wide : ndarray of uint64, shape (faces,)
        What a face and a ray span.
    stamp : ndarray of int, shape (1,)
        Counts the searches.
    spanned, spanned_stamp, met, met_stamp : ndarray of uint64 and of int
        Tables of what a face spans with rays, and of the faces of the next dimension: each with the search that it is of.
    """

    count: Any
    cells: Any
    batch: Any
    pattern: Any
    owner: Any
    base: Any
    level: Any
    wide: Any
    stamp: Any
    spanned: Any
    spanned_stamp: Any
    met: Any
    met_stamp: Any


class Cells(NamedTuple):
    """Where finished cells are written one after the other.

    Attributes
    ----------
    count : ndarray of int, shape (2,)
        How many cells there are, and how many rays they have together.
    signs : ndarray of int8, shape (room, planes)
        The signs of all layers' hyperplanes.
    label : ndarray of int32, shape (room, 64)
        The label of the wall in each slot.
    used : ndarray of uint64, shape (room,)
        Which slots have a wall.
    rays : ndarray of int, shape (room,)
        The number of rays.
    tight : ndarray of uint64
        For each ray, the slots of the walls on which it lies.
    value, error : ndarray of float64, shape (total, D)
        The rays, and bounds of their entries' errors.
    """

    count: Any
    signs: Any
    label: Any
    used: Any
    rays: Any
    tight: Any
    value: Any
    error: Any
