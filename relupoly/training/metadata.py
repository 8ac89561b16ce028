"""What a trained net says of itself: `described` puts the data, the loss and what is proved into the metadata of its network.

So a file tells where it comes from, and `relupoly evaluate` finds the columns of the inputs in a table by their names
(`relupoly.files.tables.input_columns`).
"""

from __future__ import annotations

import os
from dataclasses import replace

from relupoly.exact.fractions import exact_text
from relupoly.files.streams import Location, is_standard
from relupoly.files.tables.input_columns import KEY, SCHEMA
from relupoly.files.tables.sample_columns import Samples
from relupoly.networks.network import Network
from relupoly.training.answer import Training
from relupoly.training.problem.problem import Problem


def described(found: Training, problem: Problem, samples: Samples, source: Location) -> Training:
    r"""The same answer, whose network has metadata on its training.

    Parameters
    ----------
    found : Training
    problem : Problem
    samples : Samples
        On which it was trained, as they were read.
    source : path or "-"
        The file of the samples; the metadata have its name without folders.

    Examples
    --------
    >>> from relupoly.files.samples import decode_csv
    >>> from relupoly.training.train import train
    >>> samples = decode_csv(b"x,y\n0,1\n1,2\n")
    >>> problem = Problem.from_rows(samples.points, samples.targets, width=1)
    >>> said = described(train(problem), problem, samples, "data.csv").network.metadata["training"]
    >>> said["inputs"], said["target"], said["lower_bound"]
    ([{'name': 'x', 'number': 1}], {'name': 'y', 'number': 2}, '0')
    """
    said = {
        "schema": SCHEMA,
        "loss_function": problem.loss,
        "loss": exact_text(found.loss),
        "loss_sum": exact_text(found.loss_sum),
        "lower_bound": exact_text(found.lower_bound),
        "status": found.status,
        "certified": found.certified,
        "optimal": found.proved_optimal,
        "width": found.width,
        "bias": problem.bias,
        "output_bias": problem.output_bias,
        "samples": found.samples,
    }
    origin = samples.origin
    if origin is not None:
        said["inputs"] = [column.document for column in origin.columns]
        said["target"] = origin.target.document
        said["data"] = {
            "file": None if is_standard(source) else os.path.basename(os.fspath(source)),
            "sha256": origin.sha256,
            "columns": origin.width,
            "left_out": origin.left_out,
        }
    network = Network(found.network.layers, {**found.network.metadata, KEY: said})
    return replace(found, network=network)
