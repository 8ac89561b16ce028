"""Those who check certificates import nothing of those who make them: nothing but each other and the standard library."""

import sys

import pytest
from source_tree import FILES, imports, parsed

CHECKERS = ["relupoly.training.check", "relupoly.analysis.check"]
SHARED = ("relupoly.certificates", "relupoly.errors", "relupoly.run")


@pytest.mark.parametrize("checker", CHECKERS)
def test_what_a_checker_imports(checker):
    modules = [name for name in FILES if name.startswith(checker)]
    assert len(modules) > 5
    found = {name for module in modules for name in imports(parsed(FILES[module]), module, is_package=module == checker)}
    allowed = (checker, *SHARED)
    assert [name for name in found if name.startswith("relupoly") and not name.startswith(allowed)] == []
    others = {name.partition(".")[0] for name in found} - {"relupoly"}
    assert others <= sys.stdlib_module_names


def test_what_both_read_with():
    modules = [name for name in FILES if name.startswith("relupoly.certificates")]
    found = {name for module in modules for name in imports(parsed(FILES[module]), module, is_package=False)}
    assert [name for name in found if name.startswith("relupoly") and not name.startswith(SHARED)] == []
    assert {name.partition(".")[0] for name in found} - {"relupoly"} <= sys.stdlib_module_names
