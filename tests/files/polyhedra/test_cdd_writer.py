"""Blocks of cddlib: in one file, in a folder, and read back."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flint import fmpq

from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_domain, read_domains
from relupoly.files.polyhedra.cdd_writer import check_block_folder, encode_block, write_block_files, write_blocks
from relupoly.geometry.double_description import GENERATORS, INEQUALITIES
from relupoly.run import Stopped


def rows(*texts):
    return [[fmpq(*map(int, word.split("/"))) for word in text.split()] for text in texts]


BOX = rows("0 1", "1/3 -1")
RAY = rows("1 2", "0 -1")


def box(number):
    return encode_block(INEQUALITIES, rows(f"{-number} 1", f"{number + 1} -1"), f"cell {number}")


def test_blocks_by_hand():
    assert encode_block(INEQUALITIES, BOX) == b"H-representation\nbegin\n2 2 rational\n0 1\n1/3 -1\nend\n"
    assert encode_block(GENERATORS, RAY, "a") == b"*a\nV-representation\nbegin\n2 2 rational\n1 2\n0 -1\nend\n"
    with pytest.raises(ValueError, match="a block needs a row"):
        encode_block(INEQUALITIES, [])


@pytest.mark.parametrize(
    "name", ["begin\nend", " linearity 1 1\r\nbegin", "H-representation", "\x00\x1b[2J\u2028end", "#", "\ud800"]
)
def test_names_are_not_obeyed(name, tmp_path):
    block = encode_block(INEQUALITIES, BOX, name)
    comment, rest = block.split(b"\n", 1)
    assert comment.startswith(b"*")
    assert len(comment.split()) == 1
    assert comment.decode().isprintable()
    assert rest == encode_block(INEQUALITIES, BOX)
    (tmp_path / "a.ine").write_bytes(block + block)
    assert len(read_domains(tmp_path / "a.ine")) == 2


@pytest.mark.parametrize("program", ["cddexec_gmp", "lrs"])
@pytest.mark.parametrize("name", ["", "cell 1:+-|0", "begin", "linearity 1 1"])
def test_other_programs_read_it(program, name, tmp_path):
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    (tmp_path / "a.ine").write_bytes(encode_block(INEQUALITIES, BOX, name) + encode_block(INEQUALITIES, BOX, name))
    (tmp_path / "a.ext").write_bytes(encode_block(GENERATORS, rows("1 0", "1 1/3"), name))
    for file, expected in (("a.ine", {("1", "0"), ("1", "1/3")}), ("a.ext", {("0", "1"), ("1", "-3")})):
        with open(tmp_path / file) as stream:
            arguments = ["--rep"] if program == "cddexec_gmp" else []
            answer = subprocess.run([found, *arguments], stdin=stream, capture_output=True, text=True, check=True).stdout
        lines = [tuple(line.split()) for line in answer.splitlines()]
        assert set(lines[lines.index(("begin",)) + 2 : lines.index(("end",))]) == expected


def test_large_numbers(tmp_path):
    large = fmpq(10**5000 + 1, 3**9000)
    write_blocks([encode_block(INEQUALITIES, [[large, fmpq(-1)]])], tmp_path / "a.ine")
    assert read_domain(tmp_path / "a.ine").polyhedron.bound[0, 0] == large


def test_several_blocks_in_a_file(tmp_path):
    place = tmp_path / "cells.ine"
    assert write_blocks(map(box, range(3)), place) == 3
    assert [(one.polyhedron.bound.entries(), one.name) for one in read_domains(place)] == [
        ([-number, number + 1], f"polyhedron of cells.ine, part {number + 1} of 3") for number in range(3)
    ]
    with pytest.raises(DomainError, match="it allows 3 input sets, and this takes one"):
        read_domain(place)
    points = tmp_path / "cells.ext"
    write_blocks([encode_block(GENERATORS, rows("1 0", "1 2")), encode_block(GENERATORS, RAY)], points)
    first, second = read_domains(points)
    assert sorted(first.polyhedron.vertices().vertices.entries()) == [0, 2]
    assert second.polyhedron.vertices().rays.entries() == [-1]
    assert first.name.endswith("cells.ext, part 1 of 2")


def test_blocks_with_options_and_titles(tmp_path):
    text = "one\nH-representation\nlinearity 1 1\nbegin\n2 3 real\n0 1 0\n1 0 1\nend\nvolume\n* the next one\n"
    text += (
        "h-Representation\nbegin\n1 3 real\n1 1 1\nend\nstrict_inequality 1 1\nH-representation\nbegin\n1 3 real\n1 0 1\nend\n"
    )
    (tmp_path / "a.ine").write_text(text)
    line, strict, last = read_domains(tmp_path / "a.ine")
    assert (line.subspace.dimension, strict.subspace, last.subspace) == (1, None, None)
    assert strict.name == "closure of the polyhedron of a.ine, part 2 of 3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"V-representation\nbegin\n1 2 real\n1 1\nend\n", "line 7: it lists vertices and rays"),
        (b"H-representation\nbegin\n1 2 real\n1 x\nend\n", 'line 10: "x" is not a number'),
        (b"H-representation\nbegin\n1 2 real\n1 1\n", "line 10: the file ends without a line that says end"),
        (b"title\nH-representation\nbegin\n1 2 real\n1 1\nend\n", 'line 7: "title" is no known option'),
    ],
)
def test_a_wrong_block_is_named(text, message, tmp_path):
    (tmp_path / "a.ine").write_bytes(encode_block(INEQUALITIES, BOX) + text)
    with pytest.raises(FileFormatError, match=message):
        read_domains(tmp_path / "a.ine")


def test_one_file_is_whole_or_not_there(tmp_path, capfdbinary):
    place = tmp_path / "cells.ine"

    def broken():
        yield box(0)
        raise Stopped("the deadline has passed")

    with pytest.raises(Stopped):
        write_blocks(broken(), place)
    assert list(tmp_path.iterdir()) == []
    write_blocks([box(0)], place)
    with pytest.raises(FileFormatError, match=r"cells\.ine: the file exists; give --force"):
        write_blocks([box(1)], place)
    assert write_blocks([box(1), box(2)], place, force=True) == 2
    assert place.read_bytes() == box(1) + box(2)
    assert write_blocks([box(1), box(2)], "-") == 2
    assert capfdbinary.readouterr().out == box(1) + box(2)
    assert write_blocks([], tmp_path / "none.ine") == 0


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def test_a_file_for_each(tmp_path):
    folder = tmp_path / "new" / "cells"
    assert check_block_folder(folder, INEQUALITIES) == set()
    assert write_block_files([(1, box(1)), (1234567, box(2))], folder, INEQUALITIES) == 2
    assert names(folder) == ["cell_000001.ine", "cell_1234567.ine"]
    assert (folder / "cell_1234567.ine").read_bytes() == box(2)
    # Files of the other kind, and of other names, are not in the way.
    assert write_block_files([(3, encode_block(GENERATORS, RAY))], folder, GENERATORS) == 1
    assert write_block_files([(3, box(3))], folder, INEQUALITIES, noun="piece") == 1
    assert names(folder) == ["cell_000001.ine", "cell_000003.ext", "cell_1234567.ine", "piece_000003.ine"]


def test_an_earlier_list_is_in_the_way(tmp_path):
    write_block_files([(1, box(1)), (2, box(2))], tmp_path, INEQUALITIES)
    (tmp_path / "cell_1.ine").write_text("mine")
    taken = []
    for refused in (
        lambda: write_block_files((taken.append(1) for _ in "x"), tmp_path, INEQUALITIES),
        lambda: check_block_folder(tmp_path, INEQUALITIES),
    ):
        with pytest.raises(FileFormatError, match=r"cell_000001\.ine is there already; give --force"):
            refused()
    assert taken == []
    assert check_block_folder(tmp_path, INEQUALITIES, force=True) == {"cell_000001.ine", "cell_000002.ine"}
    assert write_block_files([(2, box(7)), (5, box(5))], tmp_path, INEQUALITIES, force=True) == 2
    # What is left of the earlier list would be taken for a part of this one.
    assert names(tmp_path) == ["cell_000002.ine", "cell_000005.ine", "cell_1.ine"]
    assert (tmp_path / "cell_000002.ine").read_bytes() == box(7)


def test_what_is_written_before_an_error_stays(tmp_path):
    def broken():
        yield 1, box(1)
        raise Stopped("the deadline has passed")

    with pytest.raises(Stopped):
        write_block_files(broken(), tmp_path, INEQUALITIES)
    assert names(tmp_path) == ["cell_000001.ine"]


def test_no_folder(tmp_path):
    (tmp_path / "file").touch()
    for refused in (check_block_folder, lambda folder, kind: write_block_files([], folder, kind)):
        with pytest.raises(FileFormatError, match="file: it is a file; give a folder"):
            refused(tmp_path / "file", INEQUALITIES)
        with pytest.raises(FileFormatError, match="it cannot be read"):
            refused("a\0b", INEQUALITIES)
    with pytest.raises(FileFormatError, match="it is a file; give a folder"):
        write_block_files([(1, box(1))], tmp_path / "file" / "below", INEQUALITIES)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc")
def test_a_place_without_folders():
    with pytest.raises(FileFormatError, match=r"^/proc/none: no folder can be made there \(No such file or directory\)"):
        write_block_files([(1, box(1))], "/proc/none", INEQUALITIES)


def test_what_a_killed_run_left_is_removed(tmp_path):
    (tmp_path / f".cell_000001.ine.{'0' * 16}.relupoly-tmp").touch()
    write_block_files([], tmp_path, INEQUALITIES)
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_not_followed(tmp_path):
    (tmp_path / "mine").write_text("mine")
    folder = tmp_path / "cells"
    folder.mkdir()
    (folder / "cell_000001.ine").symlink_to(tmp_path / "mine")
    with pytest.raises(FileFormatError, match=r"cell_000001\.ine: it is a symbolic link"):
        write_block_files([(1, box(1))], folder, INEQUALITIES, force=True)
    assert (tmp_path / "mine").read_text() == "mine"
