"""Properties of nets, decided: whether there is an input that satisfies constraints on inputs and outputs.

Read `by_cells.py` first: the question about one conjunction of inequalities, decided by a look at the cells.

* `verdict.py`: the answer.
* `question.py`: an alternative of a property as such a conjunction on a domain.
* `decide.py`: all alternatives, one after the other, after a look at some points.
"""
