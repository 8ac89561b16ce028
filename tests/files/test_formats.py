"""The tables of formats: each entry is there, though it is imported only when it is used."""

import pytest

from relupoly.errors import FileFormatError
from relupoly.files.arrangements import ARRANGEMENT_FORMATS
from relupoly.files.domains import DOMAIN_FORMATS
from relupoly.files.formats import TABLES, Formats
from relupoly.files.generators import GENERATOR_FORMATS
from relupoly.files.graphs import GRAPH_FORMATS
from relupoly.files.network_format import NetworkFormat
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.rows import ROW_FORMATS
from relupoly.files.samples import SAMPLE_FORMATS

READERS = {
    "arrangement": ARRANGEMENT_FORMATS,
    "domain": DOMAIN_FORMATS,
    "generators": GENERATOR_FORMATS,
    "graphs": GRAPH_FORMATS,
    "rows": ROW_FORMATS,
    "samples": SAMPLE_FORMATS,
}


@pytest.mark.parametrize(("noun", "name"), [(noun, name) for noun, table in READERS.items() for name in table])
def test_everything_is_there(noun, name):
    assert callable(READERS[noun][name])


@pytest.mark.parametrize("name", NETWORK_FORMATS)
def test_every_network_format_is_there(name):
    assert isinstance(NETWORK_FORMATS[name], NetworkFormat)


@pytest.mark.parametrize("noun", ["arrangement", "generators", "rows", "samples"])
def test_all_rows_may_stand_in_a_table(noun):
    assert set(TABLES) <= set(READERS[noun])


def test_the_default_is_for_standard_input_alone():
    formats = Formats({"csv": "rows:decode_csv", "json": "rows:decode_json"}, default="csv")
    assert (len(formats), list(formats), formats.name_of("-"), formats.name_of("-", ".JSON")) == (
        2,
        ["csv", "json"],
        "csv",
        "json",
    )
    with pytest.raises(FileFormatError, match="it has no suffix that says what it is"):
        formats.name_of("points")
    with pytest.raises(FileFormatError, match='unknown format "yaml"; known are csv, json'):
        formats.name_of("points.csv", "yaml")
