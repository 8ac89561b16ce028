"""The command line of relupoly, installed as `relupoly_cli`: arguments come in; an answer and an exit code go out.

Read `commands/equal.py` first: a command is a function whose options come in groups (`options`). It calls one public function
of the library with the `Run` of its `LongWork` (`long_work`), and hands a `Report` (`report`, made in `reports/`) to its
`Answers` (`answers`), which print it as text or JSON.

Around a command, from the outside: `entry`, where the program begins; `program`, which lets nothing out but lines and exit
codes; `main`, the table of commands, where errors become exit codes. Behind long work: `time_limit` for --deadline,
`interrupts` for Ctrl-C, `progress` for the line on a terminal. `commands/` has a file for each command, `reports/` one for each
kind of result. Whatever reaches a terminal goes through `printing`. For --help and completion click alone is loaded: the
library is imported inside functions.
"""
