"""Lists of columns by names, numbers and ranges: whatever names look like, each column can be named."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relupoly.errors import FileFormatError
from relupoly.files.tables.column_lists import column_list, find_columns
from relupoly.files.tables.columns import Table

NAMES = ["age", "2", "a,b", "x:y", "x", "y", "3-4", "", 'say "so"', "age"]


def table(names, width=None):
    return Table(names, [("line 2", ["0"] * (width or len(names)))])


CASES = {
    "x": [4],
    "2": [1],
    "1": [0],
    "10": [9],
    "a,b": [2],
    '"a,b"': [2],
    '"a,b",x': [2, 4],
    "x:y": [3],
    "3-4": [6],
    '"3-4", 3': [6, 2],
    "4-6": [3, 4, 5],
    "4:6": [3, 4, 5],
    "4..6": [3, 4, 5],
    "3..y": [2, 3, 4, 5],
    "x : 7": [4, 5, 6],
    " y , x ": [5, 4],
    "y,4-6,y": [5, 3, 4],
    '""': [7],
    '"say ""so"""': [8],
    'say "so"': [8],
    "5-5": [4],
}


@pytest.mark.parametrize("text", CASES)
def test_what_a_list_names(text):
    assert list(find_columns(table(NAMES), [text])) == CASES[text]


def test_several_lists_and_whole_numbers():
    assert find_columns(table(NAMES), ["y,x", 3, "x"]) == (5, 4, 2)
    assert find_columns(table(NAMES), [2]) == (1,)
    assert find_columns(table(None, 4), ["2-3", "1"]) == (1, 2, 0)
    assert find_columns(table(NAMES), []) == ()


REFUSED = {
    "age": '2 columns have the name "age"; give the number of one',
    "age:x": '2 columns have the name "age"',
    "z": 'there is no column "z"; known are "age"',
    "11": "there is no column 11; columns are numbered from 1 to 10",
    "0": "there is no column 0",
    "1-11": "there is no column 11",
    "6-4": 'the range "6-4" ends before it begins',
    "y:x": 'the range "y:x" ends before it begins',
    "x:z": 'there is no column "z"',
    "x,,y": "a name in a list of columns is empty; a list has commas between names, numbers from 1, and ranges",
    "x,": "a name in a list of columns is empty",
    '"1"': 'there is no column with the name "1"; without quotation marks numbers count columns',
    '"x"y': 'there is no column "\\"x\\"y"; known',
    "x-y": 'there is no column "x-y"',
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(text):
    with pytest.raises(FileFormatError) as caught:
        find_columns(table(NAMES), [text])
    assert str(caught.value).startswith(REFUSED[text])


def test_a_range_in_two_ways():
    with pytest.raises(FileFormatError, match="is a range in two ways; give its columns by their numbers"):
        find_columns(table(["a", "a:b", "b:c", "c"]), ["a:b:c"])
    assert find_columns(table(["a:b", "d", "c"]), ["a:b:c"]) == (0, 1, 2)


def quoted_name(name):
    return '"' + name.replace('"', '""') + '"'


@given(st.lists(st.text(alphabet='ab12,:-." #', max_size=4).map(str.strip), min_size=1, max_size=6, unique=True), st.data())
def test_each_column_can_be_named(names, data):
    """What was chosen, and written down in one of the ways that the rules allow, is found again."""
    chosen = data.draw(st.lists(st.integers(0, len(names) - 1), min_size=1, max_size=6))
    texts, expected = [], []
    for place in chosen:
        ways = [(quoted_name(names[place]), [place])]
        if str(place + 1) not in names:
            ways.append((str(place + 1), [place]))
        end = data.draw(st.integers(place, len(names) - 1))
        numbers = f"{place + 1}-{end + 1}"
        if not {numbers, str(place + 1), str(end + 1)} & {*names}:
            ways.append((numbers, list(range(place, end + 1))))
        text, places = data.draw(st.sampled_from(ways))
        texts.append(text)
        expected += places
    text = data.draw(st.sampled_from([",", " , "])).join(texts)
    assume(text not in names)
    unique = [place for number, place in enumerate(expected) if place not in expected[:number]]
    assert list(find_columns(table(names), [text])) == unique
    assert find_columns(table(names), [names[chosen[0]]]) == (chosen[0],), "a name alone needs no quotation marks"


@given(st.sets(st.integers(0, 12)))
def test_lists_that_messages_suggest_can_be_given(places):
    text = column_list(places)
    found = find_columns(table(None, 13), [text]) if places else ()
    assert sorted(found) == sorted(places)
