"""The table of hard families."""

from __future__ import annotations

from difflib import get_close_matches

from relupoly.constructions.family import Family, Parameter
from relupoly.errors import ConstructionError

_WIDTH = Parameter("width", "integer", "The number w of neurons in each hidden layer of the sawtooth.", least=2)
_DEPTH = Parameter("depth", "integer", "The number k of hidden layers of the sawtooth.", least=1)
_BREAKPOINTS = Parameter(
    "breakpoints",
    "breakpoints",
    'Breakpoints 0 < a_1 < a_2 < ... < M, a list for each layer, such as "1/3,2/3;1/4,1/2"; by default M i/w.',
    entry="breakpoint",
)
_HEIGHT = Parameter("height", "positive", "The height M of the teeth.", default="1")
_INPUTS = Parameter("inputs", "integer", "The number n of inputs.", least=1)
_WIDTHS = Parameter("widths", "widths", 'The widths of the hidden layers, such as "6,6,3" or 6x6x3.')

_ALL = (
    Family(
        "maximum",
        "Which network computes the largest of q numbers?",
        "Arora, Basu, Mianjy, Mukherjee (2018), Theorem 2.1: ceil(log2 q) hidden layers suffice; here with 3 "
        "neurons for a pair, relu(u - v) + relu(v) - relu(-v). It has q pieces. From q = 3 on, one hidden layer "
        "is not enough at any size.",
        (Parameter("arguments", "integer", "The number q of arguments.", least=2),),
        "maximum",
        "--arguments 5",
    ),
    Family(
        "montufar",
        "Which network folds every coordinate in every layer?",
        "Montufar, Pascanu, Cho, Bengio (2014), Corollary 6: prod_{l<L} floor(n_l/n)^n times sum_{j<=n} C(n_L, j) regions; "
        "here exactly so many in the unit cube, and others outside.",
        (_INPUTS, _WIDTHS),
        "montufar",
        "--inputs 2 --widths 4,4,3",
    ),
    Family(
        "pascanu",
        "Which network folds one coordinate in every layer?",
        "Pascanu, Montufar, Bengio (2013): prod_{l<L} floor(n_l/n) times sum_{j<=n} C(n_L, j) regions; here exactly so many in "
        "the unit cube, and others outside.",
        (_INPUTS, _WIDTHS),
        "pascanu",
        "--inputs 2 --widths 4,4,3",
    ),
    Family(
        "random",
        "Which network do random weights from a seed make?",
        "None for a given net. With one hidden layer of n_1 neurons and continuous weights and biases there are almost surely "
        "sum_{j<=n} C(n_1, j) regions (Zaslavsky 1975).",
        (
            _INPUTS,
            _WIDTHS,
            Parameter("outputs", "integer", "The number of outputs.", default="1", least=1),
            Parameter("integers", "range", "Weights and biases are integers from LO to HI, all equally likely, such as -2..2."),
            Parameter("bias_scale", "not-negative", "The standard deviation of the biases of He-normal nets.", default="1"),
            Parameter("seed", "integer", "The seed of the generator.", default="0", least=0),
        ),
        "random_nets",
        "--inputs 2 --widths 8,8 --seed 7",
    ),
    Family(
        "sawtooth",
        "Which network folds [0, M] onto itself, layer by layer?",
        "Arora, Basu, Mianjy, Mukherjee (2018), Theorem 3.2: w^k pieces on (0, M) with k hidden layers of width w, and by "
        "Theorem 3.1 no net with k' <= k hidden layers is smaller than (1/2) k' w^(k/k') - 1. On R there are w^k + 1 pieces "
        "if w is odd or k = 1, else w^k + 2.",
        (
            _WIDTH,
            _DEPTH,
            _BREAKPOINTS,
            Parameter("seed", "integer", "Take random breakpoints with this seed.", least=0),
            _HEIGHT,
        ),
        "sawtooth",
        "--width 3 --depth 2",
    ),
    Family(
        "serra",
        "Which network folds all of R^n in every layer?",
        "Serra, Tjandraatmadja, Ramalingam (2018), their lower bound: prod_{l<L} (floor(n_l/n) + 1)^n times "
        "sum_{j<=n} C(n_L, j) regions if all n_l >= 3 n; here exactly so many activation cells on R^n, whatever n_L is.",
        (_INPUTS, _WIDTHS),
        "serra",
        "--inputs 2 --widths 6,6",
    ),
    Family(
        "telgarsky",
        "Which network computes the iterated tent map?",
        "Telgarsky (2016): the k-th iterate of m(x) = relu(2 relu(x) - 4 relu(x - 1/2)) has 2^k pieces on (0, 1) with 3 k "
        "neurons in 2 k layers. On R there are 2^k + 2 pieces.",
        (Parameter("iterations", "integer", "The number k of iterations.", least=1),),
        "telgarsky",
        "--iterations 4",
    ),
    Family(
        "zonotope",
        "Which network computes a sawtooth of a zonotope's support function?",
        "Arora, Basu, Mianjy, Mukherjee (2018), Theorem 3.9: at least (sum_{i<n} C(m-1, i)) w^k pieces on R^n for m generic "
        "generators, which is half of the truth: with V regions of the arrangement <b_i, x> = 0 there are V w^k, and one more "
        "(for rank 1, two more) if w is even and k >= 2.",
        (
            _INPUTS,
            Parameter(
                "generators",
                "generators",
                "The number m of generators, which are then b_i = (1, i, ..., i^(n-1)), i = 1..m, or a CSV, JSON or .npy file "
                "of them.",
                entry="generator",
            ),
            _WIDTH,
            _DEPTH,
            _BREAKPOINTS,
            Parameter("seed", "integer", "Take m random integer generators with this seed.", least=0),
            Parameter("range", "range", "The entries of random generators.", default="-9..9"),
            _HEIGHT,
        ),
        "zonotope",
        "--inputs 2 --generators 3 --width 2 --depth 2",
    ),
)

FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}


def find_family(name: str) -> Family:
    """The family of a name.

    Raises
    ------
    ConstructionError
        If there is none; it suggests the nearest name.

    Examples
    --------
    >>> find_family("sawtoot")
    Traceback (most recent call last):
    relupoly.errors.ConstructionError: no family "sawtoot"; did you mean "sawtooth"?
    """
    if name not in FAMILIES:
        raise ConstructionError(f'no family "{name}"; {nearest(name, FAMILIES)}')
    return FAMILIES[name]


def nearest(name: str, known: dict[str, Family] | list[str]) -> str:
    """What to say of an unknown name: the nearest known one, or all of them."""
    near = [one for one in sorted(known) if one.startswith(name)] or get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else f"give one of {', '.join(sorted(known))}"
