"""Claims are checked against the engine: true ones agree, false ones are found, and unreadable ones are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard import hard
from relupoly.constructions.verification import claimed_checks, verify
from relupoly.errors import InputError
from relupoly.files.json_network import decode, encode
from relupoly.networks.network import Network
from relupoly.run import Run

EXAMPLES = {
    "maximum": {"arguments": 4},
    "montufar": {"inputs": 2, "widths": "5,4,3"},
    "pascanu": {"inputs": 2, "widths": "5,4,2"},
    "random": {"inputs": 2, "widths": "6"},
    "sawtooth": {"width": 4, "depth": 2},
    "serra": {"inputs": 2, "widths": "6,2"},
    "telgarsky": {"iterations": 3},
    "zonotope": {"inputs": 2, "generators": 3, "width": 2, "depth": 2},
}


def test_every_family_has_an_example():
    assert set(EXAMPLES) == set(FAMILIES)


@pytest.mark.parametrize("family", EXAMPLES)
def test_claims_survive_a_file_and_are_true(family):
    net = decode(encode(hard(family, **EXAMPLES[family]).network))
    result = verify(net)
    assert (result.agrees, result.complete) == (True, True)
    assert sum(check.notion is not None for check in result.checks) >= 2


@pytest.mark.parametrize("family", EXAMPLES)
def test_parameters_in_the_metadata_make_the_net_again(family):
    net = decode(encode(hard(family, **EXAMPLES[family]).network))
    again = hard(net.metadata["family"], **net.metadata["parameters"]).network
    assert again == net
    assert again.metadata == net.metadata


@pytest.mark.parametrize("family", EXAMPLES)
@settings(max_examples=6)
@given(data=st.data())
def test_any_false_claim_is_found(family, data):
    net = hard(family, **EXAMPLES[family]).network
    claims = dict(net.metadata["claims"])
    checks = claimed_checks(net.metadata)
    check = data.draw(st.sampled_from(checks))
    claims[check.claim] = str(check.claimed + 10**6) if check.relation == "at least" else check.claimed + 1
    result = verify(Network(net.layers, {**net.metadata, "claims": claims}))
    assert result.agrees is False
    assert [one.claim for one in result.checks if one.agrees is False] == [check.claim]


def test_another_net_is_found():
    claims = hard("sawtooth", width=3, depth=2).network.metadata
    other = hard("sawtooth", width=2, depth=2).network
    result = verify(Network(other.layers, claims))
    assert {check.claim for check in result.checks if not check.agrees} >= {"pieces", "activation", "width", "size"}


def test_a_deadline_and_an_interruption_leave_counts_open():
    net = hard("sawtooth", width=3, depth=3).network
    for options, reason in (({"deadline": 0.0}, "deadline"), ({"interrupted": lambda: True}, "interrupted")):
        result = verify(net, run=Run(**options))
        assert (result.complete, result.agrees, result.stopped) == (False, None, reason)
        assert {check.claim for check in result.checks if check.agrees} == {"depth", "hidden_layers", "width", "size"}


def test_huge_claims_are_texts():
    claims = hard("sawtooth", width=2, depth=200).network.metadata["claims"]
    assert claims["pieces"] == str(2**200 + 2)
    assert claimed_checks({"claims": claims})[0].claimed == 2**200 + 2


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({}, 'its metadata have no "claims"'),
        ({"claims": [3]}, 'its metadata have no "claims"'),
        ({"claims": {"pieces": "ten"}}, 'the claim "pieces" is ten, which is not an integer'),
        ({"claims": {"pieces": 2.5}}, "which is not an integer"),
        ({"claims": {"pieces_paper": 3, "paper_relation": "about"}}, "paper_relation"),
        ({"claims": {"pieces_paper": 3, "paper_domain": {"A": [[1]]}}}, "domain"),
        ({"claims": {"pieces_paper": 3, "paper_domain": [1]}}, "domain"),
    ],
)
def test_claims_that_cannot_be_read(metadata, text):
    with pytest.raises(InputError) as error:
        verify(Network(hard("telgarsky", iterations=1).network.layers, metadata))
    assert text in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_claimed_is_nothing_to_count():
    result = verify(Network(hard("telgarsky", iterations=1).network.layers, {"claims": {"pieces": None, "note": 3}}))
    assert (result.checks, result.agrees) == ((), True)
