"""A count, from its question to its answer.

In comes a `Plan` (`plan.py`, to be read first: what is to be counted, and in how many shards); out comes a `PieceCount`
(`piece_count.py`). Between them is a `Part` (`part.py`): the tasks that are done, and what they found; it is what `driver.py`
drives until nothing is left. A plain count has one task, that takes all cells. Else `tasks.py` divides the walk in the same way
on every machine, and a `Worker` (`worker.py`) does one task after another; checkpoints and clusters are in `relupoly.parallel`.
"""
