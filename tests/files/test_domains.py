"""Domain files that are polyhedra: JSON and .ine. Every number is the exact rational of its text."""

from pathlib import Path

import pytest
from command import document
from flint import fmpq
from refusal import check_refused

from relupoly.errors import DomainError, FileFormatError
from relupoly.files import read_domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.run import Run, Stopped

CASES = Path(__file__).parent / "cases"
SQUARE = Polyhedron.from_inequalities([[1, 0], ["-1/3", 0], [0, "0.1"], [0, -1]], [1, 0, "1e-1", 0])
SQUARE_INE = """* a comment
square
H-representation
begin
 4 3 rational
 1 -1 0
 0 1/3 0
 # the numbers may stand anywhere
 0.1 0
 -0.1   0 0
 1
end
maximize 0 1 1
redund
"""


def test_json_decimals_are_exact(tmp_path):
    path = tmp_path / "square.json"
    path.write_text('{"A": [[1, 0], ["-1/3", 0], [0, 0.1], [0, -1]], "b": [1, 0, 1e-1, 0]}')
    domain = read_domain(path)
    assert domain.polyhedron == SQUARE
    assert domain.subspace is None
    assert domain.name == "polyhedron of square.json"


@pytest.mark.parametrize(
    "text",
    [
        SQUARE_INE,
        SQUARE_INE.replace("H-representation\n", ""),
        SQUARE_INE.replace("begin", "BEGIN").replace("end", "End").replace("rational", "Rational"),
        SQUARE_INE.replace("\n", "\r\n"),
        SQUARE_INE.replace("H-representation", "H-representation\nlinearity 0"),
        SQUARE_INE.replace(" 4 3 rational", "4 3\nreal"),
        SQUARE_INE.replace(" 4 3 rational", "***** 3 rational"),
    ],
)
def test_ine(text, tmp_path):
    path = tmp_path / "Square.INE"
    path.write_bytes(text.encode())
    domain = read_domain(path)
    assert domain.polyhedron == SQUARE
    assert domain.name == "polyhedron of Square.INE"


def test_ine_nonnegative(tmp_path):
    path = tmp_path / "corner.ine"
    path.write_text("begin\n1 3 integer\n1 -1 -1\nend\nnonnegative\n")
    assert read_domain(path).polyhedron == Polyhedron.from_inequalities([[1, 1], [-1, 0], [0, -1]], [1, 0, 0])


def on_the_diagonal(domain):
    """Whether a domain is the set -1 <= x <= 1, x = y, and its points are (t, t)."""
    assert domain.subspace.origin.entries() == [0, 0]
    assert domain.subspace.basis.entries() == [1, 1]
    assert domain.polyhedron == Polyhedron.from_inequalities([[1], [-1], [-1]], [1, 1, 1])
    return True


@pytest.mark.parametrize(
    "options",
    [
        ("linearity 1 1\n", ""),
        ("", "linearity 1 1\n"),
        ("a name\nH-representation\nLinearity 1 1\nvolume\n", "maximize\n 0 1 1\nlinearity 1 1"),
        ("", "equality 1\n 1\n"),
    ],
)
def test_equations_are_substituted(options, tmp_path):
    path = tmp_path / "diagonal.ine"
    before, after = options
    path.write_text(f"{before}begin\n4 3 double\n0 1 -1\n1 -1 0\n1 1 0\n1 0 1\nend\n{after}")
    domain = read_domain(path)
    assert on_the_diagonal(domain)
    assert domain.name == "1-dimensional polyhedron of diagonal.ine"


def test_equations_in_json_are_substituted(tmp_path):
    path = tmp_path / "diagonal.json"
    path.write_text('{"A": [[1, 0], [-1, 0], [0, -1]], "b": [1, 1, 1], "C": [[1, -1], [2, -2]], "d": [0, 0]}')
    assert on_the_diagonal(read_domain(path))
    path.write_text('{"C": [[1, -1]], "d": [0.5]}')
    line = read_domain(path)
    assert line.polyhedron is None
    assert line.subspace.origin.entries() == [fmpq(1, 2), 0]


@pytest.mark.parametrize(("name", "pieces"), [("i_linearity", 3), ("i_float", 5)])
def test_counts(name, pieces):
    assert document(CASES / "n2.json", "--domain", CASES / f"{name}.ine", "--check")["pieces"] == pieces


def test_decimals_of_floats_are_exact(tmp_path):
    path = tmp_path / "slab.ine"
    path.write_text("begin\n2 2 float\n0.1 1\n1e-1 -1.0\nend\n")
    assert read_domain(path).polyhedron.bound.entries() == [fmpq(1, 10), fmpq(1, 10)]


def test_strict_inequalities_give_the_closure(tmp_path):
    path = tmp_path / "corner.ine"
    path.write_text("begin\n2 3 real\n0 1 0\n0 0 1\nend\nstrict_inequality 2 1 2\n")
    domain = read_domain(path)
    assert domain.polyhedron == Polyhedron.from_inequalities([[-1, 0], [0, -1]], [0, 0])
    assert domain.name == "closure of the polyhedron of corner.ine"


@pytest.mark.parametrize("words", ["linearity of a polytope", "volume five", "unknown words", "nonnegative matrices"])
def test_a_name_is_no_option(words, tmp_path):
    path = tmp_path / "a.ine"
    path.write_text(f"{words}\nH-representation\nbegin\n1 2 real\n1 1\nend\n")
    assert read_domain(path).polyhedron == Polyhedron.from_inequalities([[-1]], [1])


def test_numbers_of_any_length_reach_the_linear_program(tmp_path):
    path = tmp_path / "dom.json"
    path.write_text('{"A": [[1], [2]], "b": [1, 1e9999]}')
    assert read_domain(path).polyhedron.bound[1, 0] == 10**9999


def test_a_whole_number_of_many_digits_is_exact(tmp_path):
    path = tmp_path / "far.json"
    path.write_text('{"A": [[-1], [1]], "b": [0, 1%s]}' % ("0" * 5000))
    assert read_domain(path).polyhedron.bound[1, 0] == fmpq(10) ** 5000


REFUSED_JSON = {
    "not JSON": ("{", "line 1, column 2: not JSON"),
    "a list": ("[[1]]", 'it is not an object; write {"A": ..., "b": ...}'),
    "no b": ('{"A": [[1]]}', 'the key "b" is missing'),
    "misspelt": ('{"a": [[1]], "b": [1]}', 'unknown key "a"'),
    "A a number": ('{"A": 1, "b": [1]}', "A is not a list of rows"),
    "row a text": ('{"A": ["12"], "b": [1]}', "row 1 of A is not a list of numbers"),
    "b a number": ('{"A": [[1]], "b": 1}', "b is not a list of numbers"),
    "b a text": ('{"A": [[1]], "b": "1"}', "b is not a list of numbers"),
    "lower a number": ('{"lower": 0, "upper": [1]}', "lower is not a list of numbers"),
    "lower a text": ('{"lower": "0", "upper": [1]}', "lower is not a list of numbers"),
    "upper a number": ('{"lower": [0], "upper": 1}', "upper is not a list of numbers"),
    "upper a text": ('{"lower": [0], "upper": "1"}', "upper is not a list of numbers"),
    "ragged": ('{"A": [[1, 2], [3]], "b": [1, 1]}', "row 2 of A has 1 entries, but row 1 has 2"),
    "short b": ('{"A": [[1], [2]], "b": [1]}', "b has 1 entries, but A has 2 rows"),
    "NaN": ('{"A": [[NaN]], "b": [1]}', "A[1][1]: nan is not a finite number"),
    "true": ('{"A": [[1]], "b": [true]}', "b[1]: True is not a number"),
    "1e99999999": ('{"A": [[1e99999999]], "b": [1]}', 'A[1][1]: "1e99999999" has an exponent beyond'),
    "no row": ('{"A": [], "b": []}', "A has no row"),
    "no column": ('{"A": [[]], "b": [1]}', "A has no column"),
    "empty set": ('{"A": [[1], [-1]], "b": [0, -1]}', "the domain is empty"),
    "C alone": ('{"A": [[1]], "b": [1], "C": [[1]]}', 'the key "d" is missing'),
    "d alone": ('{"A": [[1]], "b": [1], "d": [1]}', 'the key "C" is missing'),
    "C a number": ('{"C": 1, "d": [1]}', "C is not a list of rows"),
    "C empty": ('{"C": [], "d": []}', "C has no row"),
    "C ragged": ('{"C": [[1, 2], [1]], "d": [0, 0]}', "row 2 of C has 1 entries"),
    "short d": ('{"C": [[1, 2]], "d": []}', "d has 0 entries, but C has 1 rows"),
    "C against A": ('{"A": [[1]], "b": [1], "C": [[1, 2]], "d": [0]}', "A has 1 columns, but C has 2"),
    "C a text": ('{"C": [[1, "x"]], "d": [0]}', 'C[1][2]: "x" is not a number'),
    "a point": ('{"C": [[1]], "d": [0]}', "its equations leave one point only"),
    "a hyperplane": ('{"A": [[1, 1], [-1, -1]], "b": [0, 0]}', "the domain has no interior"),
}
REFUSED_INE = {
    "empty": ("", "there are 0 lines that say begin"),
    "two": ("H-representation\nbegin\n1 2 real\n1 1\nend\n" * 2, "it allows 2 input sets, and this takes one"),
    "two without a representation": ("begin\n1 2 real\n1 1\nend\n" * 2, "there are 2 lines that say begin"),
    "no end between two": ("H-representation\nbegin\n1 2 real\n1 1\n" * 2 + "end", "there are 2 lines that say begin"),
    "cut off": ("begin\n4 3", "line 1: the file ends after begin"),
    "no end": ("begin\n1 2 real\n1 1", "line 3: the file ends without a line that says end"),
    "rows a word": ("begin\nmany 2 real\n1 1\nend", 'line 2: "many" is not a number of rows'),
    "negative": ("begin\n-1 2 real\n1 1\nend", 'line 2: "-1" is not a number of rows'),
    "type": ("begin\n1 2 complex\n1 1\nend", 'line 2: "complex" is no type of number'),
    "few": ("begin\n2 2 real\n1 1\n1\nend", "line 5: there are 3 numbers before end, but 2 rows of 2 need 4"),
    "many": ("begin\n1 2 real\n1 1\n1\nend", "line 5: there are 3 numbers before end, but 1 rows of 2 need 2"),
    "claimed": ("begin\n999999999 999999999 real\n1\nend", "line 4: there are 1 numbers"),
    "uncounted": ("begin\n***** 2 real\n1 1\n1\nend", "line 5: there are 3 numbers before end, but 1 rows of 2 need 2"),
    "a word": ("begin\n1 2 real\n1 one\nend", 'line 3: "one" is not a number'),
    "no dimension": ("begin\n1 1 real\n1\nend", "line 2: the space has no dimension"),
    "no row": ("begin\n0 3 real\nend", "A has no row"),
    "vertices": ("V-representation\nbegin\n1 2 real\n1 1\nend", "line 1: it lists vertices and rays"),
    "linearity": (
        "linearity 1 2\nbegin\n1 2 real\n1 1\nend",
        "line 1: linearity names row 2, but rows are numbered from 1 to 1",
    ),
    "linearity 0": ("linearity 1 0\nbegin\n1 2 real\n1 1\nend", "line 1: linearity names row 0, but rows are numbered"),
    "linearity short": (
        "begin\n1 3 real\n1 1 1\nend\nlinearity 2 1",
        "line 5: linearity says that 2 rows follow, but there are 1",
    ),
    "linearity a word": (
        "begin\n1 2 real\n1 1\nend\nlinearity one",
        "line 5: linearity is followed by something else than numbers of rows",
    ),
    "a point": ("begin\n1 2 real\n1 1\nend\nequality 1 1", "its equations leave one point only"),
    "contradiction": ("begin\n2 3 real\n0 1 1\n1 1 1\nend\nlinearity 2 1 2", "the equations contradict each other"),
    "empty in its subspace": ("begin\n2 3 real\n0 1 0\n-1 1 0\nend\nlinearity 1 1", "the domain is empty"),
    "strict and empty": (
        "begin\n2 3 real\n0 1 0\n0 1 0\nend\nlinearity 1 1\nstrict_inequality 1 2",
        "the domain is empty: no point satisfies all its equations and inequalities",
    ),
    "flat in its subspace": (
        "begin\n3 4 real\n0 1 0 0\n0 0 1 1\n0 0 -1 -1\nend\nlinearity 1 1",
        "the domain has no interior: it lies in a hyperplane; state its equations as such",
    ),
    "unknown option": (
        "begin\n1 2 real\n1 1\nend\nvolume\nfuzzy 1",
        'line 6: "fuzzy" is no known option of cddlib or lrs, so it may change the set; remove it if it does not',
    ),
    "unknown option before": ("H-representation\nfuzzy\nbegin\n1 2 real\n1 1\nend", 'line 2: "fuzzy" is no known option'),
    "empty set": ("begin\n2 2 real\n-1 1\n0 -1\nend", "the domain is empty"),
}


@pytest.mark.parametrize(
    ("suffix", "name"), [("json", name) for name in REFUSED_JSON] + [("ine", name) for name in REFUSED_INE]
)
def test_what_is_refused(suffix, name, tmp_path):
    text, message = {"json": REFUSED_JSON, "ine": REFUSED_INE}[suffix][name]
    check_refused(read_domain, tmp_path / f"dom.{suffix}", text, message, (FileFormatError, DomainError))


def test_unknown_suffix(tmp_path):
    (tmp_path / "a.vnlib").touch()
    with pytest.raises(FileFormatError, match=r'unknown suffix ".vnlib"; did you mean ".vnnlib"\?'):
        read_domain(tmp_path / "a.vnlib")


STOPPABLE = {
    "json": '{"A": [[1, 1], [-1, 0], [0, -1]], "b": [1, 0, 0]}',
    "json equations": '{"A": [[1, 1, 0], [-1, 0, 0], [0, -1, 0]], "b": [1, 0, 0], "C": [[0, 1, 1]], "d": [0]}',
    "ine": "begin\n3 3 integer\n1 -1 -1\n0 1 0\n0 0 1\nend\n",
    "ine linearity": "linearity 1 2\nbegin\n3 3 integer\n1 -1 -1\n0 1 0\n0 0 1\nend\n",
    "ext": "V-representation\nbegin\n3 3 integer\n1 0 0\n1 1 0\n1 0 1\nend\n",
    "vnnlib": "(declare-const X_0 Real) (declare-const X_1 Real) (assert (and (<= (+ X_0 X_1) 1) (>= X_0 0) (>= X_1 0)))",
}


@pytest.mark.parametrize("name", STOPPABLE)
def test_reading_a_polyhedron_carries_a_run(name, tmp_path):
    place = tmp_path / f"a.{name.split()[0]}"
    place.write_text(STOPPABLE[name])
    read_domain(place)
    with pytest.raises(Stopped, match="deadline"):
        read_domain(place, run=Run(deadline=0))
