"""`Trainer`: what all methods of training share: the question in lifted coordinates, the best net so far, answers about it.

Whatever stops a training, the deadline, Ctrl-C or the memory, there is a net worth having: `best`, which methods improve as
they go. Its neurons are in the coordinates of the search; an answer takes them back to those of the samples.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from relupoly.files.streams import display_name
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run
from relupoly.training.answer import Training, training_answer
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.methods import LOCAL
from relupoly.training.methods.sample_search import sample_search, step_cost
from relupoly.training.options import Options, State, memory_of
from relupoly.training.problem.evaluation import Candidate, Evaluation, LocalState
from relupoly.training.problem.interpolation_loss import interpolation_loss
from relupoly.training.problem.lifted import full_neuron, lift
from relupoly.training.problem.problem import Problem
from relupoly.training.problem.standardize import Frame
from relupoly.training.rays.ray_table import ray_table

# Samples with so few entries are made ready in milliseconds: not worth asking meanwhile whether to stop.
_QUICK = 10_000


class Trainer:
    """One training on its way.

    Parameters
    ----------
    problem : Problem
    options : Options
    run : Run
        Whose clock began with the training. It may stop this while samples are made ready.

    Attributes
    ----------
    lifted : Lifted
        The problem as it is searched.
    frame : Frame
        From the coordinates of the search to those of the problem.
    memory : int
        In bytes.
    floor : Fraction
        The loss that no net goes below.
    evaluation : Evaluation
    best : Candidate
        The best net so far.
    descents : int
        How many nets local searches told of.
    seconds_before : float
        What earlier runs took.
    """

    def __init__(self, problem: Problem, options: Options, run: Run) -> None:
        asked = run if problem.samples * problem.inputs > _QUICK else UNLIMITED
        self.problem = problem
        self.options = options
        self.run = run
        self.frame = Frame.of(problem, asked) if options.standardize else Frame.identity(problem.inputs)
        self.lifted = lift(self.frame.apply(problem, asked), asked)
        self.memory = memory_of(run)
        self.floor = interpolation_loss(self.lifted)
        self.evaluation = Evaluation(self.lifted)
        self.best = self.evaluation.zero()
        self.descents = 0
        self.seconds_before = 0.0

    def offer(self, net: Candidate | None) -> None:
        """Take a net, perhaps of fewer neurons, if it is better than the best so far."""
        if net:
            self.improve(self.evaluation.padded(net.neurons, net.signs, net.output_bias, self.problem.width))

    def improve(self, net: Candidate) -> None:
        """Take a net of the problem's width, if it is better than the best so far."""
        if net.loss < self.best.loss:
            self.best = net

    def tell(self, nodes: int, lower_bound: Fraction | None = None) -> None:
        """Tell the run how far the training is."""
        self.run.progress(State(nodes, self.best.loss, self.floor if lower_bound is None else lower_bound))

    def relaxation(self) -> Relaxation:
        """The rays, and what bounds nets by them.

        Raises
        ------
        SizeError
            If rays need more memory than there is.
        """
        return Relaxation(self.lifted, ray_table(self.lifted, self.memory, self.run), self.run)

    def descend(self, starts: int, work: float) -> None:
        """Search on the samples alone: so many descents at most, fewer where steps of them take more work than that."""

        def progress(state: LocalState) -> None:
            self.descents += 1
            self.improve(state.best)
            self.tell(0)

        most = max(1, min(starts, int(work / step_cost(self.lifted))))
        sample_search(self.lifted, self.options.seed, most, self.run.reporting(progress))

    def answer(self, lower_bound: Fraction, stopped: str | None, certified: bool, nodes: int, leaves: int) -> Training:
        """What is known about the best net."""
        best = self.best
        rows = [self.frame.fold(full_neuron(self.lifted, neuron)) for neuron in best.neurons]
        hidden = ([row[:-1] for row in rows], [row[-1] for row in rows])
        network = Network.from_rows([hidden, ([list(best.signs)], [best.output_bias])])
        seconds = self.seconds_before + self.run.elapsed
        return training_answer(
            self.problem, network, lower_bound, stopped, certified, self.options.method, nodes, leaves, seconds
        )


def untrained(problem: Problem, options: Options, reason: str, seconds: float) -> Training:
    """The answer where the samples were not even made ready: the net that is 0."""
    hidden = [[0] * problem.inputs for _ in range(problem.width)], [0] * problem.width
    network = Network.from_rows([hidden, ([[1] * problem.width], [0])])
    method = options.method
    found = training_answer(problem, network, Fraction(0), reason, method != LOCAL, method, 0, 0, seconds)
    if options.certificate is None:
        return found
    what = f"{display_name(options.certificate)}: there is nothing to prove: the training was stopped before it began"
    return replace(found, unwritten=(what,))
