"""What people call things here: the command that does what another name promises, for names that are not near any."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Sequence

MEANT = {
    "approximate": "train",
    "compare": "equal",
    "count": "count-pieces",
    "describe": "info",
    "diff": "equal",
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
    "learn": "train",
    "pieces": "count-pieces",
    "predict": "evaluate",
    "regions": "count-pieces",
    "show": "info",
    "summary": "info",
    "transform": "convert",
}
"""Names of other programs, and what they are here."""

TOLD = {
    "draw": "nothing is drawn here; relupoly evaluate --show pattern gives the cells at points as a table",
    "lipschitz": "relupoly evaluate --show gradient gives exact gradients at points, whose norms are lower bounds on it",
    "verify": 'give "relupoly hard verify" for the claims of hard functions, or "relupoly check" for the certificate of a '
    "training; relupoly equal proves two networks equal",
}
"""Names for which no command is the answer, and what is said of them."""

TOLD |= dict.fromkeys(("plot", "visualize", "visualise"), TOLD["draw"])
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
