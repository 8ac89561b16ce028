"""Branch and bound over one tree.

In: a relaxation. Out: the best net, a lower bound, and the tree with what proves its leaves. Read first `search.py`, then
`bounder.py`.

* `node.py`: a part of the search space; `open_node.py`: one that waits, in arrays; `feature_codes.py`: rays in use as numbers;
* `search.py`: which node comes next, the incumbent, the lower bound, going on from a file;
* `bounder.py`: what a search asks of whoever bounds its nodes; `exact_bounder.py`: in rationals; `compiled_bounder.py`: by the
  kernel, with the threads of `worker_pool.py`;
* `search_tree.py`: what became of each node; `saved_tree.py`: a tree from a file, of which only splits are believed;
* `checkpoint.py`: the file.
"""
