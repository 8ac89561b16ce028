"""What the facts about a network look like: as a document for scripts, as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from relupoly.plain_text import clipped

from ..exit_codes import code_of
from ..output.report import Report
from .layers import layer_rows, layers_document, model_document, model_rows, tensor_text
from .tables import at_most
from .words import counted, listed, ranges, why_partial

if TYPE_CHECKING:
    from relupoly.geometry.domain import Domain
    from relupoly.networks.network import Network
    from relupoly.pieces.enumeration.stable import StableNeurons

SCHEMA = 1

_NEURONS = ("dead", "constant", "duplicate", "opposite", "unused")

Named = list[dict[str, Any]]


def info_report(document: dict[str, Any]) -> Report:
    """What is told of a network."""
    code = code_of(document.get("stopped"))
    return Report(lambda: document, lambda: info_text(document), code, rows=lambda: [info_row(document)])


def info_row(document: dict[str, Any]) -> dict[str, Any]:
    """The row of a network in a table: of neurons their number, of those with one hyperplane that of groups."""
    names = ("widths", "depth", "parameters", "weights", "weight_bits", "first_layer_rank")
    row = {"file": document["file"], "inputs": document["input_dim"], "outputs": document["output_dim"]}
    row |= {name: document[name] for name in names}
    row |= {kind: sum(len(one["neurons"]) for one in document[kind]) for kind in ("dead", "constant", "unused")}
    row |= {kind: len(document[kind]) for kind in ("duplicate", "opposite")}
    stable = document.get("stable")
    row |= {f"stable_{side}": stable and sum(len(one["neurons"]) for one in stable[side]) for side in ("active", "inactive")}
    bounds = [bound for bound in document["upper_bounds"].values() if bound is not None]
    return row | {"regions_at_most": min(bounds), "domain": document.get("domain"), "stopped": document.get("stopped")}


def info_document(
    network: Network,
    file: str,
    domain: Domain | None = None,
    stable: StableNeurons | None = None,
    stopped: str | None = None,
) -> dict[str, Any]:
    """The JSON document about a network; its keys are stable.

    Parameters
    ----------
    network : Network
    file : str
    domain : Domain, optional
        Where the stable neurons were sought.
    stable : StableNeurons, optional
        None where nothing was known when the search was stopped.
    stopped : str, optional
        Why it was stopped.
    """
    from relupoly.networks.composition import restrict
    from relupoly.networks.neurons import weight_bits, weight_kind

    inside = restrict(network, domain.subspace) if domain and domain.subspace else network
    rank = _first_layer_rank(inside)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "file": file,
        "input_dim": network.input_dim,
        "output_dim": network.output_dim,
        **model_document(network),
        **_training(network),
        "widths": list(network.widths),
        **_linear(network),
        "depth": len(network.layers),
        "parameters": network.parameters,
        **_sparse(network),
        "layers": layers_document(network),
        "weights": weight_kind(network),
        "weight_bits": weight_bits(network),
        "first_layer_rank": rank,
        **_neurons(network),
    }
    if domain:
        document |= {"domain": domain.name, "stable": _stable(stable), "complete": stopped is None, "stopped": stopped}
    return document | {"upper_bounds": _bounds(network, rank, stable)}


def info_text(document: dict[str, Any]) -> list[str]:
    """The facts for people, in lines."""
    from relupoly.files.streams import display_name

    onnx = document.get("onnx")
    rows = [
        *model_rows(onnx),
        *_training_rows(document),
        ("inputs", tensor_text(document["input_dim"], onnx, "input")),
        ("outputs", tensor_text(document["output_dim"], onnx, "output")),
        ("widths", listed(list(map(str, document["widths"]))) or "no hidden layer"),
        *([("linear", _names(document["linear"]))] if "linear" in document else []),
        ("depth", f"{document['depth']}, the output layer included"),
        ("parameters", document["parameters"]),
        *layer_rows(document["layers"]),
        ("weights", _weights(document)),
        ("rank", _rank(document)),
        *((kind, _names(document[kind])) for kind in _NEURONS),
        *_domain_rows(document),
    ]
    lines = [f"{display_name(document['file'])}: {_headline(document)}", *(f"  {name:<15} {text}" for name, text in rows)]
    bounds = {name: at_most(bound) for name, bound in document["upper_bounds"].items() if bound is not None}
    column, width = max(13, *map(len, bounds)), max(map(len, bounds.values()))
    return [*lines, "  regions at most", *(f"    {name:<{column}} {bound:>{width}}" for name, bound in bounds.items())]


def _training(network: Network) -> dict[str, Any]:
    """What the metadata say of the training, where that is in our form, and of this network."""
    from relupoly.errors import FileFormatError
    from relupoly.files.tables.input_columns import KEY, trained_columns

    try:
        return {} if trained_columns(network) is None else {"training": dict(network.metadata[KEY])}
    except FileFormatError:
        return {}


def _training_rows(document: dict[str, Any]) -> list[tuple[str, str]]:
    """The table on which the network was trained, and its columns."""
    if "training" not in document:
        return []
    said = document["training"]
    names = [clipped(str(one.get("name") or f"column {one['number']}")) for one in said["inputs"]]
    data = said.get("data")
    file = data.get("file") if isinstance(data, Mapping) else None
    return [("trained on", f"{clipped(str(file)) if file else 'a table'}: {listed(names)}")]


def _first_layer_rank(network: Network) -> int:
    from relupoly.exact.rank import certified_rank

    return certified_rank(network.layers[0].weight)


def _linear(network: Network) -> dict[str, Named]:
    """The linear neurons, where there are some."""
    linear = _named(layer.linear for layer in network.hidden)
    return {"linear": linear} if linear else {}


def _sparse(network: Network) -> dict[str, Named]:
    """How many entries of the sparse weights are kept, where there are some."""
    from relupoly.exact.sparse import SparseMatrix

    weights = [(number, layer.weight) for number, layer in enumerate(network.layers, 1)]
    sparse = [
        {"layer": number, "kept": weight.count, "entries": weight.nrows() * weight.ncols()}
        for number, weight in weights
        if isinstance(weight, SparseMatrix)
    ]
    return {"sparse": sparse} if sparse else {}


def _neurons(network: Network) -> dict[str, Named]:
    """The facts about neurons, each as a list of layers with neurons, numbered from 1; a group is an entry of its own."""
    from relupoly.networks.neurons import neuron_facts

    facts = neuron_facts(network)
    return {
        "dead": _named(layer.dead for layer in facts),
        "constant": _named(layer.constant for layer in facts),
        "duplicate": _named_groups(layer.duplicate for layer in facts),
        "opposite": _named_groups(layer.opposite for layer in facts),
        "unused": _named(layer.unused for layer in facts),
    }


def _stable(stable: StableNeurons | None) -> dict[str, Named] | None:
    if stable is None:
        return None
    found = {"active": _named(stable.active), "inactive": _named(stable.inactive)}
    return found | ({"undecided": _named(stable.undecided)} if stable.stopped else {})


def _named(layers: Iterable[Sequence[int]]) -> Named:
    return _named_groups([neurons] if neurons else [] for neurons in layers)


def _named_groups(layers: Iterable[Sequence[Sequence[int]]]) -> Named:
    return [
        {"layer": number, "neurons": [index + 1 for index in group]}
        for number, groups in enumerate(layers, 1)
        for group in groups
    ]


def _bounds(network: Network, rank: int, stable: StableNeurons | None) -> dict[str, int | None]:
    """The upper bounds by name; with the stable neurons, also those that they sharpen."""
    from relupoly.bounds.upper import stable_bounds, upper_bounds

    bounds = upper_bounds(rank, network.widths, [len(layer.linear) for layer in network.hidden])
    if stable:
        sharper = stable_bounds(*stable_counts(network, stable))
        bounds |= {name: bound(rank, network.widths) for name, bound in sharper.items()}
    return bounds


def stable_counts(network: Network, stable: StableNeurons) -> tuple[list[int], list[int]]:
    """For each hidden layer, how many neurons are unstable, or may be, and how many are always active or linear."""
    active = [len(neurons) for neurons in stable.active]
    inactive = [len(neurons) for neurons in stable.inactive]
    unstable = [width - on - off for width, on, off in zip(network.relus, active, inactive, strict=True)]
    return unstable, [on + len(layer.linear) for on, layer in zip(active, network.hidden, strict=True)]


def _headline(document: dict[str, Any]) -> str:
    neurons, layers = sum(document["widths"]), len(document["widths"])
    if not layers:
        return "an affine map"
    linear = sum(len(entry["neurons"]) for entry in document.get("linear", []))
    kind = f", {linear} of them linear" if linear else ""
    return f"a ReLU network, {counted(neurons, 'neuron')} in {counted(layers, 'hidden layer')}{kind}"


def _weights(document: dict[str, Any]) -> str:
    what = {"integers": "integers", "doubles": "doubles", "rationals": "rationals, not all of them doubles"}[
        document["weights"]
    ]
    return f"{what}; {counted(document['weight_bits'], 'bit')} at most in a numerator or denominator"


def _rank(document: dict[str, Any]) -> str:
    place = " on the domain" if "domain" in document else ""
    return f"{document['first_layer_rank']}: so many directions the first layer sees{place}"


def _domain_rows(document: dict[str, Any]) -> list[tuple[str, str]]:
    if "domain" not in document:
        return []
    stable = document["stable"]
    unknown = f"not known: {why_partial(document['stopped'])}"
    kinds = [("always active", "active"), ("always inactive", "inactive")]
    left = stable and stable.get("undecided")
    return [
        ("domain", document["domain"]),
        *((title, _names(stable[kind]) if stable else unknown) for title, kind in kinds),
        *([("not decided", f"{_names(left)} ({why_partial(document['stopped'])})")] if left else []),
    ]


def _names(named: Named) -> str:
    return listed([f"layer {entry['layer']}: {ranges(entry['neurons'])}" for entry in named], "; ") or "none"
