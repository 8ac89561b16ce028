"""`View`: what a picture of a net shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from relupoly.errors import InputError, NetworkError
from relupoly.networks.network import Network
from relupoly.pieces.listing.pieces import check_listed

COLORS = ("gradient", "value", "pattern", "layer", "depth", "area")
"""What pieces may be coloured by."""


@dataclass(frozen=True)
class View:
    """What a picture of a net shows of it.

    Attributes
    ----------
    notion : str
        Which pieces: "open", "activation", "closed" or "affine".
    color : str or None
        One of `COLORS`; None for the gradient where pieces are areas, and for no colouring where they are not.
    output : int or None
        Whose values and gradients, from 0; None for the first one, or all of them where there is room.
    level : fmpq or None
        The decision boundary is where this output has this value.
    ties : (int, int) or None
        It is where these two outputs are equal, numbered from 0.
    boundary : bool
        It is where the largest of several outputs is attained twice, or where a single one is 0.
    layers : tuple of int or None
        Borders made by neurons of which layers are shown, from 1; None for all.

    Raises
    ------
    InputError
        If pieces of the notion are not listed, there is no such colouring, or there are two decision boundaries.
    """

    notion: str = "open"
    color: str | None = None
    output: int | None = None
    level: fmpq | None = None
    ties: tuple[int, int] | None = None
    boundary: bool = False
    layers: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        check_listed(self.notion)
        if self.color not in (None, *COLORS):
            raise InputError(f"there is no colouring {self.color}; choose among {', '.join(COLORS)}")
        if (self.level is not None) + (self.ties is not None) + self.boundary > 1:
            raise InputError("a level, ties and the boundary exclude each other; ask for one")

    def check(self, network: Network) -> None:
        """See that the net has the outputs that are asked about.

        Raises
        ------
        NetworkError
            It names the output.
        """
        outputs = network.output_dim
        for number in (self.output or 0, *(self.ties or ())):
            if not 0 <= number < outputs:
                there = "1 output" if outputs == 1 else f"{outputs} outputs"
                raise NetworkError(f"there is no output {number + 1}: the network has {there}, numbered from 1")
        if self.ties and self.ties[0] == self.ties[1]:
            raise NetworkError(f"output {self.ties[0] + 1} is equal to itself everywhere; give two outputs")
        depth = len(network.hidden)
        for number in self.layers or ():
            if not 1 <= number <= depth:
                raise NetworkError(f"there is no hidden layer {number}: the network has {depth}, numbered from 1")

    @property
    def has_boundary(self) -> bool:
        """Whether a decision boundary is shown."""
        return self.boundary or self.ties is not None or self.level is not None

    def shows_layer(self, layer: int) -> bool:
        """Whether borders made by neurons of a layer are shown."""
        return self.layers is None or layer in self.layers
