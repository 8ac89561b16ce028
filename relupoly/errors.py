"""The error tree.

Every error that a user's input can cause is an `InputError`: its message is one line that says what is wrong, where
(file, layer, entry) and what would be right. The command line turns each class into the exit code written beside it, in
one place; nothing below the command line exits or prints.
"""


class RelupolyError(Exception):
    """Any error that relupoly raises on purpose."""

    exit_code = 1


class InputError(RelupolyError):
    """Input that cannot be read, is not valid, or is not supported."""

    exit_code = 3


class NumberError(InputError):
    """A number that is not a finite rational."""


class NetworkError(InputError):
    """Layers that do not make a network, or a network that does not fit what is asked of it."""


class DomainError(InputError):
    """A domain that is empty, not full-dimensional, or of the wrong dimension."""


class ArrangementError(InputError):
    """Rows that do not make an arrangement of hyperplanes, or an arrangement that does not fit what is asked of it."""


class ZonotopeError(InputError):
    """Generators that do not make a zonotope."""


class FunctionError(InputError):
    """Numbers that do not describe a continuous piecewise linear function."""


class FileFormatError(InputError):
    """A file that is missing, of an unknown format, or not what its format promises."""


class ModelError(InputError):
    """A model of another program that is not trained yet, or whose function is not piecewise linear."""


class RoundingError(FileFormatError):
    """A format that would have to round, without leave to do so."""


class ProblemError(InputError):
    """Samples that make no training problem, or a loss that does not fit them."""


class SizeError(InputError):
    """A question whose answer is provably too large to list."""


class MissingPackageError(InputError):
    """A question that needs a package which is not installed."""


class ConstructionError(InputError):
    """Parameters with which a net is not built, or a claim about a net that cannot be read."""


class PartError(InputError):
    """A part of a count that does not fit the others, or the question."""


class ClusterError(InputError):
    """A cluster that cannot be reached, or does not do its work."""


class CheckFailed(RelupolyError):
    """A result that differs from what an independent method or the user expected."""

    exit_code = 5
