"""Modules of PyTorch: what `torch.export` makes of them, operator by operator, as networks.

`torch.export` runs the module's own Python code on tensors without numbers and writes down the operators of the library ATen
that it calls: so every module can be read whose code does not depend on numbers, not only a `Sequential`.
`torch_operators.py` lowers them. What is computed of parameters alone (a mask, a weight norm) PyTorch computes, in its own
precision, as the module does; whatever depends on the input is exact.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from relupoly.errors import InputError, MissingPackageError, ModelError
from relupoly.files.json_text import quoted
from relupoly.files.onnx.nodes import as_tensor, check_shape
from relupoly.frameworks.parts import at
from relupoly.frameworks.torch_calls import Call, name_of
from relupoly.frameworks.torch_operators import PASSING, SMOOTH, result_of
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor
from relupoly.networks.network import Network
from relupoly.plain_text import clipped, plain_text

KEY = "torch"
_DROP = "drop_last=True leaves a last activation off"
_LONGEST = 160  # characters of what PyTorch says about a module: its first line says what is wrong


def from_torch(module: Any, input_shape: Sequence[int] | None = None, drop_last: bool = False) -> Network:
    """The function of a module of PyTorch as a network.

    Parameters
    ----------
    module : torch.nn.Module
        Whatever `torch.export` can follow, made of piecewise linear operators: linear layers, convolutions, batch
        normalisation, pooling, ReLU and its kin, skip connections, and more. It is taken in evaluation mode (dropout does
        nothing, batch normalisation uses its running statistics), and is not changed: its modules are in their modes again
        afterwards.
    input_shape : sequence of int, optional
        The shape of one sample, such as (1, 28, 28), without the axis of samples. Where it is left out, the first layer must
        be a `torch.nn.Linear`, whose number of inputs is taken.
    drop_last : bool
        Whether to leave off a last activation that is not piecewise linear: Softmax, Sigmoid, Tanh, ...

    Returns
    -------
    Network
        Its inputs and outputs are the entries of the module's, row by row.

    Raises
    ------
    MissingPackageError
        If PyTorch is not installed.
    ModelError
        If the module cannot be followed, does not take such an input, or its function is not piecewise linear; it names the
        part of the module.

    Notes
    -----
    A weight is the dyadic rational that it stores. Numbers in the module's code and options, such as the slope of a leaky ReLU,
    are rounded to single precision unless the module computes in double precision: so PyTorch uses them. One rounding remains,
    in batch normalisation: the quotient scale / sqrt(variance + epsilon) is rounded to a double.
    """
    try:
        import torch
    except ImportError:
        raise MissingPackageError("modules of PyTorch need the package torch: pip install relupoly[torch]") from None
    if not isinstance(module, torch.nn.Module):
        raise ModelError(f"an object of the class {plain_text(type(module).__name__)} is no torch.nn.Module; give one")
    shape = _shape(module, input_shape)
    program = _exported(module, shape)
    outputs = program.graph_signature.user_outputs
    if len(outputs) != 1:
        raise ModelError(
            f"the module gives {len(outputs)} tensors, and a network gives one; wrap it in a module that chooses one"
        )
    reading = _Reading(program, Lowering(math.prod(shape)), shape)
    notes: dict[str, Any] = {"module": plain_text(type(module).__name__)}
    output = outputs[0]
    if drop_last:
        output, notes["dropped"] = reading.before_last(output)
    tensor = reading.computed(output)
    if not isinstance(tensor, Tensor):
        raise ModelError("its output does not depend on its input; give a module that computes something of it")
    notes |= {"input": list(shape), "output": list(tensor.shape[1:]), "operators": dict(reading.operators)}
    if reading.notes:
        notes["rounded"] = sorted(set(reading.notes))
    return reading.lowering.network(as_tensor(tensor), {KEY: notes})


class _Reading:
    """The graph of a module, and what is known of its nodes.

    Parameters
    ----------
    program : torch.export.ExportedProgram
    lowering : Lowering
    shape : tuple of int
        Of one sample.
    """

    def __init__(self, program: Any, lowering: Lowering, shape: tuple[int, ...]) -> None:
        self.program, self.lowering = program, lowering
        self.nodes = {node.name: node for node in program.graph.nodes}
        self.known: dict[str, Any] = {}
        self.operators: Counter[str] = Counter()
        self.notes: list[str] = []
        stored = {**program.state_dict, **program.constants}
        for spec in program.graph_signature.input_specs:
            if spec.kind.name == "USER_INPUT":
                self.known[spec.arg.name] = lowering.input((1, *shape))
            elif hasattr(stored.get(spec.target), "detach"):
                self.known[spec.arg.name] = stored[spec.target].detach()

    def computed(self, output: str) -> Any:
        """What a node gives: the nodes stand in an order in which they can be computed, and those behind it are not."""
        for node in self.program.graph.nodes:
            if node.name in self.known or node.op != "call_function":
                continue
            self._compute(node)
            if node.name == output:
                break
        return self.known[output]

    def _compute(self, node: Any) -> None:
        kind = name_of(node.target)
        values = node.args, node.kwargs
        import torch

        arguments, options = torch.fx.node.map_arg(values, lambda one: self.known[one.name])
        with at(_place(node, kind)):
            if kind in SMOOTH and any(isinstance(one, Tensor) for one in arguments):
                raise ModelError(f"its function is not piecewise linear; {_DROP}" if self._is_last(node) else _NOT)
            result = result_of(Call(self.lowering, node.target, kind, arguments, options, node.meta.get("val"), self.notes))
        self.known[node.name] = result
        if isinstance(result, Tensor):
            self.operators[kind] += 1

    def _is_last(self, node: Any) -> bool:
        try:
            return bool(self.before_last(self.program.graph_signature.user_outputs[0])[0] == node.args[0].name)
        except ModelError:
            return False

    def before_last(self, output: str) -> tuple[str, str]:
        """What the last activation gets, if that is not piecewise linear, and its name.

        Raises
        ------
        ModelError
            If the last operator is piecewise linear.
        """
        node = self.nodes[output]
        while node.op == "call_function":
            kind = name_of(node.target)
            if kind in SMOOTH:
                return str(node.args[0].name), kind
            if kind not in PASSING:
                break
            node = node.args[0]
        raise ModelError("its last operator is piecewise linear, so nothing is left off; leave out drop_last")


_NOT = "its function is not piecewise linear"


def _place(node: Any, kind: str) -> str:
    """A node as messages name it: the part of the module that it comes from."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path, owner = stack[-1] if stack else ("", "")
    owner = plain_text(str(owner if isinstance(owner, str) else owner.__name__).rpartition(".")[2])
    return f"{quoted(path)} ({owner}), operator {kind}" if path else f"operator {kind}"


def _shape(module: Any, given: Sequence[int] | None) -> tuple[int, ...]:
    """The shape of one sample."""
    import torch

    if given is not None:
        lengths = [given] if isinstance(given, int) else list(given)
        if not all(isinstance(length, int) and length > 0 for length in lengths):
            raise ModelError(
                f"input_shape is {clipped(plain_text(str(given)))}; give whole numbers from 1, such as (1, 28, 28)"
            )
        check_shape(lengths)
        return tuple(lengths)
    for one in module.modules():
        if not next(one.children(), None) and next(one.parameters(), None) is not None:
            if isinstance(one, torch.nn.Linear):
                return (int(one.in_features),)
            break
    raise ModelError("the first layer does not say how many inputs there are; give input_shape, such as (1, 28, 28)")


def _exported(module: Any, shape: tuple[int, ...]) -> Any:
    """The operators that a module calls, without those that write into their arguments."""
    import torch

    first = next((one for one in module.parameters() if one.is_floating_point()), None)
    kind, device = (torch.get_default_dtype(), None) if first is None else (first.dtype, first.device)
    example = torch.zeros((1, *shape), dtype=kind, device=device)
    with _evaluating(module), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = torch.export.export(module, (example,), strict=False)
            written = [
                node for node in program.graph.nodes if getattr(getattr(node.target, "_schema", None), "is_mutable", False)
            ]
            return program.run_decompositions({}) if written else program
        except InputError:
            raise
        except Exception as error:  # whatever the module's own code raises
            lines = str(error).strip().splitlines() or [type(error).__name__]
            said = clipped(plain_text(lines[0]), _LONGEST)
            raise ModelError(
                f"torch.export cannot follow the module on an input of shape {[1, *shape]}: {said}; give another input_shape, "
                "or a module whose code does not depend on numbers"
            ) from None


@contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """All parts of a module in evaluation mode, inside `with`: each has its mode again afterwards."""
    modes = [(one, one.training) for one in module.modules()]
    try:
        for one, _ in modes:
            one.training = False
        yield
    finally:
        for one, training in modes:
            one.training = training
