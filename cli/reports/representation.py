"""What is told of a network that a piecewise linear function was made into: as a document for scripts, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..exit_codes import code_of
from ..output.report import Report
from .words import counted, why_partial

if TYPE_CHECKING:
    from relupoly.constructions.representation.max_affine import MaximumNetwork
    from relupoly.constructions.representation.shallow import ShallowNetwork
    from relupoly.constructions.representation.univariate import UnivariateNetwork
    from relupoly.networks.network import Network

_PROVED = {"proved": True, "complete": True, "stopped": None}


def univariate_report(found: UnivariateNetwork, output_bias: bool) -> Report:
    """What is told of the least network of a function of one variable."""
    bias = "with" if output_bias else "without"
    least = (
        f"no network with one hidden layer, {bias} output bias, has fewer"
        if found.minimal
        else f"perhaps not the least: {why_partial(found.stopped)}"
    )
    document = {
        **shape(found.network),
        "pieces": found.pieces,
        "output_bias": output_bias,
        "minimal": found.minimal,
        "proved": True,
        "complete": found.stopped is None,
        "stopped": found.stopped,
    }
    text = f"{counted(found.pieces, 'piece')}: {shape_text(found.network)}; {least}; proved equal to the function"
    return Report(lambda: document, lambda: text, code_of(found.stopped))


def max_affine_report(found: MaximumNetwork) -> Report:
    """What is told of a maximum of affine functions."""
    used = "all" if found.needed == found.given else f"the {found.needed} that are needed"
    text = f"the maximum of {counted(found.given, 'affine function')}, {used}: {shape_text(found.network)}; proved equal"
    document = {**shape(found.network), "functions": found.given, "needed": found.needed, **_PROVED}
    return Report(lambda: document, lambda: text)


def no_maximum_report(functions: int, stopped: str) -> Report:
    """What is told of a maximum of affine functions where time ran out."""
    return _nothing_written({"functions": functions}, "not finished", stopped)


def shallow_report(found: ShallowNetwork, file: str) -> Report:
    """What is told of a network with few hidden layers that is the same function as that of a file."""
    from relupoly.files.streams import display_name

    document = {
        **shape(found.network),
        "hidden_layers_at_most": found.bound,
        "routes": list(found.routes),
        "refused": found.refused,
        "minimal": found.minimal,
        **_PROVED,
    }
    routes = ", ".join(dict.fromkeys(found.routes))
    layers = f"Theorem 2.1 allows {found.bound} layers"
    text = f"{shape_text(found.network)} ({routes}; {layers}); proved equal to {display_name(file)}"
    return Report(lambda: document, lambda: text)


def no_shallow_report(found: ShallowNetwork | None, stopped: str) -> Report:
    """What is told where time ran out before a network with few hidden layers was found, or proved equal."""
    if found is None:
        return _nothing_written({}, "no network yet", stopped)
    return _nothing_written(shape(found.network), f"equality of {shape_text(found.network)} is not proved", stopped)


def _nothing_written(known: dict[str, Any], what: str, stopped: str) -> Report:
    document = {**known, "proved": None, "complete": False, "stopped": stopped}
    return Report(lambda: document, lambda: f"{what}: {why_partial(stopped)}; nothing was written", code_of(stopped))


def shape(network: Network) -> dict[str, Any]:
    """What every report says about the network."""
    return {
        "input_dim": network.input_dim,
        "hidden_layers": len(network.hidden),
        "widths": list(network.widths),
        "size": sum(network.widths),
    }


def shape_text(network: Network) -> str:
    """Layers and neurons, in words."""
    widths = ", ".join(map(str, network.widths))
    layers = f"{counted(len(network.hidden), 'hidden layer')} ({widths})" if network.widths else "no hidden layer"
    return f"{counted(sum(network.widths), 'neuron')} in {layers}" if network.widths else layers
