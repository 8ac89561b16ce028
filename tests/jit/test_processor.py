"""What tells processors apart."""

from pathlib import Path

import pytest

from relupoly.jit import code_cache
from relupoly.jit.processor import processor, told

LIST = Path("/proc/cpuinfo")
FIRST = "processor\t: 0\nvendor_id\t: Some\nmodel name\t: One\ncpu MHz\t\t: 2000.1\nflags\t\t: fpu sse avx2\n"
SECOND = "\nprocessor\t: 1\nflags\t\t: fpu\n\n"


def test_what_changes_from_core_to_core_is_left_out():
    other = FIRST.replace(": 0", ": 17").replace("2000.1", "3999.9")
    assert told(FIRST + SECOND, "x86_64") == told(other + SECOND, "x86_64")


@pytest.mark.parametrize(("old", "new"), [("avx2", "avx2 avx512f"), ("One", "Two"), ("Some", "Other")])
def test_another_model_or_instruction_is_another_processor(old, new):
    assert told(FIRST + SECOND, "x86_64") != told(FIRST.replace(old, new) + SECOND, "x86_64")


@pytest.mark.parametrize("text", ["", FIRST, FIRST.replace("flags", "flag") + SECOND, SECOND[1:].replace("flags", "colours")])
def test_too_little_is_nothing(text):
    """A list that is cut off, or names no instructions, does not tell processors apart."""
    assert told(text, "x86_64") == ""


def test_what_another_processor_has_compiled_is_not_there(monkeypatch):
    source = Path(code_cache.__file__)
    here = code_cache.stem(source, "f")
    code_cache._digest_here.cache_clear()
    monkeypatch.setattr(code_cache, "processor", lambda: "another one")
    there = code_cache.stem(source, "f")
    code_cache._digest_here.cache_clear()
    assert (here != there, here.split("-")[0]) == (True, there.split("-")[0])


@pytest.mark.skipif(not LIST.exists(), reason="no list of processors")
def test_linux_tells_it():
    first, *_ = LIST.read_text().split("\n\n")
    instructions = [line.partition(":")[2].strip() for line in first.splitlines() if line.startswith(("flags", "Features"))]
    assert [one for one in instructions if one not in processor()] == []
