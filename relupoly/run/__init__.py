"""What every long piece of work carries: a deadline, interruption, progress, notices and a memory limit; and threads to do it.

`Run` is the one object that goes down through the calls; read `run.py` first. `cores.py` knows how many threads make sense,
and `pool.py` is the pool of threads on which all work on several cores stands.
"""

from relupoly.run.run import UNLIMITED, Run, Stopped

__all__ = ["UNLIMITED", "Run", "Stopped"]
