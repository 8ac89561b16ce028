"""Certificates of analyses, checked with other means than those that found them.

Nothing here is shared with the searches: no module of theirs is imported, and there is nothing but integers, fractions and the
standard library. Errors and the `Run` that can stop a check come from outside: they decide nothing. Whoever wants to trust a
certificate has to read these files, and `relupoly.certificates`, only: `replay.py` first, which goes through the trees;
`claims.py` says what is claimed, and checks witnesses; `layers.py` holds the net, `bounds.py` says what its neurons are at
least and at most, `sums.py` what a sum of constraints is at most, `gradients.py` how steep the net is.
"""

from relupoly.analysis.check.replay import AnalysisVerdict as AnalysisVerdict
from relupoly.analysis.check.replay import check_analysis as check_analysis
