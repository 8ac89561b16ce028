"""Whatever a file holds, reading it gives an object or an `InputError` of one line: nothing else, and no hang."""

import io
import random
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.errors import InputError
from relupoly.files.domains import DOMAIN_FORMATS
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.polyhedra import ext
from relupoly.files.polyhedra.vnnlib_property import decode as decode_property
from relupoly.files.rows import ROW_FORMATS
from relupoly.files.samples import SAMPLE_FORMATS
from relupoly.files.streams import located
from relupoly.networks.network import Network

NETWORK = Network.from_rows([([[1, "0.5"], [-3, 0.25]], [0, 1]), ([[2, "-0.75"]], None)], {"name": "small"})
PROPERTY = b"""; a property
(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
(assert (or (and (<= X_0 0.5) (>= X_0 (- 1)) (<= (+ X_1 (* 2 X_0)) 3e-1) (>= Y_0 0))))
"""
PROPERTY_2 = b"""(vnnlib-version <2.0>)
(declare-network f (declare-input X float32 [1,2] "in") (declare-output Y Real [])) ; a net
(assert (or (and (< X[0, 1] 0.5) (>= X[0,1] -1.0)) (<= 2 X[0,1])))
(assert (== (* 2.0 X[0,0]) 3))
(assert (<= 0 (+ X [0,0] X[0,1]) 5)) (assert (<= X[0,0] Y))
"""
OPTIONS = b"""name
H-representation
linearity 1 2
begin
3 4 double
1 -1.5 0 1
0 1 -1 0
1 0 1e-1 2
end
maximize
 0 1 1 1
strict_inequality 1 3
"""
INSTALLED = {name: one for name, one in NETWORK_FORMATS.items() if name != "onnx" or find_spec("onnx")}
READERS = {f"network {name}": one.decode for name, one in INSTALLED.items()}
READERS |= {f"domain {name}": (lambda data, decode=decode: decode(data, "file")) for name, decode in DOMAIN_FORMATS.items()}
READERS |= {f"points {name}": decode for name, decode in ROW_FORMATS.items()}
READERS |= {f"samples {name}": decode for name, decode in SAMPLE_FORMATS.items()}
# Its parser; pycddlib converts what that finds, in a process for each.
READERS["domain ext"] = lambda data: ext.generators_of(ext.parse_generators(data))
READERS |= {
    "domain vnnlib 2": READERS["domain vnnlib"],
    "property vnnlib": lambda data: decode_property(data, "p"),
    "property vnnlib 2": lambda data: decode_property(data, "p"),
    "domain ine options": READERS["domain ine"],
    "domain json equations": READERS["domain json"],
}
EXAMPLES = {f"network {name}": one.encode(NETWORK) for name, one in INSTALLED.items()} | {
    "domain json": b'{"A": [[1, 0.5], ["-1/3", 0]], "b": [1, 2e1]}',
    "domain ine": b"name\nH-representation\nbegin\n2 3 rational\n1 -1 0\n1/2 1 0.5\nend\nlponly\n",
    "domain ine options": OPTIONS,
    "domain ext": b"V-representation\nbegin\n4 3 rational\n1 -1 0\n1 1/2 0.5\n0 1 1\n0 1 0\nend\nlinearity 1 3\n",
    "domain json equations": b'{"A": [[1, 0.5]], "b": [1], "C": [["1/3", 2]], "d": [0]}',
    "domain vnnlib": PROPERTY,
    "domain vnnlib 2": PROPERTY_2,
    "property vnnlib": PROPERTY,
    "property vnnlib 2": PROPERTY_2,
    "points csv": b"x,y\n# comment\n0.1,1/3\n-2,3e4\n",
    "points tsv": b"x\ty\n0.1\t1/3\n-2\t3e4\n",
    "points txt": b"x y\n0.1  1/3\n-2 3e4\n",
    "points dat": b"x;y\n0.1;1/3\n-2; 3e4\n",
    "points json": b'{"points": [[0.1, "1/3"], [-2, 3e4]]}',
    "samples csv": b"x,y\n# comment\n0.1,1/3\n-2,3e4\n",
    "samples tsv": b"x\ty\n0.1\t1/3\n-2\t3e4\n",
    "samples txt": b"x y\n0.1  1/3\n-2 3e4\n",
    "samples dat": b"x;y\n0.1;1/3\n-2; 3e4\n",
    "samples json": b'{"X": [[0.1, "1/3"], [-2, 3e4]], "y": [1, [0.5]], "weights": [1, 2]}',
}
_ARCHIVE = io.BytesIO()
np.savez(_ARCHIVE, X=np.array([[0.5, 2], [3, 4]]), y=np.array([1, 2]))
EXAMPLES["samples npz"] = _ARCHIVE.getvalue()
TOKENS = [b"", b"0", b"-1", b"nan", b"1e999", b"1/0", b"\xff", b"\0", b"\n", b",", b"(", b")", b"[", b"}", b'"', b";", b"null"]


def survives(reader, data):
    try:
        with located("file"):
            READERS[reader](data)
    except InputError as error:
        message = str(error)
    else:
        return True
    assert message.startswith("file: ")
    assert len(message.splitlines()) == 1
    return False


def test_the_examples_are_good():
    assert set(READERS) - set(EXAMPLES) == {"points npy"}
    assert all(survives(reader, data) for reader, data in EXAMPLES.items())


@pytest.mark.parametrize("reader", READERS)
@given(data=st.binary(max_size=100))
@settings(max_examples=50, deadline=None)
def test_noise(reader, data):
    survives(reader, data)


@pytest.mark.parametrize("reader", EXAMPLES)
def test_every_cut(reader):
    data = EXAMPLES[reader]
    outcomes = [survives(reader, data[:length]) for length in range(0, len(data), 1 + len(data) // 300)]
    assert not all(outcomes)


@pytest.mark.parametrize("reader", EXAMPLES)
def test_changes(reader):
    chance = random.Random(reader)
    data = EXAMPLES[reader]
    outcomes = []
    for _ in range(300):
        start = chance.randrange(len(data))
        end = start + chance.choice([0, 1, 1, 2, 5])
        outcomes.append(survives(reader, data[:start] + chance.choice(TOKENS) + data[end:]))
    assert not all(outcomes)


def test_changes_in_an_array(tmp_path):
    np.save(tmp_path / "points.npy", np.array([[0.5, 2], [3, 4]]))
    data = (tmp_path / "points.npy").read_bytes()
    assert survives("points npy", data)
    chance = random.Random(0)
    for _ in range(300):
        start = chance.randrange(len(data))
        survives("points npy", data[:start] + chance.choice(TOKENS) + data[start + 1 :])
