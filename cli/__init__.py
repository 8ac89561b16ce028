"""The command line of relupoly, installed as `relupoly_cli`: arguments come in; an answer and an exit code go out.

Read `commands/equal.py` first: a command is a function whose options come in groups (`arguments/`). It calls one public
function of the library with the `Run` of its `LongWork` (`process/`), and hands a `Report`, made in `reports/`, to its
`Answers` (`output/`), which print it as text or JSON.

Around a command, from the outside: `entry`, where the program begins; `process/program.py`, which lets nothing out but lines
and exit codes; `main`, the table of commands, where errors become exit codes. `config` and `context` know where values come
from that are not on the command line. `commands/` has a file for each command, `reports/` one for each kind of result, `batch/`
runs many commands, `completion/` answers TAB. For --help and completion click alone is loaded: the library is imported inside
functions.
"""
