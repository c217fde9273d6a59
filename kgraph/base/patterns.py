"""Regular expressions that are compiled when they are first used.

Long sets of characters and many alternatives take milliseconds to compile, and most commands use
few of them.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, AnyStr, Generic, cast


def compile_when_used(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what ``re.compile`` would, compiled when a method of it is first asked for.

    A wrong pattern raises ``re.error`` there.

    >>> compile_when_used("[a-z]+").fullmatch("name")[0]
    'name'
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _LazyPattern(Generic[AnyStr]):
    """A pattern whose methods become attributes of it as they are asked for."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._arguments: tuple[AnyStr, int] = (pattern, flags)

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(*self._arguments)

    def __reduce__(self) -> tuple[object, ...]:
        return compile_when_used, self._arguments  # to be pickled, which would ask for methods

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._compiled, name)
        setattr(self, name, method)  # found without this function from now on
        return method
