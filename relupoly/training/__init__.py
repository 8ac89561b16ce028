"""Exact global training of nets with one hidden layer.

In: samples, a loss and a width (`problem`). Out: a net that no net of its width beats, with a proof (`answer.Training`), and a
certificate that a program of its own checks. Read first `train.py`, a page; then `methods/branch.py`, what it does by default.

The idea: lift the samples to vectors v_j, so that a neuron is a linear form a, and the signs of all <a, v_j> are a cell of an
arrangement. On a closed cell a neuron is a sum of the cell's rays, and predictions are sums of theirs. A node of the search
says on which side of some samples the neurons are; the cone of the rays that are left gives a convex program, which bounds the
loss.

* `problem`: samples, losses, lifted vectors, and the exact loss of nets;
* `rays`: all rays of the arrangement, and which of them a dual vector points to;
* `bounds`: convex programs over cones of rays, solved exactly;
* `search`: branch and bound over one tree, with a bounder in rationals or a compiled one, and its checkpoint;
* `compiled`: a problem as the kernel sees it, and the arrays that a thread works in; `kernel`: the compiled code;
* `proof`: what proves a leaf, and the certificate;
* `check`: the program that checks certificates; it shares no code with any of the others;
* `methods`: branch and bound, Algorithm 1, local search: what `train` chooses from; `trainer.py` is what they share, and
  `options.py` how to train.
"""
