"""Part files: nothing lost, and no damage goes unseen."""

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.merging import NETS
from oracles.strategies import linear_nets, nets_on_domains

from relupoly.errors import FileFormatError, InputError, PartError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network
from relupoly.parallel.part_file import (
    _canonical,
    _checksum,
    decode,
    encode,
    merge_files,
    plan_document,
    plan_of,
    read_part,
    write_part,
)
from relupoly.parallel.run import count_part
from relupoly.pieces.counting.plan import Plan

PLANE = AffineSubspace.through([["1/3", 0], ["0.1", "1e-30"]])
DOMAINS = [
    Domain(),
    Domain.box(["1/3", 0], [2**70, "0.7"]),
    Domain(Polyhedron.from_inequalities([[1, "1/7"], [0, 0]], [1, 0]), None, 'a "name" \u00e9'),
    Domain(subspace=PLANE),
    Domain.box([-1], [1]).inside(PLANE),
]


@settings(max_examples=30)
@given(nets_on_domains(neurons=10, width=5), st.sampled_from([(1, 1), (1, 2), (2, 3)]))
def test_round_trip(case, shard):
    part = count_part(*case, "all", shard=shard, jobs=1)
    data = encode(part)
    again = decode(data)
    assert encode(again) == data
    assert (again.plan, again.done, again.split) == (part.plan, part.done, part.split)
    assert again.count().counts == part.count().counts


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_every_number_of_the_question_stays_what_it_is(domain):
    weights = [[Fraction(1, 3), 0.1], [2**80, -(Fraction(10) ** -30)]]
    net = Network.from_rows([(weights, ["0.1", 5]), ([[1, 1]], [Fraction(-7, 9)])], {"family": "odd"})
    part = count_part(net, domain)
    again = decode(encode(part))
    assert again.plan == part.plan
    assert again.plan.domain.name == domain.name


@given(linear_nets(sparse=True))
def test_plans_of_nets_with_linear_neurons_and_sparse_weights(net):
    plan = Plan(net, Domain(), "open", 3)
    document = json.loads(json.dumps(plan_document(plan)))
    assert plan_of(document) == plan
    kinds = [type(layer.weight) for layer in plan_of(document).network.layers]
    assert kinds == [type(layer.weight) for layer in net.layers]


def test_layout(tmp_path):
    write_part(count_part(NETS["trap"], notion="all"), tmp_path / "a.part")
    document = json.loads((tmp_path / "a.part").read_text())
    assert (document["format"], document["version"]) == ("relupoly-part", 2)
    assert document["network"]["format"] == "relupoly-network"
    assert document["done"] == list(range(document["tasks"]))
    assert list(document["tallies"]) == ["activation", "closed", "patterns", "strict"]
    assert document["tallies"]["closed"]["settled"] == [0, 6]


def test_a_file_that_exists_is_kept(tmp_path):
    part = count_part(NETS["trap"])
    write_part(part, tmp_path / "a.part")
    with pytest.raises(FileFormatError, match="the file exists"):
        write_part(part, tmp_path / "a.part")
    write_part(part, tmp_path / "a.part", force=True)


def test_merging_names_the_file(tmp_path):
    for number in (1, 2):
        write_part(count_part(NETS["trap"], shard=(number, 2)), tmp_path / f"{number}.part")
    assert merge_files([tmp_path / "2.part", tmp_path / "1.part"]).complete
    with pytest.raises(PartError, match=r"/2\.part: it holds .* tasks"):
        merge_files([tmp_path / "1.part", tmp_path / "2.part", tmp_path / "2.part"])
    with pytest.raises(FileFormatError, match=r"/3\.part: there is no such file"):
        merge_files([tmp_path / "1.part", tmp_path / "3.part"])


DOCUMENT = json.loads(encode(count_part(NETS["trap"], notion="all", shard=(1, 2))))


def signed(document):
    """The bytes of a changed document, with the checksum that it should have."""
    document = {key: value for key, value in document.items() if key != "checksum"}
    return json.dumps(document | {"checksum": _checksum(_canonical(document))}).encode()


def refused(data):
    """The message about a file."""
    with pytest.raises(InputError) as caught:
        decode(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_white_space_and_order_do_not_matter():
    again = json.dumps(dict(reversed(DOCUMENT.items())), indent=3).encode()
    assert encode(decode(again)) == encode(decode(json.dumps(DOCUMENT).encode()))


@pytest.mark.parametrize("key", [key for key in DOCUMENT if key not in ("format", "version")])
def test_any_change_is_seen(key):
    changed = json.loads(json.dumps(DOCUMENT))
    changed[key] = changed[key] + 1 if isinstance(changed[key], int) else [changed[key]]
    assert "its checksum is wrong, so the file is damaged; count this part again" in refused(json.dumps(changed).encode())
    del changed[key]
    assert f'the key "{key}" is missing' in refused(json.dumps(changed).encode())


A_PART_STILL = [("digest", "x"), ("digest", "===="), ("seconds", 1.5), ("seconds", -1)]


@pytest.mark.parametrize("value", [None, -1, 1.5, "x", "====", [], [[]], {}, [-1], [10**9], True, ["x"], {"count": -1}])
@pytest.mark.parametrize("key", [key for key in DOCUMENT if key != "checksum"])
def test_a_forged_part_gives_one_line(key, value):
    if (key, value) in A_PART_STILL:
        assert decode(signed(DOCUMENT | {key: value})).plan == decode(signed(DOCUMENT)).plan
        return
    message = refused(signed(DOCUMENT | {key: value}))
    assert ";" in message or key in ("network", "domain")


TALLIES = ["activation", "closed", "patterns", "strict"]


@pytest.mark.parametrize("value", [None, {}, [], 7, {"count": "1"}, {"patterns": "!"}, {"patterns": "A"}])
@pytest.mark.parametrize("name", TALLIES)
def test_forged_tallies_give_one_line(name, value):
    message = refused(signed(DOCUMENT | {"tallies": DOCUMENT["tallies"] | {name: value}}))
    assert message == "it is no part that relupoly has written; count this part again"


@pytest.mark.parametrize(
    ("inner", "key", "value"),
    [
        ("open", "waiting", [["AAAA", []]]),
        ("open", "waiting", [[DOCUMENT["tallies"]["closed"]["open"]["waiting"][0][0], ["AAAA"]]]),
        ("open", "cells", -1),
        ("functions", "fingerprints", "/" * 10 + "8="),
        ("functions", "fingerprints", "AAAA"),
    ],
)
def test_forged_functions_and_facets_give_one_line(inner, key, value):
    closed = DOCUMENT["tallies"]["closed"]
    forged = closed | {inner: closed[inner] | {key: value}}
    message = refused(signed(DOCUMENT | {"tallies": DOCUMENT["tallies"] | {"closed": forged}}))
    assert message == "it is no part that relupoly has written; count this part again"


@pytest.mark.parametrize("end", [0, 1, 100, -2])
def test_a_file_that_was_cut_off(end, tmp_path):
    (tmp_path / "a.part").write_bytes(json.dumps(DOCUMENT).encode()[:end])
    with pytest.raises(FileFormatError, match=r"a\.part: "):
        read_part(tmp_path / "a.part")


def test_other_files():
    assert "it is not a part of a count" in refused(json.dumps([]).encode())
    assert "it is not a part of a count" in refused(json.dumps({"format": "relupoly-network"}).encode())
    assert '"version" is "1"; this program reads version 2' in refused(signed(DOCUMENT | {"version": 1}))
    assert '"version" is "True"' in refused(signed(DOCUMENT | {"version": True}))
