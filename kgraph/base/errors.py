"""What can go wrong, in one tree.

::

    KgraphError                 every error that kgraph raises on purpose
    ├── InputError              a path or an argument that cannot be used
    │   └── UnknownNameError    no episode or entity of that name (carries suggestions)
    ├── DataError               ontology, lexicon or judgements hold something wrong (file, line)
    ├── StoreError              the store on disk
    │   ├── StoreMissingError   there is none yet
    │   ├── StoreOutdatedError  it was written by another layout
    │   ├── StoreDamagedError   its files are not as the build wrote them
    │   └── StoreBusyError      another build holds it
    ├── QueryError              a query that is wrong (line, column, hint)
    │   ├── QueryRefusedError   it would reach the network or write
    │   ├── QueryTimeoutError   it passed its time limit
    │   ├── QueryTooLargeError  it passed its limit of memory, or its answer is too large
    │   └── QueryBusyError      there is no room for it now (carries seconds to wait)
    ├── RequestError            a request over HTTP that cannot be answered (carries a status)
    └── ExportError             an output that cannot be written or is not known
        └── ViewTooLargeError   more than a page draws well (carries a narrower proposal)

:class:`StoreWarning` is what a reader is warned with that falls back to the build before.

Every message names the place and the value, and ends with the next move. Errors of
other libraries are caught where they arise, by type, and raised again as one of these.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence


class KgraphError(Exception):
    """Base of every error that kgraph raises on purpose."""


class InputError(KgraphError):
    """A path or an argument that cannot be used.

    Attributes:
        parameter: name of the question's parameter that it was given for; "" for none.
    """

    def __init__(self, message: str, *, parameter: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter


class UnknownNameError(InputError):
    """No episode or entity goes by that name.

    Attributes:
        suggestions: the nearest known names, best first.
    """

    def __init__(
        self, message: str, suggestions: Sequence[str] = (), *, parameter: str = ""
    ) -> None:
        super().__init__(message, parameter=parameter)
        self.suggestions = tuple(suggestions)


class DataError(KgraphError):
    """A data file (ontology, lexicon, judgements) holds something wrong."""


class StoreError(KgraphError):
    """The store on disk cannot be used."""


class StoreMissingError(StoreError):
    """There is no store at that place yet."""


class StoreOutdatedError(StoreError):
    """The store was written by another layout of kgraph."""


class StoreDamagedError(StoreError):
    """The store's files are not as the build wrote them."""


class StoreWarning(UserWarning):
    """The graph that answers is not the one that should."""


class StoreBusyError(StoreError):
    """Another build holds the store."""


class QueryError(KgraphError):
    """A query that is wrong."""


class QueryRefusedError(QueryError):
    """A query that would reach the network or write."""


class QueryTimeoutError(QueryError):
    """A query that passed its time limit."""


class QueryTooLargeError(QueryError):
    """A query that passed its limit of memory, or whose answer passed its limit of bytes."""


class QueryBusyError(QueryError):
    """A query for which there is no room now.

    Attributes:
        retry_after: seconds after which it is worth asking again.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RequestError(KgraphError):
    """A request over HTTP that cannot be answered.

    Attributes:
        status: of the answer, 400 to 499 (RFC 9110).
        allow: the methods that the place takes, with status 405.
    """

    def __init__(self, status: int, message: str, allow: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.allow = tuple(allow)


class ExportError(KgraphError):
    """An output that cannot be written, or a format that is not known."""


class ViewTooLargeError(ExportError):
    """More nodes than a page draws well; the message proposes a narrower view."""


# -- errors of the system ----------------------------------------------------------

_NO_SPACE_FIX = "make room there, or choose another place"
_FIXES = {
    errno.ENOSPC: _NO_SPACE_FIX,
    errno.EDQUOT: _NO_SPACE_FIX,
    errno.EFBIG: _NO_SPACE_FIX,
    errno.EACCES: "allow it there, or choose another place",
    errno.EPERM: "allow it there, or choose another place",
    errno.EROFS: "choose a place that can be written",
    errno.EEXIST: "name a folder",
    errno.ENOTDIR: "name a folder",
    errno.ENOENT: "name a place that there is",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "close other programs",
    errno.ENOMEM: "close other programs",
    errno.EBADF: "the output is closed: open it, or name a file with --output",
}
"""What the system says -> the next move."""


def suggest_fix(error: OSError) -> str:
    """What whoever meets an error of the system can do."""
    return _FIXES.get(error.errno or 0, "see to that place, or choose another")
