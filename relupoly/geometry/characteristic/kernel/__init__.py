"""Restrictions of arrangements as machine code, over finite fields that have the same matroid as the rationals.

Vectors are tables of shape (m, k, q): m hyperplanes, k coordinates, q primes. One prime is enough where it exceeds every
minor of the vectors; otherwise several are, whose product does (`relupoly.geometry.characteristic.fields`). Then a number
that arises here vanishes modulo all primes exactly if it is 0, and where it vanishes modulo some of them only, those primes
are not fit to divide: the kernel gives up with `BAD`, and the caller takes others.

A vector is normalised when its last non-zero coordinate, its `top`, is 1. Vectors of one arrangement are kept in order of
their tops, so that those of each coordinate subspace come first.

Tables that the functions pass on, all of int64 but for the colours and lines, one entry or row for each of the m vectors:

* `rows`, `out`, `images`, `work`, shape (m, k, q): vectors, the caller's or new ones; a function says which of them it changes;
* `weights`, `out_weights`, shape (m,): how many hyperplanes of the whole arrangement a vector stands for;
* `tops`, shape (m,): the tops of the vectors; `low` is how many have one below the last coordinate;
* `room`, `shares`: arrays to work in (`room.Room`, `room.Shares`);
* `table`, shape (a power of two, at least 4 m): indices of vectors where their codes lead (`tables.find`), or `EMPTY`;
  `codes`, shape (m,): these vectors' codes;
* `group`, `weight`, shape (m,): which vectors have equal images in a projection, and how many each group has (`forms.project`);
* `members`, `starts`, int32: the flats of rank 2 end to end, and where each starts (`symmetry`); `colours`, uint64, shape (m,):
  equal for vectors that are not told apart; `leader`, shape (m,): the first known vector of a vector's orbit;
* `sums`, `numbers`, `part`: Whitney numbers by rank, and those that are added up (`contraction`, `restrictions`).

Only `jobs.do` is called from outside, by `relupoly.geometry.characteristic.compiled`, which makes the arrays that functions
work in (`room`). Compiled code is kept under a name that depends on the text of all files of this folder: so nothing else
should be here.
"""
