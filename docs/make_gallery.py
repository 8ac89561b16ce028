"""Makes the pictures of docs/gallery.md anew: runs each command that stands there, in the root of the checkout.

    python docs/make_gallery.py             all of them
    python docs/make_gallery.py iris max    those whose names begin so

A command writes NAME.png, and the page shows gallery/NAME.png below it. Pictures of networks that are not in this checkout are
made where RELUPOLY_ACASXU names the folder of the ACAS Xu networks, and else left as they are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path(__file__).with_name("gallery.md")
PICTURES = Path(__file__).with_name("gallery")
_SESSION = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def sessions(page: Path = PAGE) -> dict[str, list[str]]:
    """The commands of each picture, the last of which writes it, by the picture's name."""
    found = {}
    for match in _SESSION.finditer(page.read_text(encoding="utf-8")):
        commands = [line.removeprefix("$ ") for line in match["text"].splitlines() if line.startswith("$ ")]
        name = re.search(r"(?:-o|--html) (\S+)\.\w+$", commands[-1])
        if name:
            found[name[1]] = commands
    return found


def make(commands: list[str], name: str) -> None:
    """Run the commands of a picture, and take it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "data").symlink_to(ROOT / "data")
        (folder / "docs").symlink_to(ROOT / "docs")
        for source in Path(os.environ.get("RELUPOLY_ACASXU", place)).glob("ACASXU*.nnet"):
            (folder / source.name).symlink_to(source.resolve())
        for command in commands:
            subprocess.run(command, shell=True, cwd=folder, check=True)
        for made in folder.glob(f"{name}.*"):
            shutil.copyfile(made, PICTURES / made.name)


def main(names: list[str]) -> None:
    """Make the pictures whose names begin with one of some texts; all of them where there is none."""
    for name, commands in sessions().items():
        if names and not any(name.startswith(one) for one in names):
            continue
        if "ACASXU" in commands[-1] and "RELUPOLY_ACASXU" not in os.environ:
            print(f"{name}: left as it is; RELUPOLY_ACASXU does not name the folder of the networks")
            continue
        make(commands, name)
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
