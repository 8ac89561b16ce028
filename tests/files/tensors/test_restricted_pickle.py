"""The pickle of a state dictionary: nothing that it says is done, whatever that is."""

import io
import os
import pickle
import zipfile
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.tensor_files import archive, state_dict, with_pickle
from refusal import check_refused, reads_or_refuses

from relupoly.errors import FileFormatError
from relupoly.files import read_network
from relupoly.files.tensors.restricted_pickle import load
from relupoly.files.tensors.state_dict import decode

SAVE = "save the module's state_dict() alone, or export the model to ONNX"
NAMED = {"0.weight": np.ones((4, 3), dtype="f4"), "0.bias": np.ones(4, dtype="f4"), "2.weight": np.ones((2, 4), dtype="f4")}


class System:
    """What leaves a file in the current folder if it is unpickled."""

    def __reduce__(self):
        return os.system, ("touch it-was-run",)


HOSTILE = {
    "a call": pickle.dumps({"a": System()}, 2),
    "a call of protocol 4": pickle.dumps({"a": System()}, 4),
    "a call of protocol 0": pickle.dumps({"a": System()}, 0),
    "eval": b"\x80\x02cbuiltins\neval\nX\x02\x00\x00\x001\n\x85R.",
    "a name by the stack": b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93.",
    "torch.load": b"\x80\x02ctorch\nload\n.",
    "torch.hub": b"\x80\x02ctorch.hub\nloadStorage\n.",
    "a class": pickle.dumps({"a": Fraction(1, 2)}, 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_code_is_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_refused(read_network, tmp_path / "net.pt", with_pickle(HOSTILE[name]), "", FileFormatError)
    assert os.listdir() == ["net.pt"]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith("a call")])
def test_these_would_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pickle.loads(HOSTILE[name])
    assert os.listdir() == ["it-was-run"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            pickle.dumps({"a": System()}, 2),
            f'it holds the Python object "posix.system", not only tensors, and no code is run; {SAVE}',
        ),
        (b"\x80\x02ctorch\nload\n.", 'it holds the Python object "torch.load", not only tensors, and no code is run'),
        (b"\x80\x02c\x1b[2J\nx\n.", 'it holds the Python object "\\u001b[2J.x", not only tensors'),
        (b"\x80\x02(ios\nsystem\n.", "data.pkl has the instruction INST, which no state dictionary needs"),
        (b"\x80\x02}\x81.", "data.pkl has the instruction NEWOBJ, which no state dictionary needs"),
        (b"\x80\x02\x82\x01.", "data.pkl has the instruction EXT1, which no state dictionary needs"),
        (b"", "data.pkl is damaged; save it again"),
        (b"\x80\x02}", "data.pkl is damaged; save it again"),
        (b"\x80\x02.", "data.pkl is damaged; save it again"),
        (b"\x80\x02}}.", "data.pkl is damaged; save it again"),
        (b"\x80\x02u.", "data.pkl is damaged; save it again"),
        (b"\x80\x02}}a.", "data.pkl is damaged; save it again"),
        (b"\x80\x02]}b.", "data.pkl is damaged; save it again"),
        (b"\x80\x02h\x07.", "data.pkl is damaged; save it again"),
        (b"\x80\x02\x85.", "data.pkl is damaged; save it again"),
        (b"\x80\x02}}R.", "data.pkl is damaged; save it again"),
        (b"\x80\x02ccollections\nOrderedDict\n}\x85R.", "data.pkl is damaged; save it again"),
        (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.", "data.pkl is damaged; save it again"),
        (b"\x80\x02ctorch._utils\n_rebuild_parameter\nN\x85R.", "data.pkl is damaged; save it again"),
        (b"\x80\x02]q\x00h\x00a.", f"it holds no dictionary of tensors; {SAVE}"),  # a list in itself
        (b"\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s.", f'the entry "a" is no tensor; {SAVE}'),  # a dictionary in itself
        (b"\x80\x02})Ns.", f"a dictionary has a key that is no text; {SAVE}"),
        (pickle.dumps([1], 2), f"it holds no dictionary of tensors; {SAVE}"),
        (pickle.dumps({"epoch": 3}, 2), f'the entry "epoch" is no tensor; {SAVE}'),
        (pickle.dumps({1: 2}, 2), f'the entry "1" is no tensor; {SAVE}'),
    ],
)
def test_pickles_that_are_refused(data, message, tmp_path):
    check_refused(read_network, tmp_path / "net.pt", with_pickle(data), message, FileFormatError)


def nested(depth):
    return b"\x80\x02" + b")" + b"\x85" * depth + b"."


def test_a_pickle_nested_deeply_is_no_recursion(tmp_path):
    check_refused(read_network, tmp_path / "net.pt", with_pickle(nested(10**5)), f"it holds no dictionary of tensors; {SAVE}")


@given(st.binary(max_size=40))
def test_any_pickle_is_read_or_refused(data):
    reads_or_refuses(load, b"\x80\x02" + data)


@given(st.data())
def test_any_change_of_a_pickle_is_read_or_refused(data):
    with zipfile.ZipFile(io.BytesIO(state_dict(NAMED))) as file:
        records = {name.removeprefix("archive/"): file.read(name) for name in file.namelist()}
    good = records["data.pkl"]
    place = data.draw(st.integers(0, len(good) - 1))
    new = data.draw(st.binary(max_size=3))
    changed = good[:place] + new + good[place + data.draw(st.integers(0, 3)) :]
    reads_or_refuses(decode, archive(records | {"data.pkl": changed}))
