"""`OwnContext`: where the values of options come from, besides the command line, and who is to blame for a wrong one."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import click
from click.core import ParameterSource

from relupoly.errors import RelupolyError

from .command_tree import every
from .completion.kinds import FileName
from .config import Config, ConfigError, read_config, unknown_option

_CONFIG = "relupoly.config"
_INNERMOST = "relupoly.innermost"


class OwnContext(click.Context):
    """A context that finds defaults in the config file, when they are asked for the first time: --help needs none."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.meta[_INNERMOST] = self
        self._found: dict[str, tuple[Any, str]] | None = None

    @contextlib.contextmanager
    def scope(self, cleanup: bool = True) -> Iterator[click.Context]:
        """Enter the context; a misuse whose place click's parser does not name is of this command."""
        with super().scope(cleanup) as entered:
            try:
                yield entered
            except click.UsageError as error:
                error.ctx = error.ctx or self
                raise

    def lookup_default(self, name: str, call: bool = True) -> Any:
        """The default of an option from the config file, or None."""
        # Eager options come before --help in old versions of click; none of them is in a config file.
        if self.resilient_parsing or not any(one.name == name and not one.is_eager for one in _options(self)):
            return None
        if self._found is None:
            self._found = self._find()
        return self._found.get(name, (None, ""))[0]

    def origin(self, option: click.Option) -> str | None:
        """Where the value of an option comes from: a variable, or a place in the config file; None for the command line."""
        source = self.get_parameter_source(str(option.name))
        if source == ParameterSource.ENVIRONMENT:
            return str(option.envvar)
        return self._found[str(option.name)][1] if self._found and source == ParameterSource.DEFAULT_MAP else None

    @property
    def names(self) -> list[str]:
        """The names that lead to the command, without that of the program."""
        return [*self.parent.names, str(self.info_name)] if isinstance(self.parent, OwnContext) else []

    def _find(self) -> dict[str, tuple[Any, str]]:
        """The values of this command's options in the config file, with their places."""
        try:
            config = config_of(self)
        except (ConfigError, RelupolyError):
            # The program's own options are read before the name of a command, whose help may be wanted: the command complains.
            if self.parent is not None:
                raise
            return {}
        return _values(config, self)


def config_of(context: click.Context) -> Config:
    """What the config file says; it is read once.

    Raises
    ------
    FileFormatError
        If it cannot be read.
    ConfigError
        If it has a section for a command that there is not.
    """
    root = context.find_root()
    found = root.meta.get(_CONFIG)
    if not isinstance(found, Config):
        found = read_config(found)
        group = root.command
        if isinstance(group, click.Group):
            found.check_top(group.list_commands(root))
        root.meta[_CONFIG] = found
    return found


def choose_config(context: click.Context, option: click.Parameter, file: str | None) -> None:
    """Remember which config file is given, if one is."""
    if file is not None:
        context.meta[_CONFIG] = file


def _values(config: Config, context: OwnContext) -> dict[str, tuple[Any, str]]:
    own = {key: option for option in _options(context) for key in _keys(option)}
    found: dict[str, tuple[Any, str]] = {}
    above = context
    for place, table in config.section(context.names):
        for key, given in table.items():
            if isinstance(given, dict):
                _check_section(config, above, place, key)
                continue
            if key in own:
                name = str(own[key].name)
                found.setdefault(name, (config.value(own[key], key, given, place), f"{config.file}: {place}{key}"))
            elif context.parent is not None and key not in (known := _keys_below(above)):
                raise config.refusal(f"{place}{key}: {unknown_option(key, known)}")
        above = above.parent if isinstance(above.parent, OwnContext) else above
    return found


def _check_section(config: Config, context: click.Context, place: str, key: str) -> None:
    """Refuse a section of a command that there is not below a command."""
    group = context.command
    if not isinstance(group, click.Group) or key not in group.list_commands(context):
        raise config.refusal(f"{place}{key}: there is no such command here")


def _keys_below(context: click.Context) -> list[str]:
    """The keys of the options of a command and of all below it."""
    return [key for one in every(context) for option in _options(one) for key in _keys(option)]


def _keys(option: click.Option) -> list[str]:
    return [text[2:] for text in option.opts if text.startswith("--")]


def _options(context: click.Context) -> list[click.Option]:
    """The options of a command, but those that end it, such as --version."""
    return [one for one in context.command.params if isinstance(one, click.Option) and not (one.is_flag and one.is_eager)]


def passed_over(context: click.Context) -> tuple[str, ...]:
    """The config files that were found, but are not to be trusted."""
    found = context.meta.get(_CONFIG)
    return found.passed_over if isinstance(found, Config) else ()


def defaults(context: OwnContext) -> list[str]:
    """For each option whose value comes from elsewhere than the command line, a sentence that says so."""
    told = ((option, context.origin(option)) for option in _options(context))
    return [f"{max(option.opts, key=len)} comes from {origin}" for option, origin in told if origin]


def blamed(error: click.ClickException) -> str | None:
    """A complaint about what does not come from the command line, in terms of where it comes from; else None."""
    if isinstance(error, ConfigError):
        return error.message
    if not isinstance(error, click.BadParameter):
        return None
    context, option = error.ctx, error.param
    if not isinstance(context, OwnContext) or not isinstance(option, click.Option):
        return None
    origin = context.origin(option)
    return f"{origin}: {error.message}" if origin else None


def with_origins(text: str, context: click.Context | None) -> str:
    """A complaint, and where those options get their values of which it speaks, if that is not the command line.

    Parameters
    ----------
    text : str
    context : click.Context or None
        Any of the command's, or of those above it.
    """
    inner = context.meta.get(_INNERMOST) if context is not None else None
    if not isinstance(inner, OwnContext):
        return text
    told = []
    for option in _options(inner):
        origin = inner.origin(option)
        long = max(option.opts, key=len)
        if origin and (re.search(rf"(?<![\w-]){long}(?![\w-])", text) or _names_file(text, option, inner)):
            told.append(f"{long} comes from {origin}")
    return f"{text} ({'; '.join(told)})" if told else text


def _names_file(text: str, option: click.Option, context: click.Context) -> bool:
    """Whether a complaint is about the file that an option names."""
    value = context.params.get(str(option.name))
    files = [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
    return isinstance(option.type, FileName) and any(str(file) in text for file in files)
