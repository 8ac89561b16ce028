"""The table of upper bounds on the number of regions of a net with a given architecture.

They hold for the activation regions, hence for the open, closed and affine regions, of which there are never more. They
hold for the activation patterns too: lowering the biases layer by layer by tiny amounts, each much smaller than the one
before, gives every non-empty pattern a region of full dimension. And they hold on every convex domain of full dimension.

Linear neurons have no sign, and cut nothing; dimensions pass through them as through neurons that are always active.
"""

from __future__ import annotations

from collections.abc import Sequence

from relupoly.bounds.architecture import relu_widths
from relupoly.bounds.bound import NOTIONS, Bound, table
from relupoly.bounds.histograms import hinz2019, histograms, histograms_stable
from relupoly.bounds.products import montufar2017, raghu2017, trivial
from relupoly.bounds.serra import serra2018, serra_stable
from relupoly.bounds.zaslavsky import zaslavsky

UPPER = table(
    Bound("trivial", trivial, "2^N activation patterns of N neurons"),
    Bound("raghu2017", raghu2017, "Raghu, Poole, Kleinberg, Ganguli, Sohl-Dickstein 2017, Thm 1"),
    Bound("montufar2017", montufar2017, "Montúfar 2017"),
    Bound("serra2018", serra2018, "Serra, Tjandraatmadja, Ramalingam 2018, Thm 1"),
    Bound("hinz2019", hinz2019, "Hinz, van de Geer 2019, binomial histogram"),
    Bound("histograms", histograms, "Hinz, van de Geer 2019 with a sharper histogram, proved here"),
    Bound("zaslavsky", zaslavsky, "Zaslavsky 1975", "one hidden layer"),
)


def stable_bounds(unstable: Sequence[int], active: Sequence[int]) -> dict[str, Bound]:
    """The bounds that stable neurons sharpen, as a table for given numbers of unstable and of always active neurons.

    Linear neurons are counted with those that are always active, so that the bounds need not be told of them again.

    They do not bound the patterns: a neuron that is active everywhere may be 0 on the boundary of the domain.

    Examples
    --------
    >>> stable_bounds([2, 4], [1, 0])["serra_stable"](2, [4, 4])
    38
    """

    def serra(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
        relu_widths(input_dim, widths, linear)
        return serra_stable(input_dim, widths, unstable, active)

    def sharper(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> int:
        relu_widths(input_dim, widths, linear)
        return histograms_stable(input_dim, widths, unstable, active)

    notions = tuple(notion for notion in NOTIONS if notion != "patterns")
    return table(
        Bound("serra_stable", serra, "Serra, Ramalingam 2020, by the stable neurons", notions=notions),
        Bound("histograms_stable", sharper, "the sharper histogram, by the stable neurons", notions=notions),
    )


def upper_bounds(input_dim: int, widths: Sequence[int], linear: Sequence[int] | None = None) -> dict[str, int | None]:
    """Every upper bound by name; None where its precondition fails.

    Parameters
    ----------
    input_dim : int
        The number of inputs. The rank r of the first weight matrix is as valid and may be smaller: the net is a net on R^r
        after a linear map from R^n onto R^r, under which its regions correspond one to one.
    widths : sequence of int
        The numbers of neurons of the hidden layers; none for an affine map, where every bound is 1.
    linear : sequence of int, optional
        How many of them are linear: they pass on what they compute, without ReLU.

    Examples
    --------
    >>> upper_bounds(2, [4])
    {'trivial': 16, 'raghu2017': 11, 'montufar2017': 11, 'serra2018': 11, 'hinz2019': 11, 'histograms': 11, 'zaslavsky': 11}
    >>> upper_bounds(2, [4, 4])["serra2018"], upper_bounds(2, [4, 4])["histograms"]
    (121, 115)
    >>> upper_bounds(2, [4, 4], linear=[1, 2])["serra2018"]
    28
    """
    return {name: bound(input_dim, widths, linear) for name, bound in UPPER.items()}
