"""A page as its reader's browser takes it apart."""

import json
from html.parser import HTMLParser

from relupoly.plots.page.packed import Packed, unpacked


class Page(HTMLParser):
    """The elements of a page, and the texts of those that have a name."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.elements, self.texts, self.policy, self._open = [], {}, "", None
        self.feed(data.decode("utf-8"))
        self.about = json.loads(self.texts["about"])

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        self.elements.append((tag, tuple(sorted(own))))
        if own.get("http-equiv") == "Content-Security-Policy":
            self.policy = own["content"]
        self._open = own.get("id", tag)

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open is not None:
            self.texts[self._open] = self.texts.get(self._open, "") + data

    def arrays(self, sheet=0):
        """The cells of a sheet, in flat arrays."""
        return unpacked(Packed(self.about["sheets"][sheet]["fields"], self.texts[f"cells-{sheet}"]))


def signs(arrays, spans):
    """The signs of cells, one row for each."""
    import numpy as np

    rows, neurons = len(arrays["start"]) - 1, spans[-1][1] if spans else 0

    def bits(name):
        return np.unpackbits(arrays[name].reshape(rows, -1), axis=1)[:, :neurons].astype(int)

    return 2 * bits("positive") - 1 + (bits("zero") if "zero" in arrays else 0)
