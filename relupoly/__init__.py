"""Exact answers about ReLU networks.

The public names below are loaded when they are first used (PEP 562): importing the package loads nothing heavy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relupoly.analysis.analysis import Analysis as Analysis
    from relupoly.analysis.analysis import analyze as analyze
    from relupoly.analysis.compression import Compression as Compression
    from relupoly.analysis.compression import compress as compress
    from relupoly.analysis.distribution.distribution import Distribution as Distribution
    from relupoly.analysis.distribution.spread import distribution as distribution
    from relupoly.analysis.equality.equality import Witness as Witness
    from relupoly.analysis.extrema import maximum as maximum
    from relupoly.analysis.extrema import minimum as minimum
    from relupoly.analysis.formula.assembly import formula_of as formula_of
    from relupoly.analysis.formula.forms import formula_text as formula_text
    from relupoly.analysis.formula.formula import Formula as Formula
    from relupoly.analysis.formula.sympy_form import formula_sympy as formula_sympy
    from relupoly.analysis.gradients import gradient as gradient
    from relupoly.analysis.largest import Extremum as Extremum
    from relupoly.analysis.levels.answers import DecisionBoundary as DecisionBoundary
    from relupoly.analysis.levels.decision_boundary import decision_boundary as decision_boundary
    from relupoly.analysis.levels.topology import SetTopology as SetTopology
    from relupoly.analysis.levels.topology import Topology as Topology
    from relupoly.analysis.levels.topology import topology as topology
    from relupoly.analysis.levels.volumes import CellVolumes as CellVolumes
    from relupoly.analysis.levels.volumes import cell_volumes as cell_volumes
    from relupoly.analysis.lipschitz.answer import Lipschitz as Lipschitz
    from relupoly.analysis.lipschitz.lipschitz import lipschitz as lipschitz
    from relupoly.analysis.meshes.cell_mesh import cell_mesh as cell_mesh
    from relupoly.analysis.meshes.graph_surface import graph_surface as graph_surface
    from relupoly.analysis.meshes.level_surface import level_surface as level_surface
    from relupoly.analysis.meshes.mesh import Mesh as Mesh
    from relupoly.analysis.moments import Moments as Moments
    from relupoly.analysis.moments import integral as integral
    from relupoly.analysis.moments import moments as moments
    from relupoly.analysis.robustness.answer import Robustness as Robustness
    from relupoly.analysis.robustness.robustness import robustness as robustness
    from relupoly.analysis.shape.answers import Monotonicity as Monotonicity
    from relupoly.analysis.shape.answers import OutputShape as OutputShape
    from relupoly.analysis.shape.answers import Shape as Shape
    from relupoly.analysis.shape.answers import ShapeAnswer as ShapeAnswer
    from relupoly.analysis.shape.shape import shape as shape
    from relupoly.analysis.stable_layers import StableLayer as StableLayer
    from relupoly.analysis.stable_layers import StableLayers as StableLayers
    from relupoly.analysis.stable_layers import stable_layers as stable_layers
    from relupoly.analysis.verification.decide import decide as decide
    from relupoly.analysis.verification.verdict import Verdict as Verdict
    from relupoly.bounds.lower import lower_bounds as lower_bounds
    from relupoly.bounds.upper import upper_bounds as upper_bounds
    from relupoly.constructions.hard import hard as hard
    from relupoly.constructions.hard_net import HardNet as HardNet
    from relupoly.constructions.maximum_tree import maximum_network as maximum_network
    from relupoly.constructions.representation.max_affine import max_affine_network as max_affine_network
    from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear as PiecewiseLinear
    from relupoly.constructions.representation.shallow import shallow_network as shallow_network
    from relupoly.constructions.representation.univariate import univariate_network as univariate_network
    from relupoly.constructions.verification import verify as verify
    from relupoly.face import count_pieces as count_pieces
    from relupoly.face import difference as difference
    from relupoly.face import equal as equal
    from relupoly.face import load as load
    from relupoly.face import region_graph as region_graph
    from relupoly.face import save as save
    from relupoly.files import (
        read_arrangement as read_arrangement,
    )
    from relupoly.files import (
        read_domain as read_domain,
    )
    from relupoly.files import (
        read_domains as read_domains,
    )
    from relupoly.files import (
        read_generators as read_generators,
    )
    from relupoly.files import (
        read_network as read_network,
    )
    from relupoly.files import (
        read_points as read_points,
    )
    from relupoly.files import (
        read_property as read_property,
    )
    from relupoly.files import (
        read_samples as read_samples,
    )
    from relupoly.files import (
        write_graph as write_graph,
    )
    from relupoly.files import (
        write_network as write_network,
    )
    from relupoly.frameworks.export import to_onnx as to_onnx
    from relupoly.frameworks.export import to_sklearn as to_sklearn
    from relupoly.frameworks.export import to_torch as to_torch
    from relupoly.frameworks.keras_models import from_keras as from_keras
    from relupoly.frameworks.sklearn_models import from_sklearn as from_sklearn
    from relupoly.frameworks.torch_modules import from_torch as from_torch
    from relupoly.geometry.arrangement import Arrangement as Arrangement
    from relupoly.geometry.characteristic import characteristic_polynomial as characteristic_polynomial
    from relupoly.geometry.domain import Domain as Domain
    from relupoly.geometry.polyhedron import Polyhedron as Polyhedron
    from relupoly.geometry.subspace import AffineSubspace as AffineSubspace
    from relupoly.geometry.union import DomainUnion as DomainUnion
    from relupoly.geometry.zonotope import Zonotope as Zonotope
    from relupoly.networks.arrangements import arrangement_net as arrangement_net
    from relupoly.networks.composition import compose as compose
    from relupoly.networks.composition import restrict as restrict
    from relupoly.networks.composition import side_by_side as side_by_side
    from relupoly.networks.composition import subtract as subtract
    from relupoly.networks.evaluation import activation_pattern as activation_pattern
    from relupoly.networks.evaluation import evaluate as evaluate
    from relupoly.networks.evaluation import evaluate_floats as evaluate_floats
    from relupoly.networks.expansion import expand as expand
    from relupoly.networks.network import Layer as Layer
    from relupoly.networks.network import Network as Network
    from relupoly.networks.property import LinearConstraint as LinearConstraint
    from relupoly.networks.property import Property as Property
    from relupoly.networks.simplification import simplify as simplify
    from relupoly.networks.tangent import tangent as tangent
    from relupoly.page_face import Page as Page
    from relupoly.page_face import page as page
    from relupoly.parallel.part_file import read_part as read_part
    from relupoly.parallel.part_file import write_part as write_part
    from relupoly.parallel.run import count_part as count_part
    from relupoly.pieces.counting.part import Part as Part
    from relupoly.pieces.counting.piece_count import PieceCount as PieceCount
    from relupoly.pieces.enumeration.complex import f_vector as f_vector
    from relupoly.pieces.enumeration.regions import list_regions as list_regions
    from relupoly.pieces.enumeration.stable import StableNeurons as StableNeurons
    from relupoly.pieces.enumeration.stable import known_stable_neurons as known_stable_neurons
    from relupoly.pieces.enumeration.stable import stable_neurons as stable_neurons
    from relupoly.pieces.listing.records import CellRecord as CellRecord
    from relupoly.pieces.listing.records import Facet as Facet
    from relupoly.pieces.listing.records import PieceRecord as PieceRecord
    from relupoly.plot_face import plot as plot
    from relupoly.plots.arrangement import plot_arrangement as plot_arrangement
    from relupoly.plots.charts.bounds import plot_bounds as plot_bounds
    from relupoly.plots.charts.depth import plot_depth as plot_depth
    from relupoly.plots.charts.gradient_norms import plot_lipschitz as plot_lipschitz
    from relupoly.plots.charts.loss import plot_loss as plot_loss
    from relupoly.plots.region_graph import plot_graph as plot_graph
    from relupoly.plots.solid.zonotope import plot_zonotope as plot_zonotope
    from relupoly.region_face import cells_at as cells_at
    from relupoly.region_face import list_cells as list_cells
    from relupoly.region_face import list_pieces as list_pieces
    from relupoly.region_face import pieces_at as pieces_at
    from relupoly.run import Run as Run
    from relupoly.run import Stopped as Stopped
    from relupoly.training.answer import Training as Training
    from relupoly.training.check import check_certificate as check_certificate
    from relupoly.training.problem.problem import Problem as Problem
    from relupoly.training.problem.problem import loss_of as loss_of
    from relupoly.training.train import train as train
    from relupoly.training.train import train_widths as train_widths

_HOMES = {
    "AffineSubspace": "relupoly.geometry.subspace",
    "Analysis": "relupoly.analysis.analysis",
    "Arrangement": "relupoly.geometry.arrangement",
    "CellRecord": "relupoly.pieces.listing.records",
    "CellVolumes": "relupoly.analysis.levels.volumes",
    "Compression": "relupoly.analysis.compression",
    "DecisionBoundary": "relupoly.analysis.levels.answers",
    "Distribution": "relupoly.analysis.distribution.distribution",
    "Domain": "relupoly.geometry.domain",
    "DomainUnion": "relupoly.geometry.union",
    "Extremum": "relupoly.analysis.largest",
    "Facet": "relupoly.pieces.listing.records",
    "Formula": "relupoly.analysis.formula.formula",
    "HardNet": "relupoly.constructions.hard_net",
    "Layer": "relupoly.networks.network",
    "LinearConstraint": "relupoly.networks.property",
    "Lipschitz": "relupoly.analysis.lipschitz.answer",
    "Mesh": "relupoly.analysis.meshes.mesh",
    "Moments": "relupoly.analysis.moments",
    "Monotonicity": "relupoly.analysis.shape.answers",
    "Network": "relupoly.networks.network",
    "OutputShape": "relupoly.analysis.shape.answers",
    "Page": "relupoly.page_face",
    "Part": "relupoly.pieces.counting.part",
    "PieceCount": "relupoly.pieces.counting.piece_count",
    "PieceRecord": "relupoly.pieces.listing.records",
    "PiecewiseLinear": "relupoly.constructions.representation.piecewise_linear",
    "Polyhedron": "relupoly.geometry.polyhedron",
    "Problem": "relupoly.training.problem.problem",
    "Property": "relupoly.networks.property",
    "Robustness": "relupoly.analysis.robustness.answer",
    "Run": "relupoly.run",
    "SetTopology": "relupoly.analysis.levels.topology",
    "Shape": "relupoly.analysis.shape.answers",
    "ShapeAnswer": "relupoly.analysis.shape.answers",
    "StableLayer": "relupoly.analysis.stable_layers",
    "StableLayers": "relupoly.analysis.stable_layers",
    "StableNeurons": "relupoly.pieces.enumeration.stable",
    "Stopped": "relupoly.run",
    "Topology": "relupoly.analysis.levels.topology",
    "Training": "relupoly.training.answer",
    "Verdict": "relupoly.analysis.verification.verdict",
    "Witness": "relupoly.analysis.equality.equality",
    "Zonotope": "relupoly.geometry.zonotope",
    "activation_pattern": "relupoly.networks.evaluation",
    "analyze": "relupoly.analysis.analysis",
    "arrangement_net": "relupoly.networks.arrangements",
    "cell_mesh": "relupoly.analysis.meshes.cell_mesh",
    "cell_volumes": "relupoly.analysis.levels.volumes",
    "cells_at": "relupoly.region_face",
    "characteristic_polynomial": "relupoly.geometry.characteristic",
    "check_certificate": "relupoly.training.check",
    "compose": "relupoly.networks.composition",
    "compress": "relupoly.analysis.compression",
    "count_part": "relupoly.parallel.run",
    "count_pieces": "relupoly.face",
    "decide": "relupoly.analysis.verification.decide",
    "decision_boundary": "relupoly.analysis.levels.decision_boundary",
    "difference": "relupoly.face",
    "distribution": "relupoly.analysis.distribution.spread",
    "equal": "relupoly.face",
    "evaluate": "relupoly.networks.evaluation",
    "evaluate_floats": "relupoly.networks.evaluation",
    "expand": "relupoly.networks.expansion",
    "f_vector": "relupoly.pieces.enumeration.complex",
    "formula_of": "relupoly.analysis.formula.assembly",
    "formula_sympy": "relupoly.analysis.formula.sympy_form",
    "formula_text": "relupoly.analysis.formula.forms",
    "from_keras": "relupoly.frameworks.keras_models",
    "from_sklearn": "relupoly.frameworks.sklearn_models",
    "from_torch": "relupoly.frameworks.torch_modules",
    "gradient": "relupoly.analysis.gradients",
    "graph_surface": "relupoly.analysis.meshes.graph_surface",
    "hard": "relupoly.constructions.hard",
    "integral": "relupoly.analysis.moments",
    "known_stable_neurons": "relupoly.pieces.enumeration.stable",
    "level_surface": "relupoly.analysis.meshes.level_surface",
    "lipschitz": "relupoly.analysis.lipschitz.lipschitz",
    "list_cells": "relupoly.region_face",
    "list_pieces": "relupoly.region_face",
    "list_regions": "relupoly.pieces.enumeration.regions",
    "load": "relupoly.face",
    "loss_of": "relupoly.training.problem.problem",
    "lower_bounds": "relupoly.bounds.lower",
    "max_affine_network": "relupoly.constructions.representation.max_affine",
    "maximum": "relupoly.analysis.extrema",
    "maximum_network": "relupoly.constructions.maximum_tree",
    "minimum": "relupoly.analysis.extrema",
    "moments": "relupoly.analysis.moments",
    "page": "relupoly.page_face",
    "pieces_at": "relupoly.region_face",
    "plot": "relupoly.plot_face",
    "plot_arrangement": "relupoly.plots.arrangement",
    "plot_bounds": "relupoly.plots.charts.bounds",
    "plot_depth": "relupoly.plots.charts.depth",
    "plot_graph": "relupoly.plots.region_graph",
    "plot_lipschitz": "relupoly.plots.charts.gradient_norms",
    "plot_loss": "relupoly.plots.charts.loss",
    "plot_zonotope": "relupoly.plots.solid.zonotope",
    "read_arrangement": "relupoly.files",
    "read_domain": "relupoly.files",
    "read_domains": "relupoly.files",
    "read_generators": "relupoly.files",
    "read_network": "relupoly.files",
    "read_part": "relupoly.parallel.part_file",
    "read_points": "relupoly.files",
    "read_property": "relupoly.files",
    "read_samples": "relupoly.files",
    "region_graph": "relupoly.face",
    "restrict": "relupoly.networks.composition",
    "robustness": "relupoly.analysis.robustness.robustness",
    "save": "relupoly.face",
    "shallow_network": "relupoly.constructions.representation.shallow",
    "shape": "relupoly.analysis.shape.shape",
    "side_by_side": "relupoly.networks.composition",
    "simplify": "relupoly.networks.simplification",
    "stable_layers": "relupoly.analysis.stable_layers",
    "stable_neurons": "relupoly.pieces.enumeration.stable",
    "subtract": "relupoly.networks.composition",
    "tangent": "relupoly.networks.tangent",
    "to_onnx": "relupoly.frameworks.export",
    "to_sklearn": "relupoly.frameworks.export",
    "to_torch": "relupoly.frameworks.export",
    "topology": "relupoly.analysis.levels.topology",
    "train": "relupoly.training.train",
    "train_widths": "relupoly.training.train",
    "univariate_network": "relupoly.constructions.representation.univariate",
    "upper_bounds": "relupoly.bounds.upper",
    "verify": "relupoly.constructions.verification",
    "write_graph": "relupoly.files",
    "write_network": "relupoly.files",
    "write_part": "relupoly.parallel.part_file",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name == "__version__":
        from importlib.metadata import version

        return version("relupoly")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
