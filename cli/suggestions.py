"""What people call things here: the command that does what another name promises, for names that are not near any."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Sequence

MEANT = {
    "approximate": "train",
    "betti": "analyze --only topology",
    "boundary": "analyze --only boundary",
    "certificate": "analyze --certificate",
    "compare": "equal",
    "compress": "analyze --compress",
    "convex": "analyze --only shape",
    "count": "count-pieces",
    "describe": "info",
    "diff": "equal",
    "distribution": "analyze --only distribution",
    "draw": "plot",
    "equivalent": "equal",
    "export": "convert",
    "fit": "train",
    "forward": "evaluate",
    "generate": "hard",
    "gradient": "evaluate --show gradient",
    "hyperplanes": "arrangement",
    "import": "convert",
    "infer": "evaluate",
    "inspect": "info",
    "integral": "analyze --only moments",
    "learn": "train",
    "lipschitz": "analyze --only lipschitz",
    "max": "analyze --only max",
    "maximum": "analyze --only max",
    "mean": "analyze --only moments",
    "min": "analyze --only min",
    "minimum": "analyze --only min",
    "picture": "plot",
    "pieces": "count-pieces",
    "predict": "evaluate",
    "property": "analyze --property",
    "prune": "analyze --compress",
    "range": "analyze --only max,min",
    "robust": "analyze --robust",
    "robustness": "analyze --robust",
    "shape": "analyze --only shape",
    "show": "info",
    "stable": "analyze --only stable",
    "summary": "info",
    "topology": "analyze --only topology",
    "transform": "convert",
    "vnnlib": "analyze --property",
    "visualise": "plot",
    "visualize": "plot",
    "volume": "analyze --only volumes",
    "volumes": "analyze --only volumes",
}
"""Names of other programs, and what they are here."""

TOLD = {
    "verify": "relupoly analyze NET --property FILE decides a property of a network, and relupoly check goes through its "
    "certificate, or that of a training; relupoly equal proves two networks equal, and relupoly hard verify is for the claims "
    "of hard functions",
}
"""Names for which no command is the answer, and what is said of them."""

TOLD |= dict.fromkeys(("prove", "certify"), TOLD["verify"])


def hint(name: str, known: Sequence[str], common: bool = False) -> str:
    """What follows the complaint that there is no command of a name.

    Parameters
    ----------
    name : str
    known : sequence of str
        The names of all commands.
    common : bool
        Whether names of other programs are understood.

    Examples
    --------
    >>> hint("predict", ["evaluate", "info"], common=True)
    '; did you mean "evaluate"?'
    >>> hint("inof", ["evaluate", "info"])
    '; did you mean "info"?'
    >>> hint("xyzzy", ["evaluate", "info"])
    '; give one of evaluate, info'
    """
    longer = [one for one in known if one.startswith(name)]
    if longer:
        return f'; did you mean "{longer[0]}"?'
    plain = name.lower().replace("_", "-")
    if common and plain in TOLD:
        return f"; {TOLD[plain]}"
    if common and plain in MEANT and MEANT[plain].split()[0] in known:
        return f'; did you mean "{MEANT[plain]}"?'
    if common and os.path.exists(name):
        return f"; that is a file: a command stands before it, such as relupoly info {shlex.quote(name)}"
    near = difflib.get_close_matches(plain, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; give one of {', '.join(known)}"
