"""The exceptions of kgraph, in one tree.

::

    KgraphError                 base of every error that kgraph raises on purpose
    ├── InputError              unusable path or argument
    │   └── UnresolvedNameError name that does not stand for one thing (carries suggestions)
    │       ├── UnknownNameError    nothing has the name: similar names
    │       └── AmbiguousNameError  several have it, none more than the others: their ids or files
    ├── DataError               fault in a data file: ontology, lexicon, judgements
    ├── StoreError              unusable store on disk
    │   ├── StoreMissingError   no store at this path
    │   ├── StoreOutdatedError  store of another layout
    │   ├── StoreDamagedError   store whose files are not as the build wrote them
    │   ├── StoreReplacedError  build of a store that is gone
    │   └── StoreBusyError      store that another build is writing
    ├── QueryError              wrong query
    │   ├── QueryRefusedError   query that would reach the network or write
    │   ├── QueryTimeoutError   query that exceeded its time limit
    │   ├── EndpointError       SPARQL endpoint that cannot be reached, refuses, or is none
    │   ├── QueryTooLargeError  query that exceeded its limit of memory or of answer size
    │   └── QueryBusyError      query that found no free worker (carries seconds to wait)
    ├── ClusterError            cluster that cannot be reached, is lost, or has another version
    ├── RequestError            HTTP request that cannot be answered (carries a status)
    ├── PushError               triple store that refuses, or holds something else
    └── ExportError             output that cannot be written, or unknown format
        └── ViewTooLargeError   more nodes than a page can draw

A reader that falls back to an earlier build warns with :class:`StoreWarning`.

Every message names the place and the value, and ends with what to do next. Errors of other
libraries are caught where they arise, by type, and raised again as one of these.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager


class KgraphError(Exception):
    """Base of every error that kgraph raises on purpose."""


class InputError(KgraphError):
    """Unusable path or argument."""

    def __init__(self, message: str, *, parameter: str = "", value: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter  #: name of the parameter with the fault; "" for none
        self.value = value  #: the wrong one, where the parameter has several; "" for its only one


class UnresolvedNameError(InputError):
    """Name that does not stand for one thing: nothing has it, or several."""

    def __init__(
        self,
        message: str,
        suggestions: Sequence[str] = (),
        *,
        parameter: str = "",
        value: str = "",
    ) -> None:
        super().__init__(message, parameter=parameter, value=value)
        self.suggestions = tuple(suggestions)  #: what may be meant, best first


class UnknownNameError(UnresolvedNameError):
    """Name that nothing has; ``suggestions`` are similar names."""


class AmbiguousNameError(UnresolvedNameError):
    """Name of entities of several types, or of several episodes, none meant more than the others.

    ``suggestions`` are their ids, or files.
    """


@contextmanager
def blame_parameter(parameter: str, value: str = "") -> Iterator[None]:
    """Give an InputError the parameter that it is about, unless it has one.

    Args:
        parameter: name of the parameter.
        value: the wrong one, where the parameter has several; "" for its only one.
    """
    try:
        yield
    except InputError as error:
        if not error.parameter:
            error.parameter, error.value = parameter, value
        raise


class DataError(KgraphError):
    """Fault in a data file: ontology, lexicon, judgements."""

    def __init__(self, message: str, *, words: str = "") -> None:
        super().__init__(message)
        self.words = words or message  #: the message without a command, for a page


class StoreError(KgraphError):
    """Unusable store on disk."""


class StoreMissingError(StoreError):
    """No store at this path."""


class StoreOutdatedError(StoreError):
    """Store of another layout."""


class StoreDamagedError(StoreError):
    """Store whose files are not as the build wrote them."""


class StoreReplacedError(StoreError):
    """Build of a store that is gone: newer ones replaced it, or it was removed.

    In Python open the graph again, with ``KnowledgeGraph.open()`` or ``reload()``.
    """


class StoreWarning(UserWarning):
    """An earlier build is used instead of the current one."""


class StoreBusyError(StoreError):
    """Store that another build is writing."""


class ClusterError(KgraphError):
    """Cluster that cannot be reached, is lost, or has another version of kgraph."""


class QueryError(KgraphError):
    """Wrong query."""


class QueryRefusedError(QueryError):
    """Query that would reach the network or write."""


class QueryTimeoutError(QueryError):
    """Query that exceeded its time limit."""


class QueryTooLargeError(QueryError):
    """Query that exceeded its limit of memory or of answer size."""


class EndpointError(QueryError):
    """SPARQL endpoint that cannot be reached, refuses, or is none."""


class QueryBusyError(QueryError):
    """Query that found no free worker."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after  #: seconds to wait before the next try


class RequestError(KgraphError):
    """HTTP request that cannot be answered."""

    def __init__(self, status: int, message: str, allow: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status  #: of the response, 400 to 499 (RFC 9110)
        self.allow = tuple(allow)  #: methods that the endpoint accepts, with status 405


class RejectedError(RequestError):
    """Request for what judgements took out of the graph."""

    def __init__(
        self,
        message: str,
        status: int = 410,
        allow: Sequence[str] = (),
        *,
        words: str = "",
        keys: Collection[str] = (),
    ) -> None:
        super().__init__(status, message, allow)
        self.words = words  #: the message without its advice, which is for a command line
        self.keys = frozenset(keys)  #: of its names, and its id: a judgement rejects one of them


class PushError(KgraphError):
    """Triple store that refuses what is sent, cannot be reached, or holds something else."""

    def __init__(self, message: str, *, is_refused: bool = False) -> None:
        super().__init__(message)
        self.is_refused = is_refused  #: whether it is certain that nothing was written


class ExportError(KgraphError):
    """Output that cannot be written, or unknown format."""


class ViewTooLargeError(ExportError):
    """More nodes than a page can draw; the message proposes a narrower view."""


def unknown_format_error(name: str, formats: Iterable[str]) -> InputError:
    """Return the error of a name that is none of some formats."""
    return InputError(f"{name}: no such format; choose one of {', '.join(formats)}")


# -- errors of the system ----------------------------------------------------------

NO_SPACE = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))  #: of a disk, a quota, a limit

_FIXES = dict.fromkeys(NO_SPACE, "free disk space, or choose another folder") | {
    errno.EACCES: "check its permissions, or choose another folder",
    errno.EPERM: "check its permissions, or choose another folder",
    errno.EROFS: "choose a folder that can be written",
    errno.EEXIST: "name a folder",
    errno.ENOTDIR: "name a folder",
    errno.EISDIR: "name a file",
    errno.ENXIO: "name another, or remove it",
    errno.ENOENT: "name an existing path",
    errno.ENAMETOOLONG: "choose a shorter one",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "close other programs",
    errno.ENOMEM: "close other programs",
    errno.EBADF: "the output is closed: open it, or write to a file",
}


#: Words of the database's engine, whose errors have no number.
_ENGINE_WORDS = {"No space left": errno.ENOSPC, "file descriptors": errno.EMFILE}


def suggest_fix(error: OSError) -> str:
    """Return the next move after an error of the operating system."""
    named = (number for words, number in _ENGINE_WORDS.items() if words in str(error))
    number = error.errno or next(named, 0)
    return _FIXES.get(number, "check the path, or choose another")


def explain_os_error(error: OSError) -> str:
    """Return what the operating system refused, and the next move.

    >>> explain_os_error(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory: name an existing path'
    """
    reason = error.strerror or str(error) or type(error).__name__  # fsspec's FSTimeoutError
    return f"{reason}: {suggest_fix(error)}"


@contextmanager
def name_full_disk(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Give an error of a full disk the folder that is written to, unless it names a file."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE and error.filename is None:
            error.filename = os.fspath(folder)
        raise
