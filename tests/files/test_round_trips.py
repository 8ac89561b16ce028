"""What is written is what is read: for every format, every network, and the real files."""

import copy
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.errors import RoundingError
from relupoly.exact.rationals import is_double, nearest_float
from relupoly.files import read_network, write_network
from relupoly.files.decimals import exact_decimal, has_decimal, parse_decimal
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.networks.network import Network

DOUBLES = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**9), max_value=10**9).map(str)
RATIONALS = st.fractions() | st.integers() | st.integers(2**53 - 2, 2**70) | DOUBLES | DECIMALS
NO_METADATA = st.just({})
METADATA = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()), max_size=3)


@st.composite
def networks(draw, entries, metadata=NO_METADATA):
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers = []
    for inputs, outputs in pairwise(widths):
        row = st.lists(entries, min_size=inputs, max_size=inputs)
        rows = draw(st.lists(row, min_size=outputs, max_size=outputs))
        layers.append((rows, draw(st.lists(entries, min_size=outputs, max_size=outputs))))
    return Network.from_rows(layers, draw(metadata))


def round_trip(network, name, **options):
    """The network after writing and reading; what was written must not have changed."""
    before = copy.deepcopy([(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers])
    metadata = copy.deepcopy(network.metadata)
    result = NETWORK_FORMATS[name].decode(NETWORK_FORMATS[name].encode(network, **options))
    assert [(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers] == before
    assert network.metadata == metadata
    return result


@given(networks(RATIONALS, METADATA))
def test_native_keeps_every_rational(network):
    again = round_trip(network, "json")
    assert again == network
    assert again.metadata == network.metadata


@given(networks(DOUBLES, METADATA))
def test_npz_keeps_every_double(network):
    again = round_trip(network, "npz")
    assert again == network
    assert again.metadata == network.metadata


@given(networks(DECIMALS | DOUBLES, METADATA))
def test_nnet_keeps_every_decimal(network):
    again = round_trip(network, "nnet")
    assert again == network
    assert again.metadata == {key: value for key, value in network.metadata.items() if key != "nnet"}


@given(networks(DOUBLES, METADATA))
def test_tensor_files_keep_every_double(network):
    again = round_trip(network, "safetensors")
    assert again == round_trip(network, "pt") == network
    assert again.metadata == network.metadata


@given(networks(DOUBLES))
def test_formats_agree(network):
    assert round_trip(network, "npz") == round_trip(network, "json") == round_trip(network, "nnet") == round_trip(network, "pt")


@pytest.mark.parametrize("name", ["npz", "nnet", "safetensors", "pt"])
@given(network=networks(st.fractions(-100, 100)))
def test_leave_to_round_gives_the_nearest_doubles_of_what_does_not_fit(name, network):
    holds = has_decimal if name == "nnet" else is_double
    before = [entry for layer in network.layers for entry in [*layer.weight.entries(), *layer.bias.entries()]]
    rounded = round_trip(network, name, round=True)
    after = [entry for layer in rounded.layers for entry in [*layer.weight.entries(), *layer.bias.entries()]]
    for old, new in zip(before, after, strict=True):
        assert new == (old if holds(old) else fmpq(*nearest_float(old).as_integer_ratio()))
    if before == after:
        assert round_trip(network, name) == network
    else:
        with pytest.raises(RoundingError):
            NETWORK_FORMATS[name].encode(network)


@given(st.fractions())
def test_decimals_are_exactly_those_with_denominators_of_twos_and_fives(value):
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    exact = fmpq(value.numerator, value.denominator)
    assert has_decimal(exact) == (rest == 1)
    if rest == 1:
        assert Fraction(exact_decimal(exact)) == value
        assert parse_decimal(exact_decimal(exact)) == exact


@pytest.mark.parametrize("value", [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -0.1])
@pytest.mark.parametrize("name", ["json", "npz", "nnet", "safetensors", "pt"])
def test_extreme_doubles(value, name):
    network = Network.from_rows([([[value]], [-value])])
    assert round_trip(network, name) == network


@pytest.mark.parametrize("number", ["1_1", "3_3", "5_5"])
def test_acas_xu_survives_every_format(shared, tmp_path, number):
    original = shared / "nets" / "acasxu" / f"ACASXU_run2a_{number}_batch_2000.nnet"
    network = read_network(original)
    assert (network.input_dim, network.widths, network.output_dim) == (5, (50,) * 6, 5)
    write_network(network, tmp_path / "a.json")
    native = read_network(tmp_path / "a.json")
    assert native == network
    assert native.metadata == network.metadata
    write_network(native, tmp_path / "b.nnet")
    again = read_network(tmp_path / "b.nnet")
    assert again == network
    assert again.metadata == network.metadata
    assert (tmp_path / "b.nnet").read_text().splitlines()[:10] == original.read_text().splitlines()[:10]
    with pytest.raises(RoundingError, match="of the 13305 weights and biases would be rounded, the first is layer 1"):
        write_network(network, tmp_path / "c.npz")
    assert not (tmp_path / "c.npz").exists()


def test_random_nets_survive_every_format(shared, tmp_path):
    paths = sorted((shared / "nets" / "random").glob("*.json"))
    assert len(paths) == 12
    for path in paths:
        network = read_network(path)
        for suffix in ("json", "npz", "nnet"):
            write_network(network, tmp_path / f"{path.stem}.{suffix}")
            again = read_network(tmp_path / f"{path.stem}.{suffix}")
            assert again == network
            assert again.metadata == network.metadata == {"name": path.stem}


@settings(max_examples=30)
@given(networks(RATIONALS))
def test_native_files_are_readable_by_eye(network):
    lines = NETWORK_FORMATS["json"].encode(network).decode().splitlines()
    assert len(lines) == 2 + sum(2 + layer.outputs for layer in network.layers)
