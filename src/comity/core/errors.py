"""The exceptions that stop a command.

What we *found* in somebody's data is a :class:`~comity.core.diagnostics.Diagnostic`; what *stops* us is an exception::

    ComityError                 exit code 3
    ├── UsageError              exit code 2   the command or call cannot be meant
    │   ├── ConfigError                       comity.toml cannot be read or holds an unknown key
    │   └── UnknownName                       no query, graph or file of that name; names the nearest
    ├── CannotRun               exit code 3   nothing is wrong with the data, but the work cannot be done here
    │   ├── MissingDependency                 an optional package or program is not there
    │   └── UnreadableInput                   a file cannot be read as what it claims to be
    └── FindingsError           exit code 1   a report with violations ended the work
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def cause_of(error: Exception) -> str:
    """Return what an error says; of the system's, without its number and the path.

    >>> cause_of(PermissionError(13, "Permission denied", "a.ttl")), cause_of(EOFError("cut off"))
    ('Permission denied', 'cut off')
    """
    return str(getattr(error, "strerror", None) or error)


class ComityError(Exception):
    """Base of everything that Comity raises on purpose; ``hint`` says what to do."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ComityError):
    """The command or call cannot be meant as it stands."""

    exit_code = 2


class ConfigError(UsageError):
    """``comity.toml`` cannot be read, or holds a key or value that it must not hold."""


class UnknownName(UsageError):
    """A name that nothing here has; the hint names the nearest known one."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        super().__init__(f"no {kind} named {name!r}", nearest_hint(name, names))


class CannotRun(ComityError):
    """The work cannot be done on this machine or with this input."""


class MissingDependency(CannotRun):
    """An optional package or program is missing; the hint says how to get it."""


class UnreadableInput(CannotRun):
    """A file cannot be read as what it claims to be."""


class FindingsError(ComityError):
    """A report with violations ended the work; the report has been or will be shown."""

    exit_code = 1


SHOWN = 100
"""Of so many known names none is left out; those of a dataset would fill the screen many times over."""


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return advice that names the nearest known name, or lists all of them.

    >>> nearest_hint("lable", ["label", "language"])
    "did you mean 'label'?"
    >>> nearest_hint("x", ["label", "language"])
    'known: label, language'
    """
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return "known: " + ", ".join(names[:SHOWN]) + more if names else "there are none yet"
