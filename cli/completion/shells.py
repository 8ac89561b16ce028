"""The answers to bash, zsh and fish, in the place of click's own, which break names of files at blanks.

An answer is a sequence of fields, each ended by NUL, which no name can hold: a kind, a value and a help text for each item.
"""

from __future__ import annotations

import os
import sys
from typing import Any, ClassVar

import click
from click.shell_completion import CompletionItem, ShellComplete, _resolve_context, add_completion_class

from .files import matching
from .line import Line, read_line
from .scripts import BASH, FISH, ZSH

LINE = "_RELUPOLY_LINE"
BREAKS = "_RELUPOLY_BREAKS"


class NullEnded(ShellComplete):
    """What the three shells have in common."""

    def source(self) -> str:
        """The script for the shell."""
        return self.source_template

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words after the program's name, and the one at the cursor."""
        line = self.line()
        return list(line.words[1:]), line.word

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """What the last word can become; that of a command within a command becomes what it would be alone."""
        # As click does it: what a line means that is not finished, no public function says.
        context = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        within = getattr(context.command, "command_within", None)
        words = None if within is None else within(context)
        return super().get_completions(args if words is None else words, incomplete)

    def line(self) -> Line:
        """What stands before the cursor."""
        return read_line(os.environ.get(LINE, ""), os.environ.get(BREAKS, ""))

    def complete(self) -> str:
        """Write the answer, in bytes, since names of files may be no text; what click prints after it is empty."""
        line = self.line()
        words, word = list(line.words[1:]), line.word
        try:
            items = self.get_completions(words, word)
        except click.ClickException:
            items = []
        # Of --option=value only the value is completed.
        before = word.partition("=")[0] + "=" if word.startswith("-") and "=" in word else ""
        fields = [field for item in items for field in self.fields(item, before, line)]
        sys.stdout.buffer.write(b"".join(os.fsencode(field) + b"\0" for field in fields))
        return ""

    def fields(self, item: CompletionItem[Any], before: str, line: Line) -> list[str]:
        """The fields of an item: those of several for bash, where it stands for files.

        Parameters
        ----------
        item : CompletionItem
        before : str
            What stands in the word before that which the item completes: --option= or nothing.
        line : Line
        """
        value = " ".join(item.suffixes or ()) if item.type == "file" else item.value
        return [item.type, value, " ".join((item.help or "").split())]


class Bash(NullEnded):
    """bash puts an item in the place of what stands after the last of its breaks, which may be a part of the word."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = BASH

    def fields(self, item: CompletionItem[Any], before: str, line: Line) -> list[str]:
        """The fields of an item, or of all files that it stands for."""
        if item.type not in ("file", "dir"):
            return [item.type, (before + item.value)[line.broken :], ""]
        if line.expands:
            return ["shell", "", ""]  # bash alone knows what its variables hold
        found = matching(item.value, item.suffixes or (), item.type == "dir")
        return [field for name in found for field in ("file", (before + name)[line.broken :], "")]


class Zsh(NullEnded):
    """zsh is told that files are meant, and lists them itself."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = ZSH


class Fish(NullEnded):
    """fish, too; it wants the whole word."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = FISH

    def fields(self, item: CompletionItem[Any], before: str, line: Line) -> list[str]:
        """The fields of an item."""
        kind, value, told = super().fields(item, before, line)
        return [kind, value if kind in ("file", "dir") else before + value, told]


SHELLS: dict[str, type[NullEnded]] = {one.name: one for one in (Bash, Zsh, Fish)}


def register() -> None:
    """Let click answer through these."""
    for shell in SHELLS.values():
        add_completion_class(shell)
