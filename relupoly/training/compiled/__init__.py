"""A problem as the compiled search sees it, and the calls of the kernel.

In: the lifted problem and its table of rays. Out: `CompiledProblem`, all of it scaled and in arrays, and `Workspace`, in which
a thread calls the kernel. Read first `compiled_problem.py`, then `workspace.py`; the code that is compiled is in
`relupoly.training.kernel`.

* `compiled_problem.py`: scales, and the way back from the kernel's nets and losses;
* `ray_arrays.py`: the rays in arrays; `linear_program.py`: a linear loss in arrays;
* `workspace.py`: the tables of one thread, and what it can be asked.
"""
