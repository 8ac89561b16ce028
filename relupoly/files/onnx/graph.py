"""`Graph`: the nodes of a model by what they give, and those that an output needs in an order in which they can be computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from relupoly.errors import FileFormatError
from relupoly.files.json_text import quoted
from relupoly.files.onnx.operators import PASSING, SMOOTH
from relupoly.plain_text import plain_text

CUT = "--output-node NAME (output_node=NAME)"
"""How an inner tensor is named as the output."""


@dataclass(frozen=True)
class Graph:
    """A graph.

    Attributes
    ----------
    nodes : tuple of onnx.NodeProto
    stored : mapping
        The initializers, onnx.TensorProto, by name.
    inputs : mapping
        The inputs that are not stored, onnx.ValueInfoProto, by name.
    outputs : tuple of str
    giver : mapping of str to int
        The node that gives each tensor.
    """

    nodes: tuple[Any, ...]
    stored: Mapping[str, Any]
    inputs: Mapping[str, Any]
    outputs: tuple[str, ...]
    giver: Mapping[str, int]

    @classmethod
    def of(cls, graph: Any) -> Graph:
        """The graph of an onnx.GraphProto.

        Raises
        ------
        FileFormatError
            If two nodes give the same tensor, or two initializers have one name.
        """
        stored: dict[str, Any] = {}
        for tensor in graph.initializer:
            if tensor.name in stored:
                raise FileFormatError(f"the initializer {quoted(tensor.name)} is there twice; keep one")
            stored[tensor.name] = tensor
        inputs = {value.name: value for value in graph.input if value.name not in stored}
        giver: dict[str, int] = {}
        for index, node in enumerate(graph.node):
            for name in filter(None, node.output):
                if name in giver or name in stored or name in inputs:
                    raise FileFormatError(
                        f"{place(index, node)} gives {quoted(name)}, which is given elsewhere, too; rename one"
                    )
                giver[name] = index
        return cls(tuple(graph.node), stored, inputs, tuple(dict.fromkeys(value.name for value in graph.output)), giver)

    def output(self, wanted: str | None) -> str:
        """The tensor that is the output of the net.

        Parameters
        ----------
        wanted : str or None
            A tensor, or a node with one output; None is the output of the graph.

        Raises
        ------
        FileFormatError
            If there is no such tensor, or the graph has several outputs.
        """
        if wanted is None:
            if len(self.outputs) != 1:
                raise FileFormatError(f"it has {_listed('output', self.outputs)}; choose one: {CUT}")
            return self.outputs[0]
        if wanted in self.giver or wanted in self.inputs:
            return wanted
        named = [node for node in self.nodes if node.name == wanted]
        if len(named) == 1 and len(named[0].output) == 1:
            return str(named[0].output[0])
        if named:
            raise FileFormatError(
                f"the node {quoted(wanted)} has several outputs, or is not the only one of that name; name a tensor"
            )
        near = get_close_matches(wanted, [*self.giver, *(node.name for node in self.nodes)], n=1)
        hint = f"; did you mean {quoted(near[0])}?" if near else ""
        raise FileFormatError(f"there is no tensor and no node {quoted(wanted)}{hint}")

    def before_last(self, output: str) -> tuple[str, str]:
        """What the last activation gets, if that is not piecewise linear, and the name of that operator.

        Raises
        ------
        FileFormatError
            If the last node is piecewise linear.
        """
        seen: set[str] = set()
        while output in self.giver and output not in seen:
            seen.add(output)
            node = self.nodes[self.giver[output]]
            if node.op_type in SMOOTH and len(node.input):
                return node.input[0], node.op_type
            if node.op_type not in PASSING:
                break
            output = node.input[0] if len(node.input) else ""
        raise FileFormatError(f"its last node is none of {', '.join(sorted(_LAST))}, so nothing is left off; drop --drop-last")

    def needed(self, output: str) -> list[int]:
        """The nodes that an output needs, each after those that it needs.

        Raises
        ------
        FileFormatError
            If something is missing, or needs itself.
        """
        found = self._reached(output)
        readers: dict[int, list[int]] = {index: [] for index in found}
        missing = dict.fromkeys(found, 0)
        for index in found:
            for before in {self.giver[name] for name in needs(self.nodes[index]) if name in self.giver}:
                readers[before].append(index)
                missing[index] += 1
        ready = deque(index for index in sorted(found) if not missing[index])
        order = []
        while ready:
            order.append(ready.popleft())
            for index in readers[order[-1]]:
                missing[index] -= 1
                if not missing[index]:
                    ready.append(index)
        if len(order) < len(found):
            left = min(index for index in found if missing[index])
            raise FileFormatError(f"{place(left, self.nodes[left])} needs what it gives: a cycle; cut it")
        return order

    def input(self, order: Iterable[int], output: str) -> str:
        """The input of the net: the one that is needed, or the only one there is.

        Raises
        ------
        FileFormatError
            If there are several, or there is none.
        """
        read = {name for index in order for name in needs(self.nodes[index])} | {output}
        used = [name for name in self.inputs if name in read] or list(self.inputs)
        if not used:
            raise FileFormatError("it has no input; a network needs one")
        if len(used) > 1:
            raise FileFormatError(f"it has {_listed('input', used)}, and a network has one; cut where one is enough: {CUT}")
        return used[0]

    def _reached(self, output: str) -> set[int]:
        """The nodes that an output needs."""
        found: set[int] = set()
        pending = [(output, "the output")]
        while pending:
            name, reader = pending.pop()
            if name in self.stored or name in self.inputs:
                continue
            if name not in self.giver:
                raise FileFormatError(f"{reader} needs {quoted(name)}, which nothing gives; add the node or the initializer")
            index = self.giver[name]
            if index not in found:
                found.add(index)
                pending += [(one, place(index, self.nodes[index])) for one in needs(self.nodes[index])]
        return found


_LAST = ("Softmax", "LogSoftmax", "Sigmoid", "Tanh")


def needs(node: Any) -> list[str]:
    """The tensors that a node reads."""
    return [name for name in node.input if name]


def place(index: int, node: Any) -> str:
    """A node as messages name it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> place(2, SimpleNamespace(name="", op_type="Relu"))
    'node 3 (Relu)'
    """
    name = f"node {quoted(node.name)}" if node.name else f"node {index + 1}"
    return f"{name} ({plain_text(node.op_type[:40]) or 'no operator'})"


def _listed(what: str, names: Iterable[str]) -> str:
    names = list(names)
    if not names:
        return f"no {what}"
    shown = ", ".join(quoted(name) for name in names[:5]) + (", ..." if len(names) > 5 else "")
    return f"{len(names)} {what}s ({shown})"
