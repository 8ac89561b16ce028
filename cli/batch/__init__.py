"""Many commands as one: a list of jobs, workers that stay warm, and a file of results that is the state.

A *job* is a command with its options, the same words as on the command line. `jobs`, `templates` and `expansion` make jobs of
what is given, `words` knows what the words of a command mean; none of them starts anything. `worker` is the process that runs
jobs one after another, `worker_process` its other end; `dispatch` and `cluster` give jobs to workers, `results` keeps what
comes of them, and `table` makes a table of it. `batch` is the whole.

Workers are processes of our own rather than a pool of `multiprocessing`: one that is killed, crashes or hangs loses its job and
nothing else, and a job's standard output, signals and memory are those of a process.
"""
