"""The ACAS Xu nets on properties 3 and 4: what float enumerators agree on, and where they do not, who is right."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from oracles.onnx_weights import float_tensors
from oracles.tables import SHARED, needs_shared

from relupoly import Network, count_pieces, evaluate, read_domain, read_network
from relupoly.exact.rationals import nearest_float, rational

ACAS = SHARED / "nets" / "acasxu"

pytestmark = needs_shared


def acas_net(name: str) -> Network:
    return read_network(ACAS / f"ACASXU_run2a_{name}_batch_2000.nnet")


@pytest.mark.slow
@pytest.mark.parametrize(("net", "number", "cells"), [("3_3", 4, 1201), ("5_5", 4, 1549), ("5_5", 3, 1310), ("3_3", 3, 7935)])
def test_activation_cells_in_the_boxes_of_the_properties(net, number, cells):
    result = count_pieces(acas_net(net), read_domain(ACAS / f"prop_{number}.vnnlib"), "activation")
    assert (result.pieces, result.complete, result.certified) == (cells, True, True)


@pytest.mark.slow
def test_the_disputed_count_does_not_come_from_rounding_the_weights():
    rounded = Network.from_rows(
        [
            (
                [[nearest_float(entry) for entry in row] for row in layer.weight.tolist()],
                [nearest_float(entry) for entry in layer.bias.entries()],
            )
            for layer in acas_net("3_3").layers
        ]
    )
    assert count_pieces(rounded, read_domain(ACAS / "prop_3.vnnlib"), "activation").pieces == 7935


@pytest.mark.slow
def test_the_three_disputed_cells_are_hyperplanes_that_miss_by_less_than_1e_7(capsys):
    script = runpy.run_path(str(Path(__file__).resolve().parents[2] / "benchmarks" / "near_misses.py"))
    script["main"](str(ACAS / "ACASXU_run2a_3_3_batch_2000.nnet"), str(ACAS / "prop_3.vnnlib"))
    printed = capsys.readouterr().out
    assert printed.startswith("7935 cells")
    assert "within 1e-07: 3" in printed
    assert "within 1e-08: 0" in printed


def test_the_onnx_file_holds_the_weights_of_the_nnet_file_in_single_precision():
    tensors = float_tensors(ACAS / "ACASXU_run2a_3_3_batch_2000.onnx")
    layers = acas_net("3_3").layers
    names = [*(f"Operation_{number}" for number in range(1, 7)), "linear_7"]
    for name, layer in zip(names, layers, strict=True):
        weight = np.array([[nearest_float(entry) for entry in row] for row in layer.weight.tolist()])
        assert (weight.astype(np.float32) == tensors[f"{name}_MatMul_W"].T).all()


def test_normalisation_is_folded_in():
    file = ACAS / "ACASXU_run2a_3_3_batch_2000.nnet"
    plain, folded = read_network(file), read_network(file, normalize=True)
    means, ranges = ["19791.091", 0, 0, 650, 600], [60261, "6.28318530718", "6.28318530718", 1100, 1200]
    point = [rational(mean) + rational(width) / 7 for mean, width in zip(means, ranges, strict=True)]
    scaled = evaluate(plain, ["1/7"] * 5)
    assert evaluate(folded, point) == [rational("373.94992") * entry + rational("7.5188840201005975") for entry in scaled]
