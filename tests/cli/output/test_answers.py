"""How commands answer: documents that every JSON reader gets right, and one exit code at the end."""

import json
from fractions import Fraction

import click
import pytest
from flint import fmpq, fmpz

from relupoly.errors import CheckFailed, DomainError, FileFormatError, InputError
from relupoly.exact.json_numbers import jsonable
from relupoly_cli.exit_codes import CHECK_FAILED, COMPLETE, INPUT, INTERRUPTED, PARTIAL
from relupoly_cli.output.answers import Answers
from relupoly_cli.output.report import Report


def told(document, text):
    return Report(lambda: document, lambda: text)


def finish(answers):
    """The exit code that a command ends with."""
    with click.Context(click.Command("test")), pytest.raises(click.exceptions.Exit) as end:
        answers.finish()
    return end.value.exit_code


@pytest.mark.parametrize(
    ("value", "document"),
    [
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (-(2**53) - 1, "-9007199254740993"),
        (True, True),
        (None, None),
        (0.5, 0.5),
        (fmpq(1, 3), "1/3"),
        (fmpz(7), "7"),
        (Fraction(-2, 3), "-2/3"),
        ({"a": [2**60, (1, {"b": fmpq(1, 2)})]}, {"a": ["1152921504606846976", [1, {"b": "1/2"}]]}),
    ],
)
def test_jsonable(value, document):
    assert jsonable(value) == document
    json.dumps(jsonable(value))


def test_integers_of_thousands_of_digits():
    assert jsonable({"n": 10**10_000}) == {"n": "1" + "0" * 10_000}


def test_a_document_is_indented_and_a_line_is_not(capsys):
    Answers(False, as_json=True).give(told({"a": 2**60}, "text"))
    assert capsys.readouterr().out == '{\n  "a": "1152921504606846976"\n}\n'
    Answers(True, as_jsonl=True).give(told({"a": 1, "b": [2]}, "text"))
    assert capsys.readouterr().out == '{"a": 1, "b": [2]}\n'
    Answers(True).give(told({"a": 1}, "text"))
    assert capsys.readouterr().out == "text\n"


@pytest.mark.parametrize("options", [{"as_json": True, "as_jsonl": True}, {"as_json": True, "several": True}])
def test_usage(options):
    with pytest.raises(click.UsageError):
        Answers(**({"several": False} | options))


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([], COMPLETE),
        ([PARTIAL, COMPLETE], PARTIAL),
        ([CHECK_FAILED, PARTIAL], CHECK_FAILED),
        ([INPUT, CHECK_FAILED, PARTIAL], INPUT),
        ([PARTIAL, INTERRUPTED, INPUT], INTERRUPTED),
    ],
)
def test_the_worst_exit_code_counts(codes, worst):
    answers = Answers(True)
    for code in codes:
        answers.note(code)
    assert finish(answers) == worst
    assert answers.interrupted == (worst == INTERRUPTED)


def test_the_codes_are_those_of_the_manual():
    assert (COMPLETE, INPUT, PARTIAL, CHECK_FAILED, INTERRUPTED) == (0, 3, 4, 5, 130)
    assert (InputError.exit_code, CheckFailed.exit_code) == (INPUT, CHECK_FAILED)


def test_errors_of_one_of_several(capsys):
    answers = Answers(True, as_jsonl=True)
    with answers.of("a.json"):
        raise DomainError("a.json: it is empty")
    with answers.of("b.json"):
        answers.give(told({"file": "b.json"}, ""))
    with answers.of("c.json"):
        raise CheckFailed("c.json: it differs")
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"file": "a.json", "error": "a.json: it is empty"},
        {"file": "b.json"},
        {"file": "c.json", "error": "c.json: it differs"},
    ]
    assert err == "Error: a.json: it is empty\nError: c.json: it differs\n"
    assert finish(answers) == INPUT


def test_an_error_of_a_single_one_is_left_to_the_boundary():
    with pytest.raises(DomainError), Answers(False).of("a.json"):
        raise DomainError("it is empty")
    with pytest.raises(KeyboardInterrupt), Answers(False).of("a.json"):
        raise KeyboardInterrupt


def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError), Answers(True).of("a.json"):
        raise ZeroDivisionError


def test_an_interrupted_one_of_several_keeps_the_answers(tmp_path):
    answers = Answers(True, output=str(tmp_path / "out.txt"))
    answers.give(told({}, "first"))
    with answers.of("b.json"):
        raise KeyboardInterrupt
    assert answers.interrupted
    assert finish(answers) == INTERRUPTED
    assert (tmp_path / "out.txt").read_text() == "first\n"


def test_quiet_silences_narration_but_no_error(capsys):
    for options in ({"quiet": True}, {"no_progress": True}):
        answers = Answers(False, **options)
        answers.say("working")
        answers.complain("it differs", CHECK_FAILED)
        assert capsys.readouterr() == ("", "Error: it differs\n")
    Answers(False).say("working")
    assert capsys.readouterr() == ("", "working\n")


def test_output_files(tmp_path, capsys):
    target = tmp_path / "out.txt"
    answers = Answers(True, output=str(target))
    answers.give(told({}, "one"))
    answers.give(told({}, "two"))
    assert not target.exists()
    assert finish(answers) == COMPLETE
    assert (target.read_text(), capsys.readouterr().out) == ("one\ntwo\n", "")
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(FileFormatError, match="--force"):
        Answers(True, output=str(target))
    answers = Answers(True, output=str(target), force=True)
    answers.give(told({}, "three"))
    finish(answers)
    assert target.read_text() == "three\n"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path):
    target = tmp_path / "out.txt"
    answers = Answers(False, output=str(target))
    answers.give(told({}, "mine"))
    target.write_text("precious")
    with click.Context(click.Command("test")), pytest.raises(FileFormatError, match="the file exists"):
        answers.finish()
    assert target.read_text() == "precious"


def test_an_answer_that_cannot_be_written_is_printed(capsys):
    answers = Answers(True, output="/dev/full")
    answers.give(told({}, "one"))
    answers.give(told({}, "two"))
    answers.owe("a.part: it cannot be written")
    with click.Context(click.Command("test")), pytest.raises(FileFormatError, match=r"/dev/full: .* left on device"):
        answers.finish()
    assert capsys.readouterr() == ("one\ntwo\n", "Error: a.part: it cannot be written\n")


def test_errors_about_files_come_after_the_answer(capsys):
    answers = Answers(False)
    with answers.keeping():
        raise FileFormatError("net.json: it cannot be written")
    answers.owe("a.part: it cannot be written")
    answers.owe("a.part: it cannot be written")
    answers.owe(None)
    answers.note(PARTIAL)
    assert capsys.readouterr() == ("", "")
    answers.give(told({}, "one"))
    assert finish(answers) == 3
    said = "Error: net.json: it cannot be written\nError: a.part: it cannot be written\n"
    assert capsys.readouterr() == ("one\n", said)


def test_what_else_goes_wrong_with_a_file_is_not_kept():
    with pytest.raises(DomainError), Answers(False).keeping():
        raise DomainError("it is empty")


def test_only_what_is_printed_is_made(capsys):
    def never():
        raise AssertionError

    Answers(False).give(Report(never, lambda: "text"))
    Answers(False, as_json=True).give(Report(dict, never))
    assert capsys.readouterr().out == "text\n{}\n"


def test_complaints_come_after_the_answer_and_fail(capsys):
    answers = Answers(False)
    answers.give(Report(dict, lambda: "three", PARTIAL, ("expected 4", "the check differs")))
    assert capsys.readouterr() == ("three\n", "Error: expected 4\nError: the check differs\n")
    assert finish(answers) == CHECK_FAILED


@pytest.mark.parametrize(
    ("options", "printed"), [({}, "one\nall\n"), ({"as_jsonl": True}, '{"n": 1}\n'), ({"as_json": True}, '{\n  "n": 2\n}\n')]
)
def test_each_and_all(options, printed, capsys):
    answers = Answers(False, **options)
    answers.give_each(Report(lambda: {"n": 1}, lambda: "one", PARTIAL))
    answers.give_all(told({"n": 2}, "all"))
    assert capsys.readouterr().out == printed
    assert finish(answers) == PARTIAL


def test_no_lines_print_nothing(capsys):
    Answers(False).give(Report(dict, list))
    assert capsys.readouterr() == ("", "")
