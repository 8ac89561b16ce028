"""Where pycddlib could not be compiled: everything that does not need it works, and what needs it says how to get it."""

import json

import pytest
from command import PROGRAM, save, start

WITHOUT = "import sys\nsys.modules['cdd'] = None\n" + PROGRAM

TRIANGLE = "V-representation\nbegin\n3 3 integer\n1 0 0\n1 1 0\n1 0 1\nend\n"
HALF = "H-representation\nbegin\n2 3 integer\n1 -1 0\n3 1 1\nend\n"


@pytest.fixture
def files(tmp_path):
    """Files by the words that stand for them."""
    texts = {"SAMPLES.csv": "0,0\n1,1\n2,0\n", "PLANES.csv": "1,0,0\n0,1,0\n1,1,1\n", "EDGES.ext": TRIANGLE, "HALF.ine": HALF}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    save(tmp_path / "NET.json", ([[1, 0], [0, 1], [1, -1]], [0, 0, 1]), ([[1, 1, -1]], [0]))
    return tmp_path


def answer(files, *words):
    arguments = [str(files / word) if (files / word).exists() else word for word in words]
    process = start(*arguments, program=WITHOUT)
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("words", "key", "value"),
    [
        ("count-pieces NET.json --check", "check", {"complete": True, "counts": {"open": 7}, "agrees": True}),
        ("count-pieces NET.json --domain HALF.ine --notion affine", "complete", True),
        ("train SAMPLES.csv --width 2", "complete", True),
        ("hard sawtooth --width 2 --depth 2", "format", "relupoly-network"),
        ("equal NET.json NET.json", "equal", True),
        ("zonotope EDGES.ext", "vertices", 4),
        ("arrangement PLANES.csv", "regions", 7),
    ],
)
def test_what_does_not_need_it_works(words, key, value, files):
    options = () if words.startswith("hard") else ("--json",)
    code, out, err = answer(files, *words.split(), *options)
    assert (code, json.loads(out)[key]) == (0, value), err


@pytest.mark.parametrize("command", ["count-pieces", "info", "bounds"])
def test_what_needs_it_says_how_to_get_it(command, files):
    code, out, err = answer(files, command, "NET.json", "--domain", "EDGES.ext")
    assert (code, out, len(err.splitlines())) == (3, "", 1)
    assert err.startswith(f"Error: {files / 'EDGES.ext'}: conversions between vertices and inequalities need pycddlib")
    assert "apt-get install gcc python3-dev libcdd-dev libgmp-dev" in err
    assert 'pip install "relupoly[cdd]"' in err
