"""Domains in our own files: what is refused, by the entry that is wrong."""

import pytest

from relupoly.errors import FileFormatError
from relupoly.files.polyhedra.json_domain import domain_of

REFUSED = [
    ({"name": 1}, "the name of the domain is not a text"),
    ({"name": "a", "subspace": {"fixed": 1}}, "fixed is not a list of numbers, with null for what is free"),
    ({"name": "a", "polyhedron": {"A": [], "b": []}}, "A has no rows of one length"),
    ({"name": "a", "polyhedron": {"A": [["1"], ["1", "2"]], "b": ["1", "2"]}}, "A has no rows of one length"),
    ({"name": "a", "polyhedron": {"A": [["1"]], "b": "1"}}, "b is not a list of numbers"),
]


@pytest.mark.parametrize(("document", "message"), REFUSED)
def test_what_is_refused(document, message):
    with pytest.raises(FileFormatError) as caught:
        domain_of(document)
    assert str(caught.value) == message
