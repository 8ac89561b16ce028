"""`HardNet`: a net from a family, with its parameters, what is claimed of it, and how large shallower nets must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from relupoly.bounds.size import RootBound, arora2018_size, least_size
from relupoly.errors import SizeError
from relupoly.exact.json_numbers import jsonable
from relupoly.files.polyhedra.json_domain import document_of
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network

EQUAL = "equal"
AT_LEAST = "at least"
# What a file of some hundred megabytes holds, and exact entries need a gigabyte or two for.
_MOST_WEIGHTS = 10_000_000
# Evaluation and encoding go layer by layer, and the numbers of the deepest families double in each: 2^2000 is still quick to
# handle.
_MOST_LAYERS = 2_000
_most_weights: ContextVar[int] = ContextVar("most weights", default=_MOST_WEIGHTS)


@dataclass(frozen=True)
class PaperClaim:
    """What a paper says of a net, where it says it.

    Attributes
    ----------
    pieces, activation : int or None
        Maximal open connected sets on which the net is affine, and full-dimensional activation cells.
    domain : Domain
    relation : str
        EQUAL, or AT_LEAST where the paper's number is a lower bound only.
    """

    pieces: int | None = None
    activation: int | None = None
    domain: Domain = field(default_factory=Domain)
    relation: str = EQUAL


@dataclass(frozen=True)
class Claims:
    """What is proved of a net on all of R^n; None where there is no closed formula.

    Attributes
    ----------
    theorem : str
    pieces, activation : int or None
    pieces_at_least, activation_at_least : int or None
        Lower bounds, where the exact number has no closed formula.
    pieces_almost_surely, activation_almost_surely : int or None
        The number for all random weights but a set of probability 0.
    paper : PaperClaim or None
    """

    theorem: str
    pieces: int | None = None
    activation: int | None = None
    pieces_at_least: int | None = None
    activation_at_least: int | None = None
    pieces_almost_surely: int | None = None
    activation_almost_surely: int | None = None
    paper: PaperClaim | None = None

    def document(self, network: Network) -> dict[str, Any]:
        """The claims as JSON holds them, with the shape of the net."""
        others = {
            "pieces_at_least": self.pieces_at_least,
            "activation_at_least": self.activation_at_least,
            "pieces_almost_surely": self.pieces_almost_surely,
            "activation_almost_surely": self.activation_almost_surely,
        }
        paper = self.paper or PaperClaim()
        document = {
            "theorem": self.theorem,
            "pieces": self.pieces,
            "activation": self.activation,
            **{name: number for name, number in others.items() if number is not None},
            "pieces_paper": paper.pieces,
            "activation_paper": paper.activation,
            **({"paper_domain": document_of(paper.domain), "paper_relation": paper.relation} if self.paper else {}),
            **shape_of(network),
        }
        return {name: jsonable(value) for name, value in document.items()}


@dataclass(frozen=True)
class ShallowBound:
    """How large every net with so many hidden layers is that computes the same function.

    Attributes
    ----------
    hidden_layers : int
    paper : RootBound or None
        The bound as the paper has it.
    sharp : int or None
        The least size at which as many pieces are possible.
    possible : bool
        False where no net of any size computes the function.
    """

    hidden_layers: int
    paper: RootBound | None
    sharp: int | None
    possible: bool = True

    def document(self) -> dict[str, Any]:
        """The bound as JSON holds it: the paper's as a text where it is rational, else as a double rounded down."""
        document: dict[str, Any] = {"hidden_layers": self.hidden_layers, "paper": None, "sharp": jsonable(self.sharp)}
        if self.paper:
            exact = self.paper.exact
            document |= {
                "paper": self.paper.rounded_down if exact is None else str(exact),
                "paper_formula": str(self.paper),
                "paper_least": jsonable(self.paper.ceiling),
            }
        return document if self.possible else document | {"possible": False}


@dataclass(frozen=True)
class HardNet:
    """A member of a family of hard functions.

    Attributes
    ----------
    family : str
    network : Network
        Its metadata hold everything below.
    parameters : mapping
        Exact; `hard(family, **parameters)` makes the same net again.
    claims : Claims
    shallow_bounds : tuple of ShallowBound
        One for each smaller number of hidden layers.
    """

    family: str
    network: Network
    parameters: Mapping[str, Any]
    claims: Claims
    shallow_bounds: tuple[ShallowBound, ...]

    @classmethod
    def of(
        cls,
        family: str,
        network: Network,
        parameters: Mapping[str, Any],
        claims: Claims,
        shallow_bounds: Sequence[ShallowBound] = (),
    ) -> HardNet:
        """The member of a family whose net says what it is in its metadata."""
        exact = {name: jsonable(value) for name, value in parameters.items() if value is not None}
        metadata = {
            "family": family,
            "parameters": exact,
            "claims": claims.document(network),
            "shallow_bounds": [bound.document() for bound in shallow_bounds],
        }
        return cls(family, Network(network.layers, metadata), exact, claims, tuple(shallow_bounds))


def shape_of(network: Network) -> dict[str, int]:
    """Depth (the output layer included), hidden layers, width and size (hidden neurons) of a net."""
    return {
        "depth": len(network.layers),
        "hidden_layers": len(network.widths),
        "width": max(network.widths, default=0),
        "size": sum(network.widths),
    }


def shallow_bounds(network: Network, pieces: int, published: int | None = None) -> tuple[ShallowBound, ...]:
    """The bounds at every smaller number of hidden layers, for a net with so many pieces along a line.

    Parameters
    ----------
    network : Network
    pieces : int
        The number of pieces on a line, or a lower bound on it.
    published : int, optional
        The number of pieces to which the paper applies its Lemma D.6, where it is another.
    """
    shallower = range(1, len(network.widths))
    paper = pieces if published is None else published
    return tuple(ShallowBound(layers, arora2018_size(paper, layers), least_size(pieces, layers)) for layers in shallower)


@contextmanager
def at_most(weights: int) -> Iterator[None]:
    """Let no net be built in here that would have more weights than these."""
    before = _most_weights.set(min(weights, _MOST_WEIGHTS))
    try:
        yield
    finally:
        _most_weights.reset(before)


def check_size(sizes: Sequence[int]) -> None:
    """Refuse a net that would take all memory.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, the hidden widths, the number of outputs.

    Raises
    ------
    SizeError
        If it would have more than two thousand layers or ten million weights.
    """
    if len(sizes) > _MOST_LAYERS:
        raise SizeError(f"the net would have more than {_MOST_LAYERS - 1:,} layers; give parameters for fewer")
    weights = sum(before * after for before, after in pairwise(sizes))
    most = _most_weights.get()
    if weights > most:
        raise SizeError(f"the net would have {weights:,} weights; give parameters for at most {most:,}")
