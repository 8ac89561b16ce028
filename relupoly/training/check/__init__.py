"""Certificates of training, checked with other means than those that found them.

Nothing here is shared with the search: no module of it is imported, and there is nothing but integers, fractions and the
standard library; even conversions of numbers are its own, on purpose. Errors and the `Run` that can stop a check come from
outside: they decide nothing. Whoever wants to trust a certificate has to read these files only: `replay.py` first, which goes
through the tree; `relupoly.certificates` and `header.py` read the file, `arrangement.py` finds the rays, `dual_bounds.py` says
what a dual vector proves, `packed_products.py` computes its products.
"""

from relupoly.training.check.header import drop_weightless as drop_weightless
from relupoly.training.check.replay import Verdict as Verdict
from relupoly.training.check.replay import check_certificate as check_certificate
