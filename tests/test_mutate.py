"""`tools/mutate`: what it draws, and that its list of equivalent mutants is up to date."""

import ast
import importlib.machinery
import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools" / "mutate"


@pytest.fixture(scope="module")
def mutate():
    loader = importlib.machinery.SourceFileLoader("mutate", str(TOOL))
    spec = importlib.util.spec_from_loader("mutate", loader)
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules["mutate"] = module
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
        yield module
    finally:
        sys.dont_write_bytecode = bytecode
        del sys.modules["mutate"]


SOURCE = b'''\
"""A docstring with 1 < 2 and 3."""

def first(values: list[int] | None, strict: bool = True) -> int:
    for value in values:
        if not value or value <= min(3, -value):
            continue
        assert value > 0
        print(value, strict=True)
    if values is None:
        raise ValueError(f"no {1 + 1}")
    # \xc3\xa9: positions are those of bytes.
    return sum(one for one in values if "\xc3\xa9" != one in (values)) + 1
'''


def test_edits(mutate):
    """Each line as it would be; types, assertions and what errors say stay as they are."""
    found = mutate.Finder("a.py", SOURCE).mutants()
    lines = sorted({" ".join(one.lines(SOURCE)[1]).strip() for one in found})
    assert lines == sorted(
        {
            "def first(values: list[int] | None, strict: bool = False) -> int:",
            "if (not (not value or value <= min(3, -value))):",
            "if value or value <= min(3, -value):",
            "if not value and value <= min(3, -value):",
            "if not value or value < min(3, -value):",
            "if not value or value > min(3, -value):",
            "if not value or value <= max(3, -value):",
            "if not value or value <= min((3 + 1), -value):",
            "if not value or value <= min((3 - 1), -value):",
            "if not value or value <= min(3, value):",
            "break",
            "pass",
            "if (not (values is None)):",
            "return None",
            'return sum(one for one in values if "\xe9" != one in (values)) - 1',
            'return sum(one for one in values if "\xe9" != one in (values)) + (1 + 1)',
            'return sum(one for one in values if "\xe9" != one in (values)) + (1 - 1)',
            "return sum(one for one in values if True) + 1",
            'return sum(one for one in values if "\xe9" == one in (values)) + 1',
            'return sum(one for one in values if "\xe9" != one not in (values)) + 1',
        }
    )
    assert {one.function for one in found} == {"first"}


def test_all_mutants_are_python(mutate):
    """One that is not would be killed by any test."""
    mutants, total = mutate.drawn(0, 200, "*")
    assert total > 3000
    wrong = 0
    for mutant in mutants:
        source = (mutate.ROOT / mutant.file).read_bytes()
        assert mutant.applied(source) != source
        try:
            ast.parse(mutant.applied(source))
        except SyntaxError:
            wrong += 1
    assert wrong == 0


def test_the_same_seed_draws_the_same(mutate):
    assert mutate.drawn(1, 50, "relupoly/exact/*") == mutate.drawn(1, 50, "relupoly/exact/*")
    assert mutate.drawn(1, 50, "relupoly/exact/*") != mutate.drawn(2, 50, "relupoly/exact/*")
    few, total = mutate.drawn(1, 0, "relupoly/pieces/counting/*")
    assert len(few) == total == len(set(few))
    assert {one.file for one in few} == {"relupoly/pieces/counting/part.py"}


def test_equivalent_mutants_are_mutants(mutate):
    """A line about sources that have changed since is no proof any more."""
    names = set()
    for file in {name.partition(":")[0] for name in mutate.equivalent()}:
        source = (mutate.ROOT / file).read_bytes()
        names |= {one.name(source) for one in mutate.Finder(file, source).mutants()}
    assert mutate.equivalent() <= names


def test_every_line_about_an_equivalent_mutant_has_a_reason(mutate):
    for line in mutate.EQUIVALENT.read_text().splitlines():
        if not line.startswith("#"):
            name, _, reason = line.rpartition(" # ")
            assert " => " in name
            assert len(reason) > 10


def test_all_files_have_tests(mutate):
    files = {path.relative_to(mutate.ROOT).as_posix() for pattern in mutate.FILES for path in mutate.ROOT.glob(pattern)}
    for file in files:
        for name in mutate.TESTS[mutate.pattern_of(file)].replace("|", " ").split():
            assert "{stem}" in name or (mutate.ROOT / "tests" / name).exists(), name
