"""How many regions nets of so many neurons in so many hidden layers have at most, however the neurons are divided."""

from __future__ import annotations

from relupoly.bounds.products import raghu2017
from relupoly.errors import NetworkError


def most_regions(input_dim: int, neurons: int, hidden_layers: int) -> int:
    """The largest value of the product bound `raghu2017` over all widths w_1 + ... + w_k = neurons, each w_i >= 1.

    Parameters
    ----------
    input_dim : int
    neurons : int
        At least one for each layer.
    hidden_layers : int

    Raises
    ------
    NetworkError
        If there is no layer, or a layer without neurons.

    Notes
    -----
    The bound is the product of r(w_i, n), r(w, n) = C(w, 0) + ... + C(w, n). It is largest for widths that differ by one at
    most, since r is log-concave in w: r(w + 1, n) / r(w, n) = 2 - C(w, n) / r(w, n), and C(w, n) / r(w, n) grows with w, as
    C(w + 1, j) / C(w, j) = (w + 1) / (w + 1 - j) grows with j. With one input it is prod (w_i + 1), and `least_size` is its
    inverse.

    Examples
    --------
    >>> most_regions(1, 8, 2), most_regions(2, 9, 1), most_regions(2, 9, 2)
    (25, 46, 176)
    """
    if not 1 <= hidden_layers <= neurons:
        raise NetworkError(f"{neurons} neurons in {hidden_layers} hidden layers; give 1 layer or more, and a neuron for each")
    least, more = divmod(neurons, hidden_layers)
    return raghu2017(input_dim, [least + 1] * more + [least] * (hidden_layers - more))
