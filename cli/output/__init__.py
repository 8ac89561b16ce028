"""What a command tells, and where it goes: to stdout, to stderr, to a file.

Read `report.py` first: a command hands over a `Report`, a document for scripts and a text for people, and `answers.py` gives
it out.

* `answers.py`: the answers of a command, about one input or several, as text, JSON or CSV, and its exit code.
* `csv_table.py`: answers as rows of one table; `row_output.py`: rows as they come, of which there may be any number.
* `record_stream.py`: records that come by the hundred thousand, and a reader who may leave.
* `printing.py`: what all lines go through, so that nothing in them is obeyed by a terminal.
* `terminal.py`: what is kept from a terminal.
* `narration.py`: how much is told on stderr; `progress.py`: the line there that changes; `log.py`: all of it in a file.
"""
