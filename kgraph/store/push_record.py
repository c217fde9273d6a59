"""Remember what was pushed into graphs of triple stores.

In ``pushes/`` of a store there is a folder for each graph: the pushed statements, and a record of
what is in the graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import filelock
import msgspec
from msgspec.structs import replace

from kgraph.base.errors import StoreBusyError, StoreDamagedError, StoreError, explain_os_error
from kgraph.base.files import replace_file
from kgraph.base.sorted_lines import LineFile

_PUSHES_FOLDER = "pushes"
_RECORD_FILE = "record.json"


class PushRecord(msgspec.Struct, frozen=True):
    """Statements of a graph in a triple store, as the pushes from this store left it.

    Attributes:
        graph: address of the triple store and IRI of the graph, for people.
        held: the statements in it; None if they are unknown.
        coming: the statements that a push is writing; None if none is.
        sent: chunks of changes that the triple store acknowledged.
    """

    graph: str = ""
    held: LineFile | None = None
    coming: LineFile | None = None
    sent: int = 0

    @property
    def is_uncertain(self) -> bool:
        """Whether a push of the whole graph began and did not end."""
        return self.coming is not None and self.held is None


def find_push_folder(store: Path, graph: str) -> Path:
    """Return the folder of the record of a graph."""
    return store / _PUSHES_FOLDER / sha256(graph.encode()).hexdigest()[:16]


@contextmanager
def lock_pushes(folder: Path) -> Iterator[None]:
    """Keep other pushes to the graph out, and convert errors of the file system.

    Raises:
        StoreBusyError: another push to the graph is running.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / "lock", timeout=0):
            yield
    except filelock.Timeout as error:
        raise StoreBusyError(f"{folder}: another push to this graph runs: wait for it") from error
    except OSError as error:
        raise StoreError(f"{folder}: {explain_os_error(error)}") from error


def read_push_record(folder: Path) -> PushRecord:
    """Read the record of a graph; an empty one if nothing was pushed."""
    try:
        record = msgspec.json.decode((folder / _RECORD_FILE).read_bytes(), type=PushRecord)
    except FileNotFoundError:
        return PushRecord()
    except (OSError, ValueError) as error:
        raise StoreDamagedError(
            f"{folder / _RECORD_FILE}: {error}: remove it, and push the whole graph"
        ) from error
    held, coming = (
        file and replace(file, path=str(folder / Path(file.path).name))  # the store was moved
        for file in (record.held, record.coming)
    )
    return replace(record, held=held, coming=coming)


def write_push_record(folder: Path, record: PushRecord, *keep: LineFile | None) -> None:
    """Write the record of a graph in one step, and remove files that it does not name.

    Args:
        keep: files that stay in any case.
    """
    with replace_file(folder / _RECORD_FILE, is_durable=True) as out:
        out.write(msgspec.json.encode(record))
    kept = {Path(file.path).name for file in (record.held, record.coming, *keep) if file}
    for path in folder.glob("*.nt.gz"):
        if path.name not in kept:
            with suppress(OSError):
                path.unlink()
