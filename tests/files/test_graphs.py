"""Files of graphs: what networkx reads back, and what DOT says, is the graph that was written."""

import io
import json
import re
import warnings
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree

import networkx
import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import FileFormatError
from relupoly.files.graph_values import scalars, structure
from relupoly.files.graphs import GRAPH_FORMATS, check_graph_target, encode_graph, write_graph

HOSTILE = '<a b="c">&amp;\'\x00\x1b[2J\n\t\u202e\ud800\ufffe \\N \\" end\\'
PLAIN = '<a b="c">&amp;\'\\x00\\x1b[2J\\n\\t\\u202e\\ud800\\ufffe \\N \\" end\\'


@dataclass(frozen=True)
class Side:
    normal: tuple[fmpz, ...]
    offset: fmpz


def example(name="box 0 1"):
    graph = networkx.Graph(domain=name, notion="activation", inputs=2)
    graph.add_node(
        1,
        number=1,
        pattern=("+-", "0"),
        gradient=((fmpq(1, 2), fmpq(-3)),),
        bounded=True,
        volume=fmpq(4, 3),
        neighbours=(("--", "0"), None),
        piece={"open": 2, "closed": 1},
    )
    graph.add_node(2, number=2, pattern=("--", "0"), bounded=False, volume=None, constant=(fmpz(10) ** 40,), large=2**60)
    graph.add_node(7, number=7)
    graph.add_edge(1, 2, neurons=((1, 1),), facets=(Side((fmpz(1), fmpz(0)), fmpz(3)),))
    return graph


SCALARS = {
    1: {
        "number": 1,
        "pattern": "+-|0",
        "gradient": '[["1/2","-3"]]',
        "bounded": True,
        "volume": "4/3",
        "neighbours": '["--|0",null]',
        "piece_open": 2,
        "piece_closed": 1,
    },
    2: {"number": 2, "pattern": "--|0", "bounded": False, "constant": f'["1{"0" * 40}"]', "large": str(2**60)},
    7: {"number": 7},
}
EDGE = {"neurons": "[[1,1]]", "facets": '[{"normal":["1","0"],"offset":"3"}]'}
OWN = {"domain": "box 0 1", "notion": "activation", "inputs": 2}


def node_link_graph(document):
    """As every version of networkx reads it: with the word for edges named, where it has one."""
    try:
        return networkx.node_link_graph(document, edges="edges")
    except TypeError:
        return networkx.node_link_graph(document, link="edges")


def read_dot(text):
    """A strict reader of the DOT that is written: a statement on each line, names in quotes or whole numbers."""
    name = r'(?:"(?:[^"\\\n]|\\["\\])*"|-?[0-9]+)'
    pairs = rf"{name}={name}"
    attributes = rf"(?: \[({pairs}(?:, {pairs})*)\])?"
    lines = text.split("\n")
    assert (lines[0], lines[-2:]) == ("graph {", ["}", ""])
    graph = networkx.Graph()
    for line in lines[1:-2]:
        if found := re.fullmatch(rf"  ({name})=({name});", line):
            graph.graph[word(found[1])] = word(found[2])
        elif found := re.fullmatch(rf"  ({name}){attributes};", line):
            graph.add_node(word(found[1]), **values(found[2], name))
        else:
            found = re.fullmatch(rf"  ({name}) -- ({name}){attributes};", line)
            assert found, line
            graph.add_edge(word(found[1]), word(found[2]), **values(found[3], name))
    return graph


def values(text, name):
    return {word(key): word(value) for key, value in re.findall(rf"({name})=({name})", text or "")}


def word(text):
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL) if text[0] == '"' else int(text)


def nodes(graph):
    return dict(graph.nodes(data=True))


def edges(graph):
    return {frozenset(edge[:2]): edge[2] for edge in graph.edges(data=True)}


def test_graphml_is_read_back():
    data = encode_graph(example(), "a.graphml")
    found = networkx.read_graphml(io.BytesIO(data), node_type=int)
    assert (nodes(found), edges(found)) == (SCALARS, {frozenset({1, 2}): EDGE})
    assert {key: found.graph[key] for key in OWN} == OWN
    # XML Schema knows no truth value "True".
    assert b"True" not in data
    assert b"False" not in data


def test_gexf_is_read_back():
    data = encode_graph(example(), "a.gexf")
    found = networkx.read_gexf(io.BytesIO(data), node_type=int)
    got = {node: {key: value for key, value in own.items() if key != "label"} for node, own in found.nodes(data=True)}
    assert got == SCALARS
    assert {pair: {key: own[key] for key in EDGE} for pair, own in edges(found).items()} == {frozenset({1, 2}): EDGE}
    root = ElementTree.fromstring(data)
    [meta] = [one for one in root if one.tag.endswith("meta")]
    assert (meta.attrib, [one.text for one in meta]) == ({}, ["domain: box 0 1; notion: activation; inputs: 2"])
    assert b"NetworkX" not in data


def test_json_is_read_back():
    data = encode_graph(example(), "a.json")
    found = node_link_graph(json.loads(data))
    assert (found.graph, found.is_directed(), found.is_multigraph()) == (OWN, False, False)
    assert nodes(found)[1] == {
        "number": 1,
        "pattern": "+-|0",
        "gradient": [["1/2", "-3"]],
        "bounded": True,
        "volume": "4/3",
        "neighbours": ["--|0", None],
        "piece": {"open": 2, "closed": 1},
    }
    assert nodes(found)[2]["volume"] is None
    assert edges(found) == {frozenset({1, 2}): {"neurons": [[1, 1]], "facets": [{"normal": ["1", "0"], "offset": "3"}]}}
    assert [line.split(b",")[0].rstrip(b"}") for line in data.splitlines() if line.startswith(b'{"id"')] == [
        b'{"id": 1',
        b'{"id": 2',
        b'{"id": 7',
    ]
    json.loads(encode_graph(networkx.Graph(), "a.json"))


@pytest.mark.parametrize("suffix", ["dot", "gv"])
def test_dot_is_read_back(suffix):
    found = read_dot(encode_graph(example(), f"a.{suffix}").decode())
    truths = {True: "true", False: "false"}
    expected = {
        node: {key: truths[value] if isinstance(value, bool) else value for key, value in own.items()}
        for node, own in SCALARS.items()
    }
    assert (nodes(found), edges(found), found.graph) == (expected, {frozenset({1, 2}): EDGE}, OWN)


def test_dot_as_graphviz_reads_it(tmp_path):
    import shutil
    import subprocess

    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("Graphviz is not installed")
    (tmp_path / "a.gv").write_bytes(encode_graph(example(HOSTILE), "a.gv"))
    answer = subprocess.run([dot, "-Tdot_json", tmp_path / "a.gv"], capture_output=True, check=True)
    found = json.loads(answer.stdout)
    assert [one["name"] for one in found["objects"]] == ["1", "2", "7"]
    assert found["objects"][0]["gradient"] == SCALARS[1]["gradient"]
    assert found["domain"] == PLAIN.replace("\\", "\\\\")


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_hostile_names(format):
    graph = example(HOSTILE)
    graph.nodes[7][HOSTILE] = HOSTILE
    graph.nodes[7]["source"] = 5
    graph.add_edge(2, HOSTILE, label=HOSTILE)
    data = encode_graph(graph, "-", format)
    assert all(byte >= 32 or byte == 10 for byte in data)
    assert data.decode().replace("\n", "").isprintable()
    if format == "json":
        found = node_link_graph(json.loads(data))
        assert found.graph["domain"] == found.nodes[7][HOSTILE] == found.edges[2, HOSTILE]["label"] == HOSTILE
    elif format == "gexf":
        found = networkx.read_gexf(io.BytesIO(data))
        assert found.nodes["7"][PLAIN] == found.edges["2", PLAIN]["label"] == PLAIN
        assert f"domain: {PLAIN}; notion" in "".join(ElementTree.fromstring(data).itertext())
    else:
        found = networkx.read_graphml(io.BytesIO(data)) if format == "graphml" else read_dot(data.decode())
        seven, two = ("7", "2") if format == "graphml" else (7, 2)
        assert found.graph["domain"] == found.nodes[seven][PLAIN] == found.edges[two, PLAIN]["label"] == PLAIN


@given(st.dictionaries(st.text(), st.text()), st.text())
def test_any_text(attributes, name):
    graph = networkx.Graph()
    graph.graph.update(attributes)
    graph.add_node(1)
    graph.nodes[1].update(attributes)
    graph.add_edge(1, 2)
    graph.edges[1, 2].update(attributes)
    for format in ("graphml", "gexf", "json", "dot"):
        data = encode_graph(graph, "-", format)
        if format in ("graphml", "gexf"):
            ElementTree.fromstring(data)
    plain = scalars(attributes)
    found = read_dot(encode_graph(graph, "a.dot").decode())
    assert (found.graph, nodes(found)[1], edges(found)[frozenset({1, 2})]) == (plain, plain, plain)


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_attributes_of_several_types_are_texts(format):
    graph = networkx.Graph()
    graph.add_node(1, a=1, b=True, c=0.5)
    graph.add_node(2, a="x", b=False, c=1)
    data = io.BytesIO(encode_graph(graph, "-", format))
    found = networkx.read_graphml(data) if format == "graphml" else networkx.read_gexf(data)
    assert [[found.nodes[node][name] for name in "abc"] for node in "12"] == [["1", True, "0.5"], ["x", False, "1"]]


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_the_same_graph_gives_the_same_bytes(format, monkeypatch):
    data = encode_graph(example(), "-", format)
    monkeypatch.setattr(networkx, "__version__", "77.7")
    monkeypatch.setattr("time.strftime", lambda *_: "1999-12-31")
    assert encode_graph(example(), "-", format) == data
    assert b"77.7" not in data


@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_the_graph_is_left_as_it_is(format):
    graph, before = example(), example()
    graph.graph["id"] = before.graph["id"] = "g"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode_graph(graph, "-", format)
    assert networkx.utils.graphs_equal(graph, before)
    assert graph.graph == before.graph


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (fmpq(1, 3), "1/3"),
        (fmpz(3), "3"),
        (Fraction(1, 3), "1/3"),
        (("+", "-"), "+|-"),
        ((), []),
        ([1, (2, True)], [1, [2, True]]),
        (("+", 1), ["+", 1]),
        ({1: None}, {"1": None}),
        (-(2**53) - 1, "-9007199254740993"),
        (0.5, 0.5),
        (Side, str(Side)),
    ],
)
def test_values(value, expected):
    assert structure(value) == expected
    assert type(structure(value)) is type(expected)


def test_scalars_of_what_is_nested_in_mappings():
    assert scalars({"a": {"b": {"c": (1,)}, "d": None}, 3: ()}) == {"a_b_c": "[1]", "3": "[]"}


def test_files(tmp_path, capfdbinary):
    place = tmp_path / "a.GraphML"
    check_graph_target(place)
    write_graph(example(), place)
    assert place.read_bytes() == encode_graph(example(), "-", "graphml")
    for refused in (write_graph, lambda graph, *rest: check_graph_target(*rest)):
        with pytest.raises(FileFormatError, match="GraphML: the file exists; give --force"):
            refused(example(), place)
        with pytest.raises(FileFormatError, match=r'^standard output: unknown format "svg"; known are graphml'):
            refused(example(), "-", "svg")
        with pytest.raises(FileFormatError, match=r"b\.svg: unknown suffix"):
            refused(example(), tmp_path / "b.svg")
    check_graph_target(place, force=True)
    write_graph(networkx.Graph(), place, force=True)
    assert b"<node" not in place.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["a.GraphML"]
    check_graph_target("-", "gv")
    write_graph(example(), "-", "gv")
    assert capfdbinary.readouterr().out == encode_graph(example(), "-", "dot")
    write_graph(example(), "-")
    assert json.loads(capfdbinary.readouterr().out)["graph"] == OWN
