"""The process around a command: how it can be stopped, and how it ends, whatever happens.

Read `program.py` first, which lets nothing out but lines and exit codes.

* `program.py`: a command, and what becomes of each exception that comes out of it.
* `crash.py`: what is a bug.
* `long_work.py`: reading, then work that can be stopped, each with its deadline and Ctrl-C.
* `time_limit.py`: --deadline; `interrupts.py`: Ctrl-C; `unbegun.py`: stopped before there was anything to tell.
"""
