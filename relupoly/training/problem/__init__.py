"""What is to be minimised: samples, a loss, a width.

In: rows of numbers. Out: `Problem`, `Lifted` (distinct integer vectors that span the space of neurons, with the way back), and
the exact loss of nets. Read first `problem.py`, then `lifted.py`.

* `problem.py`: samples, loss and width; `losses.py`: what a prediction costs;
* `standardize.py`: other coordinates of the inputs, and back;
* `lifted.py`: the samples as the search sees them;
* `evaluation.py`: the exact loss of a net in lifted coordinates;
* `interpolation_loss.py`: the loss that no net of any width goes below.
"""
