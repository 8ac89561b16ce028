"""Object code that is linked without LLVM: compared with what LLVM's own linker makes of it, and with Python."""

import ctypes
import platform
import struct
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

from relupoly.jit import image, object_code
from relupoly.jit.image import MAGIC, linked, loaded

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="only object code for x86-64 is linked here")

ENTRY = "relupoly_entry"

# Constants, a table of jumps, a call to another file, one to itself, and functions of the C library.
CALLER = """
declare i64 @elsewhere(i64, i64)
declare double @numba_ldexp(double, i32)
define i32 @relupoly_entry(i64 %table) {
  %start = inttoptr i64 %table to POINTER
  %p = getelementptr i64, POINTER %start, i64 2
  %which = load i64, POINTER %p
  %q = getelementptr i64, POINTER %start, i64 3
  %more = load i64, POINTER %q
  %found = call i64 @elsewhere(i64 %which, i64 %more)
  %real = sitofp i64 %found to double
  %part = fmul double %real, 0.3
  %scaled = call double @numba_ldexp(double %part, i32 3)
  %result = fptosi double %scaled to i64
  store i64 %result, POINTER %start
  ret i32 0
}
"""
CALLED = """
@primes = internal constant [5 x i64] [i64 2, i64 3, i64 5, i64 7, i64 11]
define internal i64 @twice(i64 %x) noinline {
  %y = add i64 %x, %x
  ret i64 %y
}
define i64 @elsewhere(i64 %which, i64 %more) {
  switch i64 %which, label %other [ CASES ]
BLOCKS
other:
  %i = urem i64 %more, 5
  %p = getelementptr [5 x i64], ARRAY @primes, i64 0, i64 %i
  %prime = load i64, POINTER %p
  %d = call i64 @twice(i64 %prime)
  ret i64 %d
}
"""
OPERATIONS = [
    "add i64 %more, 7",
    "mul i64 %more, %more",
    "sub i64 0, %more",
    "xor i64 %more, 85",
    "shl i64 %more, 2",
    "or i64 %more, 9",
]


def expected(which, more):
    values = [more + 7, more * more, -more, more ^ 85, more << 2, more | 9]
    value = values[which] if which < len(values) else 2 * [2, 3, 5, 7, 11][more % 5]
    return int(value * 0.3 * 8)


def text(source):
    old = llvm.llvm_version_info[0] < 15
    cases = " ".join(f"i64 {number}, label %case{number}" for number in range(len(OPERATIONS)))
    blocks = "\n".join(f"case{n}:\n  %v{n} = {line}\n  ret i64 %v{n}" for n, line in enumerate(OPERATIONS))
    for word, meant in {"POINTER": "i64*" if old else "ptr", "ARRAY": "[5 x i64]*" if old else "ptr"}.items():
        source = source.replace(word, meant)
    return source.replace("CASES", cases).replace("BLOCKS", blocks)


def compiled(source, reloc="default", codemodel="jitdefault", level=0):
    object_code.llvm()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    machine = target.create_target_machine(opt=level, reloc=reloc, codemodel=codemodel)
    return machine.emit_object(llvm.parse_assembly(text(source)))


def address(function):
    return ctypes.cast(getattr(ctypes.CDLL(None), function), ctypes.c_void_p).value


OUTSIDE = {"numba_ldexp": address("ldexp")}


def results(native):
    found = []
    for which in range(len(OPERATIONS) + 2):
        for more in (0, 1, 12, 345):
            table = np.array([0, 0, which, more], dtype=np.int64)
            assert native(table.ctypes.data) == 0
            found.append(int(table[0]))
    return found


# The first is numba's.
OURS = [("default", "jitdefault"), ("static", "large")]

EXPECTED = [expected(which, more) for which in range(len(OPERATIONS) + 2) for more in (0, 1, 12, 345)]


@pytest.mark.parametrize("level", [0, 3])
@pytest.mark.parametrize(("reloc", "codemodel"), [*OURS, ("pic", "large"), ("pic", "small"), ("static", "small")])
def test_it_does_what_llvm_makes_of_it_or_it_is_refused(reloc, codemodel, level):
    objects = [compiled(source, reloc, codemodel, level) for source in (CALLER, CALLED)]
    made = linked(objects, ENTRY, OUTSIDE)
    # In the others there are tables of addresses, or addresses of 32 bits, which are LLVM's business.
    assert made is not None or (reloc, codemodel) not in OURS
    if made is not None:
        assert results(loaded(made, OUTSIDE)) == EXPECTED
    joined = f"{len(objects[0])}\n".encode() + b"".join(objects)
    if (reloc, codemodel) in OURS:
        assert results(object_code._loaded_by_llvm(joined, OUTSIDE)) == EXPECTED


def test_it_can_be_loaded_twice():
    made = linked([compiled(CALLER), compiled(CALLED)], ENTRY, OUTSIDE)
    one, two = loaded(made, OUTSIDE), loaded(made, OUTSIDE)
    assert results(one) == results(two) == EXPECTED


def test_nobody_can_write_it_once_it_is_loaded():
    native = loaded(linked([compiled(CALLER), compiled(CALLED)], ENTRY, OUTSIDE), OUTSIDE)
    place = ctypes.cast(native, ctypes.c_void_p).value
    for line in Path("/proc/self/maps").read_text().splitlines():
        first, last = (int(end, 16) for end in line.split()[0].split("-"))
        if first <= place < last:
            assert line.split()[1] == "r-xp"
            return
    pytest.fail("it is nowhere")


VARIABLE = "@seen = global i64 5\ndefine i32 @relupoly_entry(i64 %x) {\n  store i64 1, POINTER @seen\n  ret i32 0\n}\n"
UNKNOWN = "declare i32 @system(i64)\ndefine i32 @relupoly_entry(i64 %x) {\n  %y = call i32 @system(i64 %x)\n  ret i32 %y\n}\n"


@pytest.mark.parametrize(
    "sources", [[CALLER], [CALLED], [VARIABLE], [UNKNOWN]], ids=["half", "no entry", "variable", "unknown"]
)
def test_what_is_not_as_expected_is_refused(sources):
    assert linked([compiled(source) for source in sources], ENTRY, OUTSIDE) is None


def relocations(content):
    """Where the kinds of relocations stand that an object file has for its code."""
    part = image._Object.of(content)
    image._laid_out([part])
    return [
        section[4] + 24 * number + 8
        for section in part.sections
        if section[1] == 4 and section[7] in part.starts
        for number in range(section[5] // 24)
    ]


@pytest.mark.parametrize("kind", [0, 9, 10, 11, 42])
def test_a_relocation_of_another_kind_is_refused(kind):
    good = compiled(CALLER)
    for place in relocations(good):
        other = bytearray(good)
        struct.pack_into("<I", other, place, kind)
        assert linked([bytes(other), compiled(CALLED)], ENTRY, OUTSIDE) is None


@pytest.mark.parametrize(("place", "value"), [(0, 0), (4, 1), (5, 2), (16, 3), (18, 183), (58, 40)])
def test_another_kind_of_file_is_refused(place, value):
    other = bytearray(compiled(CALLER))
    other[place] = value
    assert linked([bytes(other), compiled(CALLED)], ENTRY, OUTSIDE) is None


@pytest.mark.parametrize("length", [0, 10, 63, 64, 500])
def test_half_a_file_is_refused(length):
    assert linked([compiled(CALLER)[:length], compiled(CALLED)], ENTRY, OUTSIDE) is None


def test_memory_that_cannot_be_executed_is_an_error(monkeypatch):
    made = linked([compiled(CALLER), compiled(CALLED)], ENTRY, OUTSIDE)
    monkeypatch.setattr(image.mmap, "PROT_EXEC", -1)
    with pytest.raises(OSError, match="executable"):
        loaded(made, OUTSIDE)


def test_an_image_says_that_it_is_one():
    assert linked([compiled(CALLER), compiled(CALLED)], ENTRY, OUTSIDE).startswith(MAGIC)
