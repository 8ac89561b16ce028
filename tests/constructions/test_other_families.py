"""The maximum, the iterated tent and random nets: values, sizes, and counts by the engine."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.constructions.hard import hard
from relupoly.constructions.maximum import activation_cells
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.telgarsky import telgarsky
from relupoly.constructions.verification import verify
from relupoly.errors import InputError
from relupoly.exact.rationals import rational
from relupoly.networks.evaluation import evaluate
from relupoly.pieces.count import count_pieces


class TestMaximum:
    @given(st.lists(st.fractions(-9, 9, max_denominator=12), min_size=2, max_size=12))
    def test_values(self, numbers):
        assert evaluate(maximum_network(len(numbers)), numbers) == [rational(max(numbers))]

    @pytest.mark.parametrize(
        ("arguments", "size"), [(2, 3), (3, 8), (4, 9), (5, 16), (6, 17), (7, 20), (8, 21), (9, 30), (16, 45), (17, 56)]
    )
    def test_sizes(self, arguments, size):
        net = hard("maximum", arguments=arguments).network
        assert sum(net.widths) == size
        assert len(net.widths) == math.ceil(math.log2(arguments))

    @pytest.mark.parametrize("arguments", range(2, 9))
    def test_counts(self, arguments):
        counts = count_pieces(maximum_network(arguments)).counts
        assert (counts["open"], counts["activation"]) == (arguments, activation_cells(arguments))

    def test_one_hidden_layer_is_not_enough_for_three(self):
        assert [bound.possible for bound in hard("maximum", arguments=3).shallow_bounds] == [False]
        [first, second] = hard("maximum", arguments=5).shallow_bounds
        assert (first.possible, second.possible, second.sharp) == (False, True, 3)
        assert first.document() == {"hidden_layers": 1, "paper": None, "sharp": None, "possible": False}

    @pytest.mark.parametrize(("arguments", "text"), [(1, "1 is too small"), (None, "arguments is missing"), (99999, "weights")])
    def test_out_of_range(self, arguments, text):
        with pytest.raises(InputError, match=text):
            hard("maximum", arguments=arguments)


class TestTelgarsky:
    @given(st.integers(1, 6), st.fractions(-2, 3, max_denominator=50))
    def test_values(self, iterations, x):
        expected = x
        for _ in range(iterations):
            expected = max(0, 2 * expected if expected <= Fraction(1, 2) else 2 - 2 * expected)
        assert evaluate(telgarsky(iterations), [x]) == [rational(expected)]

    @pytest.mark.parametrize("iterations", [1, 2, 3, 6])
    def test_counts(self, iterations):
        net = hard("telgarsky", iterations=iterations)
        assert sum(net.network.widths) == 3 * iterations
        assert count_pieces(net.network).pieces == net.claims.pieces == 2**iterations + 2
        assert verify(net.network).agrees is True


class TestRandom:
    @given(st.integers(1, 3), st.integers(1, 6), st.integers(0, 99), st.sampled_from(["0", "1", "1/8"]))
    def test_one_hidden_layer_has_almost_surely_all_regions(self, inputs, neurons, seed, scale):
        net = hard("random", inputs=inputs, widths=[neurons], seed=seed, bias_scale=scale)
        assert net.claims.pieces is None
        affine = sum(math.comb(neurons, j) for j in range(inputs + 1))
        central = 2 * sum(math.comb(neurons - 1, j) for j in range(inputs))
        assert net.claims.pieces_almost_surely == (central if scale == "0" else affine)
        assert verify(net.network).agrees is True

    def test_deeper_nets_and_integers_have_no_claim(self):
        for given_parameters in ({"widths": "3,3"}, {"widths": "3", "integers": "-2..2"}):
            net = hard("random", inputs=2, **given_parameters)
            assert net.network.metadata["claims"]["pieces"] is None
            assert [check.notion for check in verify(net.network).checks] == [None] * 4

    def test_they_are_reproducible(self):
        one, other, third = (hard("random", inputs=2, widths=[5, 4], outputs=3, seed=seed) for seed in (1, 1, 2))
        assert one.network == other.network != third.network
        assert hard("random", **one.parameters).network == one.network
        # The stream of numpy's frozen generator: it must not change with numpy's version.
        first = hard("random", inputs=1, widths=1, seed=0).network.layers[0].weight
        assert float(str(first[0, 0].p)) / float(str(first[0, 0].q)) == pytest.approx(1.764052345967664 * math.sqrt(2))

    def test_integers_lie_in_their_range(self):
        layers = hard("random", inputs=3, widths="9,9", integers="-1..2", seed=3).network.layers
        entries = {int(entry.p) for layer in layers for entry in (*layer.weight.entries(), *layer.bias.entries())}
        assert entries == {-1, 0, 1, 2}

    @pytest.mark.parametrize(
        ("given_parameters", "text"),
        [
            ({"integers": "3..1"}, "integers: 3..1 is not a range"),
            ({"integers": "0..9999999999"}, "reaches beyond"),
            ({"bias_scale": "-1"}, "bias_scale: -1 is negative"),
            ({"outputs": 0}, "outputs: 0 is too small"),
            ({"seed": -1}, "seed: -1 is too small"),
        ],
    )
    def test_out_of_range(self, given_parameters, text):
        with pytest.raises(InputError, match=text):
            hard("random", inputs=2, widths="4", **given_parameters)
