"""The readers of `relupoly.files`: networks, domains, points, samples, generators, arrangements, numbers."""

from __future__ import annotations

import contextlib
import io
import math
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import fmpq
from objects import domains, json_bytes, networks, saved, written
from targets import ARCHIVE, JSON, TABLE, Target, require

from relupoly.errors import FileFormatError, InputError, NumberError
from relupoly.exact.rationals import decimal_below, decimal_text, nearest_float, parse_rational, rational
from relupoly.files import (
    read_arrangement,
    read_domains,
    read_generators,
    read_network,
    read_points,
    read_property,
    read_samples,
    read_vectors,
)
from relupoly.files.json_text import parse_json
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.point_rows import stream_points
from relupoly.files.polyhedra import json_domain
from relupoly.files.streams import located
from relupoly.networks.network import Network

INE = (
    *(b"H-representation", b"V-representation", b"begin", b"end", b"linearity 1 1", b"nonnegative", b"equality", b"hull"),
    *(
        b"integer",
        b"rational",
        b"real",
        b"float",
        b"double",
        b"*****",
        b"999999999 999999999",
        b"0 2",
        b"1 1",
        b"partial_enum 1 2",
    ),
)
VNNLIB = (
    *(b"(assert ", b"(declare-const X_1 Real)", b"(declare-const Y_0 Real)", b"(and ", b"(or ", b"(not ", b"(<= ", b"(>= "),
    *(b"(= ", b"(< ", b"(> ", b"(+ ", b"(- ", b"(* ", b"(/ ", b"X_0", b"X_1", b"X_999999999", b"Y_0", b"true", b"false", b"()"),
    *(b"(declare-fun X_3 () Real)", b"(set-logic QF_LRA)", b"(* 2 3)", b"(- X_0)", b";", b"(let ", b"|X_0|"),
    *(
        b"(vnnlib-version <2.0>)",
        b"(declare-network N",
        b"(declare-input X Real [1,2])",
        b"X[0,0]",
        b"(==",
        b"real",
        b"float32",
    ),
)
SAFETENSORS = (
    *(b'"dtype"', b'"shape"', b'"data_offsets"', b'"__metadata__"', b'"F32"', b'"BF16"', b'"F8_E4M3"', b'"U64"', b'"BOOL"'),
    *(b"[0,8]", b"[8,0]", b"[]", b"[1,1,1,1,1,1,1,1,1]", b"9223372036854775807", b"true", b'"0.weight"', b'"0.running_mean"'),
)
PICKLE = (
    *(b"cos\nsystem\n", b"ctorch\nFloatStorage\n", b"ctorch._utils\n_rebuild_parameter\n", b"ccollections\nOrderedDict\n"),
    *(
        b"R",
        b"(",
        b"t",
        b"q\x00",
        b"h\x00",
        b"r\xff\xff\xff\x7f",
        b"}",
        b"]",
        b")",
        b"u",
        b"s",
        b"a",
        b"e",
        b"b",
        b"Q",
        b".",
        b"0",
    ),
    *(b"\x81", b"\x93", b"\x94", b"\x85", b"\x87", b"\x8a\xff", b"J\xff\xff\xff\x7f", b"J\xff\xff\xff\xff", b"K\x00"),
    *(b"X\xff\xff\xff\x7f", b"G\x7f\xf0\x00\x00\x00\x00\x00\x00", b"N", b"\x88", b"I9999999999\n", b"P0\n"),
)
NNET = (b"//", b"// relupoly-metadata: {", b'"nnet"', b"\n\n", b"1,1,1,1,", b"999999999", b"1000000000,", b",,")
JSON_WORDS = (
    *(b'"format"', b'"relupoly-network"', b'"version"', b'"layers"', b'"weight"', b'"bias"', b'"metadata"', b'"linear"'),
    *(b'"shape"', b'"rows"', b'"version": 2', b'{"shape": [1, 1], "rows": [[0, 1]]}'),
    *(b'"A"', b'"b"', b'"X"', b'"y"', b'"weights"', b'"points"', b'"hyperplanes"', b'"generators"', b'"1/3"', b"NaN", b"[[]]"),
)

_VERSION_2 = (
    b'{"format": "relupoly-network", "version": 2, "layers": [{"weight": {"shape": [2, 3], "rows": [[0, 1, 2, "1/2"], []]}, '
    b'"linear": [1]}, {"weight": [[1, 2]], "bias": [0.5]}]}',
)
_INE_SEEDS = (
    b"slab\nH-representation\nbegin\n2 2 rational\n1/3 1\n1 -1\nend\n",
    b"* c\nbegin\n***** 3 real\n1 0.5 0\n1 -1 1e-3\n1 0 -1\nend\nnonnegative\n",
    b"H-representation\nlinearity 1 1\nbegin\n3 3 integer\n0 1 -1\n1 1 0\n1 -1 0\nend\n",
)
_EXT_SEEDS = (b"V-representation\nbegin\n2 3 rational\n0 1 1/2\n1 0 3\nend\n", *_INE_SEEDS[:1])
_VNNLIB_SEEDS = (
    b"(declare-const X_0 Real)\n(declare-const Y_0 Real)\n(assert (and (>= X_0 -0.1) (<= X_0 1)))\n(assert (<= Y_0 0))\n",
    b"(declare-const X_0 Real) (declare-const X_1 Real) ; c\n(assert (<= X_0 0.5))(assert (>= X_0 0.5))\n"
    b"(assert (<= (+ (* 2 X_1) (/ X_0 3) (- 1)) 4 5)) (assert (or (and (>= X_1 0)) (>= X_1 0)))",
    b"(vnnlib-version <2.0>)\n(declare-network N\n (declare-input X Real [2])\n (declare-output Y Real [1])\n)\n"
    b"(assert (and (<= X[0] 1) (>= X[0] -1) (<= X[1] 1) (>= X[1] -1)))\n",
)
_TABLES = (
    b"a,b,c\n1,0.1,1/3\n2,1/3,-1e2\n-3,4,5.\n",
    b"0;1;2\n1;0;7\n\n# c\n5;5;1\n",
    b"1\t2\t3\n4\t0\t6\n",
    b"0 1 1\n1 0 1\n",
)
_ROWS = ([[1, "1/3", 0.5], [0, 2, 1], [1, 1, 1]], [[1, 0], [0, 1], [1, 1]])


def file_targets() -> list[Target]:
    """A target for each format of each reader."""
    return [
        *_network_targets(),
        Target("pickle", _state_dicts, _network("pt"), (), PICKLE, _pickle_of, _with_pickle),
        Target("domain-json", _json_domains, _domain("json"), (JSON,), JSON_WORDS),
        Target("domain-ine", lambda: _INE_SEEDS, _domain("ine"), (TABLE,), INE),
        Target("domain-ext", lambda: _EXT_SEEDS, _domain("ext"), (TABLE,), INE),
        Target("domain-vnnlib", lambda: _VNNLIB_SEEDS, _domain("vnnlib"), (), VNNLIB),
        Target("property-vnnlib", lambda: _VNNLIB_SEEDS, _check_property, (), VNNLIB),
        Target("domain-document", _domain_documents, _check_domain_document, (JSON,)),
        *_table_targets("points", _check_points, "points"),
        *_table_targets("vectors", lambda place: _require_rows(read_vectors(place)), "points"),
        *_table_targets("streamed", _check_streamed, "points"),
        *_table_targets("generators", read_generators, "generators", ext=_EXT_SEEDS),
        *_table_targets("arrangement", _check_arrangement, "hyperplanes", ine=_INE_SEEDS, npy=None),
        Target("samples-csv", lambda: _TABLES, _samples("csv"), (TABLE,)),
        Target("samples-json", _json_samples, _samples("json"), (JSON,), JSON_WORDS),
        Target("samples-npz", _npz_samples, _samples("npz"), (ARCHIVE,)),
        Target("streamed-samples-json", _json_samples, _streamed_samples("json"), (JSON,), JSON_WORDS),
        Target("streamed-samples-npz", _npz_samples, _streamed_samples("npz"), (ARCHIVE,)),
        Target("numbers", lambda: _NUMBERS, _check_number),
    ]


def _network_targets() -> list[Target]:
    words = {"json": JSON_WORDS, "npz": (), "nnet": NNET, "safetensors": SAFETENSORS}
    forms = {"json": (JSON,), "npz": (ARCHIVE,), "nnet": (TABLE,)}
    return [
        Target(
            f"network-{name}",
            lambda name=name, encode=one.encode: [  # type: ignore[misc]
                *(encode(network) for network in networks()),
                *(_VERSION_2 if name == "json" else ()),
            ],
            _network(name),
            forms.get(name, ()),
            words.get(name, ()),
        )
        for name, one in NETWORK_FORMATS.items()
    ]


def _state_dicts() -> Sequence[bytes]:
    return [NETWORK_FORMATS["pt"].encode(networks()[2])]


def _pickle_of(data: bytes) -> bytes:
    """The pickle in a state dictionary: changed as it stands in the archive, its checksum would be wrong."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("archive/data.pkl")


def _with_pickle(data: bytes) -> bytes:
    """A state dictionary with this pickle, and the numbers of a good one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_state_dicts()[0])) as good, zipfile.ZipFile(stream, "w") as archive:
        for name in good.namelist():
            archive.writestr(zipfile.ZipInfo(name), data if name.endswith("data.pkl") else good.read(name))
    return stream.getvalue()


def _network(name: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        place = written(f"net.{name}", data)
        network = read_network(place)
        _require_kept(network, "json", False)
        for other in ("npz", "nnet"):
            try:
                _require_kept(network, other, True)
            except FileFormatError:  # it would have to round, or knows no linear neurons
                continue
        if "normalize" in NETWORK_FORMATS[name].takes:
            read_network(place, normalize=True)

    return check


def _require_kept(network: Network, format: str, may_round: bool) -> None:
    """A network that was read survives being written and read again; where it was rounded, the second time."""
    one = NETWORK_FORMATS[format]
    data = one.encode(network, may_round)
    again = one.decode(data)
    if not may_round:
        require(again == network, f"the network is another one after {format}")
        require(dict(again.metadata) == dict(network.metadata), f"the metadata are others after {format}")
    require(one.encode(again, may_round) == data, f"{format} is another one when it is written again")


def _domain(name: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        for domain in read_domains(written(f"domain.{name}", data)):
            _require_domain_kept(domain)

    return check


def _check_property(data: bytes) -> None:
    read_property(written("property.vnnlib", data))


def _require_domain_kept(domain: Any) -> None:
    again = json_domain.domain_of(json_domain.document_of(domain))
    require(again == domain, "the domain is another one when it is written and read again")


def _check_domain_document(data: bytes) -> None:
    with located("the document"):
        document = json_domain.domain_of(parse_json(data))
    _require_domain_kept(document)


def _json_domains() -> Sequence[bytes]:
    return [
        json_bytes({"A": [[1, "1/7"], [-1, 0], [0, 0.1], [0, -1]], "b": [1, 0, 3, "0.5"]}),
        json_bytes({"A": [[1], [-1]], "b": [0.1, "1/3"]}),
    ]


def _domain_documents() -> Sequence[bytes]:
    return [json_bytes(json_domain.document_of(domain)) for domain in domains()]


def _table_targets(name: str, read: Callable[[Any], object], key: str, **others: Any) -> list[Target]:
    """Targets for the formats that readers of tables share."""
    arrays = [saved(np.save, np.array([[1.0, 0.1, 2], [0, 1, 1]])), saved(np.save, np.arange(6).reshape(3, 2))]
    seeds: dict[str, Any] = {"csv": _TABLES, "json": None, "npy": arrays} | others
    made = {"json": [json_bytes(rows) for rows in _ROWS] + [json_bytes({key: rows}) for rows in _ROWS]}
    forms = {"csv": (TABLE,), "json": (JSON,), "npy": (ARCHIVE,), "ine": (TABLE,), "ext": (TABLE,)}

    def target(one: str) -> Target:
        inputs = made.get(one, seeds[one])

        def check(data: bytes) -> None:
            read(written(f"table.{one}", data))

        return Target(f"{name}-{one}", lambda: inputs, check, forms[one], INE if one in ("ine", "ext") else ())

    return [target(one) for one, given in seeds.items() if given is not None or one in made]


def _check_points(place: Any) -> None:
    subspace = read_points(place)
    require(subspace.basis.rank() == subspace.dimension >= 1, "the points span another dimension")


def _require_rows(rows: list[list[fmpq]]) -> None:
    require(rows and rows[0] and all(len(row) == len(rows[0]) for row in rows), "rows of different lengths")
    require(all(isinstance(entry, fmpq) for row in rows for entry in row), "an entry is no rational")


def _check_streamed(place: Any) -> None:
    """Points one by one are those of the whole file, where both are read."""
    try:
        rows = read_vectors(place)
    except InputError:
        rows = None
    streamed = [list(row.point) for row in stream_points(place, 2 if rows is None else len(rows[0])).rows]
    require(rows is None or streamed == rows, "points one by one are others than those of the whole file")


def _check_arrangement(place: Any) -> None:
    from relupoly.geometry.arrangement import Arrangement

    arrangement = read_arrangement(place)
    require(Arrangement.of(arrangement.rows) == arrangement, "the arrangement is another one when it is made again")


def _streamed_samples(name: str) -> Callable[[bytes], None]:
    """Samples that say what they are, read as points, are those on which `train` works."""

    def check(data: bytes) -> None:
        place = written(f"samples.{name}", data)
        try:
            samples = read_samples(place)
        except InputError:
            samples = None
        named = samples is not None and samples.inputs is None and samples.target is None and not data.lstrip().startswith(b"[")
        width = len(samples.points[0]) if samples is not None and named else 2
        points = tuple(row.point for row in stream_points(place, width).rows)
        require(not named or samples is None or points == samples.points, "samples as points are others than those of train")

    return check


_SAMPLE_OPTIONS: Sequence[dict[str, object]] = (
    {"target": "1"},
    {"target": "b", "weights": "3"},
    {"one_hot": True, "dropna": True},
    {"inputs": "1-2,c:3", "exclude": '"a"', "categories": 1, "header": True},
)


def _samples(name: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        place = written(f"samples.{name}", data)
        _require_samples(read_samples(place))
        for options in _SAMPLE_OPTIONS:
            with contextlib.suppress(InputError):
                _require_samples(read_samples(place, **options))  # type: ignore[arg-type]

    return check


def _require_samples(samples: Any) -> None:
    require(len(samples.points) == len(samples.targets) > 0, "there is not one target for each sample")
    require(samples.weights is None or len(samples.weights) == len(samples.points), "there is not one weight for each sample")
    require(len({len(point) for point in samples.points}) == 1 and samples.points[0], "samples of different lengths")


def _json_samples() -> Sequence[bytes]:
    return [
        json_bytes({"X": [[0.1, 2], [1, "1/3"]], "y": ["1/3", 1], "weights": [1, 2]}),
        json_bytes([{"a": 1, "b": "1/2", "c": 3}, {"a": 2, "b": 0, "c": 1}]),
        json_bytes(_ROWS[0]),
    ]


def _npz_samples() -> Sequence[bytes]:
    return [
        saved(np.savez, X=np.eye(3), y=np.arange(3), weights=np.ones(3, np.float32)),
        saved(np.savez_compressed, X=np.zeros((2, 1)), y=np.ones((2, 1))),
    ]


_NUMBERS = (b"0", b"-3/6", b"0.1", b"1e-2", b" +.5E+3 ", b"9007199254740993", b"1e9999", b"-123456789.25e-7", b"5.")


def _check_number(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        value = parse_rational(text)
    except NumberError:
        return
    require(rational(str(value)) == value, "the number is another one when it is written and read again")
    number = nearest_float(value)
    require(number == 0 or math.isinf(number) or (number > 0) == (value > 0), "the double has another sign")
    decimal_text(value)
    require(parse_rational(decimal_below(value)) <= value, "the decimal below is above")
