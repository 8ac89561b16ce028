"""Which arrays of a numpy archive are which layer's weight and bias, by the names that several programs give them.

A matrix is stored as (outputs, inputs) by relupoly, PyTorch and affinitree, and as (inputs, outputs) by scikit-learn and Keras:
the names decide. Arrays without names (np.savez(file, *arrays)) may be either, and are read where only one of the two fits.
Layers come in the order of the numbers in their names; where the names give none, in the order of the archive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted
from relupoly.files.layer_order import orders, searchable

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Convention:
    """The names that a program gives to weights and biases.

    Attributes
    ----------
    example : str
    weight, bias : re.Pattern
        What they match in full; the only group is the name of the layer.
    transposed : bool
        Whether a matrix is stored as (inputs, outputs).
    passed : re.Pattern or None
        Arrays that hold no numbers of the net.
    """

    example: str
    weight: re.Pattern[str]
    bias: re.Pattern[str]
    transposed: bool
    passed: re.Pattern[str] | None = None

    def knows(self, key: str) -> bool:
        """Whether an array may have this name."""
        return any(pattern and pattern.fullmatch(key) for pattern in (self.weight, self.bias, self.passed))


@dataclass(frozen=True)
class LayerArrays:
    """The names of a layer's arrays, and whether its matrix is stored as (inputs, outputs)."""

    weight: str
    bias: str | None
    transposed: bool

    @property
    def turned(self) -> LayerArrays:
        """The same, its matrix stored the other way round."""
        return LayerArrays(self.weight, self.bias, not self.transposed)


RELUPOLY = Convention("W1, b1, W2, b2, ...", re.compile(r"W([1-9][0-9]{0,8})"), re.compile(r"b([1-9][0-9]{0,8})"), False)
AFFINITREE = Convention(
    "000.linear.weights, 000.linear.bias, ... (affinitree)",
    re.compile(r"([0-9]{1,9})\.linear\.weights"),
    re.compile(r"([0-9]{1,9})\.linear\.bias"),
    False,
    re.compile(r"[0-9]{1,9}\.(?:layers|relu)"),
)
KERAS = Convention(
    "dense/kernel:0, dense/bias:0, ... (Keras)",
    re.compile(r"(?:(.*)[/.])?kernel(?::0)?"),
    re.compile(r"(?:(.*)[/.])?bias(?::0)?"),
    True,
)
CONVENTIONS = (
    RELUPOLY,
    Convention(
        "coefs_0, intercepts_0, ... (scikit-learn)",
        re.compile(r"coefs?_([0-9]{1,9})"),
        re.compile(r"intercepts?_([0-9]{1,9})"),
        True,
    ),
    KERAS,
    AFFINITREE,
    Convention("0.weight, 0.bias, ... (PyTorch)", re.compile(r"(?:(.*)\.)?weight"), re.compile(r"(?:(.*)\.)?bias"), False),
)
_UNNAMED = re.compile(r"arr_([0-9]{1,9})")


def find_layers(shapes: Shapes, ordered: bool = True) -> list[LayerArrays]:
    """The layers of an archive, in order.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        The arrays' shapes by their names, in the order of the archive.
    ordered : bool
        Whether this is the order of the layers where their names give none. If not, the only one that fits is taken.

    Raises
    ------
    FileFormatError
        If a name is not known, an array is missing, the order is not certain, or a transposed matrix would fit; it says what
        would be right.

    Examples
    --------
    >>> find_layers({"fc.weight": (2, 3), "fc.bias": (2,)})
    [LayerArrays(weight='fc.weight', bias='fc.bias', transposed=False)]
    """
    if not shapes:
        raise FileFormatError("the archive has no array; name the arrays W1, b1, W2, b2, ...")
    if all(map(_UNNAMED.fullmatch, shapes)):
        return _unnamed(shapes)
    convention = _convention(shapes)
    weights = _by_layer(convention.weight, shapes)
    biases = _by_layer(convention.bias, shapes)
    names = _order(list(weights), convention, shapes, ordered)
    _check_complete(names, biases, convention)
    layers = _layers(names, weights, biases, convention)
    if convention is AFFINITREE:
        _check_alternation(shapes)
    _hint(layers, shapes)
    return layers


def fits(layers: Sequence[LayerArrays], shapes: Shapes) -> bool:
    """Whether matrices and biases of these shapes make a net; those with a wrong number of axes fit everything."""
    sizes = [_size(layer, shapes) for layer in layers]
    chained = all(one is None or two is None or one[0] == two[1] for one, two in pairwise(sizes))
    return chained and all(
        size is None or layer.bias is None or len(shapes[layer.bias]) != 1 or shapes[layer.bias] == (size[0],)
        for layer, size in zip(layers, sizes, strict=True)
    )


def _convention(shapes: Shapes) -> Convention:
    """The convention of all names; the error names the first one that is none of the most likely one's."""
    best = max(CONVENTIONS, key=lambda convention: sum(map(convention.knows, shapes)))
    stray = next((key for key in shapes if not best.knows(key)), None)
    if stray is None:
        return best
    if not any(map(best.knows, shapes)):
        known = "; ".join(convention.example for convention in CONVENTIONS)
        raise FileFormatError(f"unknown array {quoted(stray)}; name the arrays {known}")
    raise FileFormatError(f"unknown array {quoted(stray)}; name the arrays {best.example}: dense layers and nothing else")


def _by_layer(pattern: re.Pattern[str], shapes: Shapes) -> dict[str, str]:
    """The names of the arrays that match, by the names of their layers."""
    found: dict[str, str] = {}
    for key in shapes:
        if match := pattern.fullmatch(key):
            layer = match[1] or ""
            if layer in found:
                raise FileFormatError(f"{quoted(found[layer])} and {quoted(key)} name the same layer; keep one")
            found[layer] = key
    return found


def _layers(
    names: Sequence[str], weights: Mapping[str, str], biases: Mapping[str, str], convention: Convention
) -> list[LayerArrays]:
    return [LayerArrays(weights[name], biases.get(name), convention.transposed) for name in names]


def _check_complete(names: Sequence[str], biases: Mapping[str, str], convention: Convention) -> None:
    """Raise where a weight is missing."""
    if convention is RELUPOLY:
        depth = max(map(int, [*names, *biases]))
        missing = next((number for number in range(1, depth + 1) if str(number) not in names), None)
        if missing is not None:
            raise FileFormatError(f"the array W{missing} is missing, but the archive goes on to layer {depth}; add it")
    alone = next((biases[name] for name in biases if name not in names), None)
    if alone is not None or not names:
        raise FileFormatError(f"there is no weight for {quoted(alone or '')}; name the arrays {convention.example}")


def _order(names: list[str], convention: Convention, shapes: Shapes, ordered: bool) -> list[str]:
    """The layers' names in order: by the numbers in them if they differ in nothing else, else as in the archive."""
    parts = {name: re.split(r"([0-9]+)", _numbered(name) if convention is KERAS else name) for name in names}
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(names, key=lambda name: [_place(number) for number in parts[name][1::2]]):
        groups.setdefault(tuple(parts[name][::2]), []).append(name)
    if len(groups) <= 1:
        return [name for group in groups.values() for name in group]
    weights = _by_layer(convention.weight, shapes)
    biases = _by_layer(convention.bias, shapes)
    layers = _layers(names, weights, biases, convention)
    if not ordered:
        return _only_order(list(groups.values()), dict(zip(names, layers, strict=True)), shapes)
    turned = [layer.turned for layer in layers]
    if not fits(layers, shapes) and not fits(turned, shapes):
        shown = ", ".join(map(quoted, names[:4]))
        raise FileFormatError(
            f"the layers {shown} have no order by number, and do not fit in the order of the archive; name the arrays "
            f"{convention.example}"
        )
    return names


def _only_order(groups: list[list[str]], layers: Mapping[str, LayerArrays], shapes: Shapes) -> list[str]:
    """The only order in which the layers fit, those whose names differ in numbers alone being in the order of these.

    A linear layer leaves no axes for windows to move along: convolutions come before all of them.
    """
    names = []
    for convolution in (True, False):
        some = [[name for name in group if (len(shapes[layers[name].weight]) > 2) == convolution] for group in groups]
        some = [group for group in some if group]
        weights = [[shapes[layers[name].weight] for name in group] for group in some]
        turned = next(iter(layers.values())).transposed
        sizes = [[(shape[-1], shape[0]) if turned else (shape[0], shape[1]) for shape in group] for group in weights]
        found = orders(sizes) if searchable(sizes) else []
        if len(found) != 1:
            shown = ", ".join(quoted(group[0]) for group in groups[:4])
            why = "fit in more than one order" if found else "are in no order that is certain"
            raise FileFormatError(f"the layers {shown} have no order by number, and {why}; name them by numbers in their order")
        left = [iter(group) for group in some]
        names += [next(left[place]) for place in found[0]]
    return names


def _place(digits: str) -> tuple[int, str]:
    """What sorts numbers by their digits, however many there are."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _numbered(name: str) -> str:
    """The name of a Keras layer with its number: the first of a kind is called "dense", the next ones "dense_1", "dense_2"."""
    return name if re.search(r"_[0-9]+$", name) else f"{name}_0"


def _check_alternation(shapes: Shapes) -> None:
    """Raise unless each hidden layer of affinitree, and no other, is followed by a ReLU."""
    steps = sorted((int(key.split(".")[0]), key) for key in shapes if not key.endswith((".layers", ".bias")))
    for (_, one), (_, two) in pairwise(steps):
        if one.endswith("relu") == two.endswith("relu"):
            raise FileFormatError(f"{quoted(two)} follows {quoted(one)}; let linear layers and ReLUs take turns")
    if steps[0][1].endswith("relu") or steps[-1][1].endswith("relu"):
        raise FileFormatError("it begins or ends with a ReLU; let it begin and end with a linear layer")


def _unnamed(shapes: Shapes) -> list[LayerArrays]:
    """The layers of arrays arr_0, arr_1, ...: matrices, each with the vector that follows it as its bias."""
    keys = sorted(shapes, key=lambda key: int(key[4:]))
    layers = []
    for place, key in enumerate(keys):
        if len(shapes[key]) == 2:
            bias = keys[place + 1] if place + 1 < len(keys) and len(shapes[keys[place + 1]]) == 1 else None
            layers.append(LayerArrays(key, bias, False))
    used = {name for layer in layers for name in (layer.weight, layer.bias)}
    stray = next((key for key in keys if key not in used), None)
    if stray is not None:
        raise FileFormatError(
            f"{stray} has {len(shapes[stray])} axes and is neither a matrix nor the bias that follows one; name the arrays "
            f"{RELUPOLY.example}"
        )
    turned = [layer.turned for layer in layers]
    fitting = [one for one in (layers, turned) if fits(one, shapes)]
    if len(fitting) != 1:
        why = "both as they stand and transposed" if fitting else "neither as they stand nor transposed"
        raise FileFormatError(
            f"the matrices fit {why}, so it is not certain what they are; name them W1, b1, ... (outputs, inputs), or "
            "coefs_0, intercepts_0, ... (inputs, outputs)"
        )
    return fitting[0]


def _hint(layers: Sequence[LayerArrays], shapes: Shapes) -> None:
    """Raise where matrices do not fit, but would if all of them, or one, were transposed."""
    if fits(layers, shapes):
        return
    turned = [layer.turned for layer in layers]
    stored = "(inputs, outputs)" if layers[0].transposed else "(outputs, inputs)"
    if fits(turned, shapes):
        which = "all matrices" if len(layers) > 1 else layers[0].weight
        raise FileFormatError(f"the transpose of {which} would fit: under these names they are {stored}; save them transposed")
    for place, layer in enumerate(layers):
        if fits([*layers[:place], turned[place], *layers[place + 1 :]], shapes):
            raise FileFormatError(
                f"{layer.weight} is {' x '.join(map(str, shapes[layer.weight]))}, and its transpose would fit: under this name "
                f"it is {stored}; save it transposed"
            )


def _size(layer: LayerArrays, shapes: Shapes) -> tuple[int, int] | None:
    """The numbers of outputs and of inputs of a layer, or None where its weight is no matrix."""
    shape = shapes[layer.weight]
    if len(shape) != 2:
        return None
    return (shape[1], shape[0]) if layer.transposed else (shape[0], shape[1])
