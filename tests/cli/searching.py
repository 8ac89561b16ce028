"""A training that says on stderr when its search has come so far that an interruption finds a net and a bound."""

SEARCHING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import relupoly.training.search.checkpoint
import relupoly.training.train
from relupoly_cli.main import cli

train = relupoly.training.train.train
relupoly.training.search.checkpoint._SECONDS_BETWEEN = relupoly.training.search.checkpoint._SHARE = 0

def announced(problem, run, **options):
    said = []

    def tell(state):
        if state.nodes >= 10 and not said:
            said.append(state)
            print("searching", file=sys.stderr, flush=True)
        run.progress(state)
    return train(problem, run=run.reporting(tell), **options)

relupoly.training.train.train = announced
cli(prog_name="relupoly")
"""
