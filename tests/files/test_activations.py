"""What stands between the layers of a file that holds weights alone: `--activation`."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from oracles.tensor_files import safetensors, state_dict
from refusal import npz

from relupoly.errors import InputError
from relupoly.files import read_network
from relupoly.files.activation_names import Activation
from relupoly.networks.evaluation import evaluate

RNG = np.random.default_rng(8)
NAMED = {
    "0.weight": RNG.normal(size=(4, 2)),
    "0.bias": RNG.normal(size=4),
    "1.weight": RNG.normal(size=(3, 4)),
    "1.bias": RNG.normal(size=3),
    "2.weight": RNG.normal(size=(1, 3)),
}
POINTS = [[Fraction(int(entry), 4) for entry in row] for row in RNG.integers(-20, 21, size=(25, 2))]
TENTH, SINGLE = Fraction(0.1), Fraction(float(np.float32(0.1)))


def clipped(x, low, high):
    return min(max(x, low), high)


ACTIVATIONS = {
    "relu": lambda x: max(x, 0),
    "ReLU": lambda x: max(x, 0),
    "identity": lambda x: x,
    "leaky_relu:0.1": lambda x: x if x > 0 else TENTH * x,
    "leaky-relu:1/10": lambda x: x if x > 0 else x / 10,
    "leaky_relu": lambda x: x if x > 0 else Fraction(0.01) * x,
    "relu6": lambda x: clipped(x, 0, 6),
    "hardtanh": lambda x: clipped(x, -1, 1),
    "hardtanh:-0.1:1/3": lambda x: clipped(x, -TENTH, Fraction(1, 3)),
    "hardsigmoid": lambda x: clipped(x / 6 + Fraction(1, 2), 0, 1),
    "abs": abs,
}


def forward(named, function, point):
    values = list(point)
    for number in range(3):
        bias = named.get(f"{number}.bias", np.zeros(len(named[f"{number}.weight"])))
        rows = named[f"{number}.weight"].tolist()
        values = [function(v) for v in values] if number else values
        values = [
            sum((Fraction(w) * v for w, v in zip(row, values, strict=True)), Fraction(b))
            for row, b in zip(rows, bias.tolist(), strict=True)
        ]
    return values


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("kind", ["pt", "safetensors", "npz"])
def test_each_activation(name, kind, tmp_path):
    path = tmp_path / f"net.{kind}"
    path.write_bytes({"pt": state_dict, "safetensors": safetensors, "npz": lambda named: npz(**named)}[kind](NAMED))
    network = read_network(path, activation=name)
    for point in POINTS:
        found = evaluate(network, [fmpq(entry.numerator, entry.denominator) for entry in point])
        assert [Fraction(int(value.p), int(value.q)) for value in found] == forward(NAMED, ACTIVATIONS[name], point)


def test_decimals_are_rounded_to_the_type_of_the_weights(tmp_path):
    single = {key: array.astype(np.float32) for key, array in NAMED.items()}
    for named, slope in ((NAMED, TENTH), (single, SINGLE), (NAMED | {"2.weight": single["2.weight"]}, TENTH)):
        (tmp_path / "net.pt").write_bytes(state_dict(named))
        network = read_network(tmp_path / "net.pt", activation="leaky_relu:0.1")
        point = POINTS[0]
        found = evaluate(network, [fmpq(entry.numerator, entry.denominator) for entry in point])
        expected = forward(named, lambda x, slope=slope: x if x > 0 else slope * x, point)
        assert [Fraction(int(value.p), int(value.q)) for value in found] == expected


def test_kernels_of_other_orientation(tmp_path):
    turned = {f"coefs_{number}": NAMED[f"{number}.weight"].T for number in range(3)}
    (tmp_path / "net.npz").write_bytes(npz(**turned))
    network = read_network(tmp_path / "net.npz", activation="abs")
    bare = {key: array for key, array in NAMED.items() if "weight" in key}
    found = evaluate(network, [fmpq(entry.numerator, entry.denominator) for entry in POINTS[0]])
    assert [Fraction(int(value.p), int(value.q)) for value in found] == forward(bare, abs, POINTS[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "tanh",
            'the activation "tanh" is not piecewise linear; known are relu, identity, leaky_relu:0.01, relu6, hardtanh:-1:1',
        ),
        ("leaky", 'there is no activation "leaky"; did you mean "leaky_relu"?'),
        ("", 'there is no activation ""; known are relu'),
        ("relu:1", 'the activation "relu" has 1 numbers; write it as "relu"'),
        ("hardtanh:1", 'the activation "hardtanh" has 1 numbers; write it as "hardtanh:-1:1"'),
        ("leaky_relu:x", '"x" is not a number'),
        ("leaky_relu:1e99999", '"1e99999" has an exponent beyond +-10000'),
    ],
)
def test_what_is_no_activation(text, message):
    with pytest.raises(InputError) as caught:
        Activation.parse(text)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
