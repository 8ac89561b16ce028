"""Write docs/reference/api.md: every public name of relupoly, by theme, with its docstring.

Run as `make docs`. `THEMES` is the one list; tests prove that each public name is in exactly one theme, and that the page is
up to date.
"""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).with_name("reference") / "api.md"

OPENING = """\
# Python

<!-- This page is written by `make docs` from docs/make_api_reference.py and the docstrings. Do not edit it. -->

Everything below is in the package itself: `import relupoly as rp`, then `rp.count_pieces`. A name is loaded when it is
first used. Numbers may be given as ints, floats (a float is the dyadic rational that it stores), `fractions.Fraction`, or texts
such as `"1/3"` and `"0.1"`; answers are rationals of python-flint (`fmpq`). Whatever a user's input can cause is a
`relupoly.errors.InputError` whose message is one line.
"""

THEMES: dict[str, tuple[str, list[str]]] = {
    "Networks": (
        "A network is layers of exact affine maps, with ReLU between them.",
        ["Network", "Layer", "load", "save", "read_network", "write_network", "simplify", "expand"],
    ),
    "From and to other programs": (
        "Models in memory; files are read by `load`.",
        ["from_sklearn", "from_torch", "from_keras", "to_sklearn", "to_torch", "to_onnx"],
    ),
    "Domains": (
        "Where pieces are counted: all of R^n, a box, a polyhedron, such a set in an affine subspace, or a union of these.",
        ["Domain", "DomainUnion", "Polyhedron", "AffineSubspace", "read_domain", "read_domains", "read_points"],
    ),
    "Counting": (
        "How many pieces, and what else a list of cells tells.",
        ["count_pieces", "PieceCount", "f_vector", "stable_neurons", "known_stable_neurons", "StableNeurons", "Run", "Stopped"],
    ),
    "Regions": (
        "The regions themselves, and which of them are neighbours.",
        [
            "list_pieces",
            "pieces_at",
            "PieceRecord",
            "list_cells",
            "cells_at",
            "CellRecord",
            "Facet",
            "region_graph",
            "write_graph",
        ],
    ),
    "Pictures": (
        "How a network looks; by matplotlib, the extra `plot`, or as a page for a browser.",
        [
            "plot",
            "plot_arrangement",
            "plot_bounds",
            "plot_depth",
            "plot_graph",
            "plot_lipschitz",
            "plot_loss",
            "plot_zonotope",
            "page",
            "Page",
        ],
    ),
    "Counting in parts": (
        "One count on several machines, or in several runs.",
        ["count_part", "Part", "read_part", "write_part"],
    ),
    "Values and derivatives": (
        "What a network computes at points, exactly.",
        ["evaluate", "evaluate_floats", "activation_pattern", "gradient", "tangent"],
    ),
    "Analysis": (
        "What the pieces say about the function, exactly.",
        [
            *["analyze", "Analysis", "maximum", "minimum", "Extremum", "lipschitz", "Lipschitz"],
            *["integral", "moments", "Moments"],
            *["distribution", "Distribution"],
            *["decision_boundary", "DecisionBoundary", "topology", "Topology", "SetTopology", "cell_volumes", "CellVolumes"],
            *["shape", "Shape", "OutputShape", "Monotonicity", "ShapeAnswer"],
            *["stable_layers", "StableLayers", "StableLayer", "compress", "Compression"],
        ],
    ),
    "Properties": (
        "Whether some input satisfies constraints on inputs and outputs, with an exact input or the proof that there is none.",
        ["decide", "Verdict", "read_property", "Property", "LinearConstraint", "robustness", "Robustness"],
    ),
    "Formulas": (
        "A network as one piecewise affine function, written down for people and for programs.",
        ["formula_of", "Formula", "formula_text", "formula_sympy"],
    ),
    "Meshes": (
        "The cells of a network, its graph and its level sets, with exact points; `Mesh.save` writes files for viewers.",
        ["cell_mesh", "graph_surface", "level_surface", "Mesh"],
    ),
    "Equality and composition": (
        "Whether two networks are the same function, and networks made of others.",
        ["equal", "difference", "Witness", "compose", "restrict", "side_by_side", "subtract"],
    ),
    "Bounds": (
        "How many regions an architecture can have.",
        ["upper_bounds", "lower_bounds"],
    ),
    "Hard functions": (
        "Networks that need many neurons when shallow, with what is proved of them.",
        ["hard", "HardNet", "verify"],
    ),
    "Representation": (
        "Small networks for given piecewise linear functions.",
        ["PiecewiseLinear", "univariate_network", "maximum_network", "max_affine_network", "shallow_network"],
    ),
    "Arrangements and zonotopes": (
        "Hyperplanes, their regions, and the zonotopes that are dual to them.",
        [
            "Arrangement",
            "read_arrangement",
            "characteristic_polynomial",
            "list_regions",
            "arrangement_net",
            "Zonotope",
            "read_generators",
        ],
    ),
    "Training": (
        "Networks with one hidden layer that no other one of their width beats, with proofs.",
        ["train", "train_widths", "Training", "Problem", "read_samples", "loss_of", "check_certificate"],
    ),
}


def reference() -> str:
    """The text of the page."""
    return OPENING + "".join(section(title, *theme) for title, theme in THEMES.items())


def section(title: str, idea: str, names: list[str]) -> str:
    """A theme: its idea, and the docstring of each name."""
    return f"\n## {title}\n\n{idea}\n\n```{{eval-rst}}\n{''.join(map(directive, names))}```\n"


def directive(name: str) -> str:
    """What shows a docstring; of a class its public members too."""
    import relupoly

    if isinstance(getattr(relupoly, name), type):
        return f".. autoclass:: relupoly.{name}\n   :members:\n\n"
    return f".. autofunction:: relupoly.{name}\n\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
