"""Write the files of an output into a local folder, or to a URL such as that of a bucket.

URLs are those of fsspec (https://filesystem-spec.readthedocs.io/), which an extra installs; each
backend takes its credentials from its own environment variables or files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from kgraph.base.errors import ExportError, InputError, explain_os_error
from kgraph.base.files import check_output_folder, open_output_folder

#: Where files need no folder, and making one would make a bucket that the user mistyped.
_BUCKET_PROTOCOLS = frozenset({"s3", "gs", "gcs", "abfs", "abfss", "az", "adl"})

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_url(address: str) -> bool:
    """Return whether an address is a URL, and not the path of a folder.

    >>> is_url("s3://bucket/kg"), is_url("out/kg"), is_url("C:/out")
    (True, False, False)
    """
    return _URL.match(address) is not None


class OutputTarget(msgspec.Struct, frozen=True, array_like=True):
    """Where files are written: the same in each process that has access to it."""

    address: str  #: path of a folder that exists, or a URL
    name: str  #: as the user wrote it, for messages

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for writing.

        Raises:
            ExportError: it cannot be written.
        """
        if is_url(self.address):
            files, root = _connect(self.address)
            with _convert_errors(self.name):
                file = files.open(f"{root}/{name}", "wb")
            try:
                yield cast("BinaryIO", _RemoteFile(file, self.name))
            finally:
                with _convert_errors(self.name):
                    file.close()
            return
        try:
            with Path(self.address, name).open("wb") as out:
                yield out
        except OSError as error:
            raise ExportError(f"{self.name}/{name}: {explain_os_error(error)}") from error

    def list_sizes(self) -> dict[str, int]:
        """Return the size of each file in bytes, by name; of a folder within it -1.

        Raises:
            ExportError: the URL cannot be read.
        """
        if not is_url(self.address):
            return {
                path.name: path.stat().st_size if path.is_file() else -1
                for path in Path(self.address).iterdir()
            }
        files, root = _connect(self.address)
        with _convert_errors(self.name):
            files.invalidate_cache()
            with suppress(FileNotFoundError):
                # A bucket may list the folder itself, as an empty object.
                return {
                    entry["name"].rstrip("/").rpartition("/")[2]: (
                        entry["size"] if entry["type"] == "file" else -1
                    )
                    for entry in files.ls(root, detail=True)
                    if entry["name"].strip("/") != root.strip("/")
                }
        return {}

    def remove(self, name: str) -> None:
        """Remove a file of a URL; ExportError if that fails."""
        files, root = _connect(self.address)
        with _convert_errors(self.name):
            files.rm_file(f"{root}/{name}")


class _RemoteFile(RawIOBase):
    """A file of a service, which raises the errors of the service as ExportError."""

    def __init__(self, file: BinaryIO, target_name: str) -> None:
        self._file = file
        self._target_name = target_name

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        with _convert_errors(self._target_name):
            return self._file.write(data)


@contextmanager
def open_target(
    address: str, is_own_file: Callable[[str], bool], last: str
) -> Iterator[OutputTarget]:
    """Make a target whose files replace those of an earlier output.

    A folder is replaced as a whole when the block ends without an error. At a URL the files of the
    earlier output are removed first, its last one before the others.

    Args:
        is_own_file: whether an output may have a file of that name.
        last: name of the file that is written last: without it, an output is not whole.

    Raises:
        InputError: there is no such protocol, what it needs is not installed, or the URL has a
            password.
        ExportError: something else is there, or it cannot be written.
    """
    if is_url(address):
        target = OutputTarget(address.rstrip("/"), address)
        for name in sorted(_list_former(target, is_own_file), key=lambda name: name != last):
            target.remove(name)
        files, root = _connect(target.address)
        protocols = {files.protocol} if isinstance(files.protocol, str) else {*files.protocol}
        if _BUCKET_PROTOCOLS.isdisjoint(protocols):
            with _convert_errors(address):
                files.makedirs(root, exist_ok=True)
        yield target
        return
    is_output = _recognize(is_own_file, last)
    with open_output_folder(address, is_output, option="--to") as folder:
        yield OutputTarget(str(folder), address)


def check_target(address: str, is_own_file: Callable[[str], bool], last: str) -> None:
    """Raise what :func:`open_target` would raise, as far as it can be seen without writing."""
    if is_url(address):
        _list_former(OutputTarget(address.rstrip("/"), address), is_own_file)
    else:
        check_output_folder(address, _recognize(is_own_file, last), option="--to")


def _list_former(target: OutputTarget, is_own_file: Callable[[str], bool]) -> list[str]:
    """Return the files of an earlier output at a URL; ExportError if others are there."""
    names = list(target.list_sizes())
    if foreign := sorted(name for name in names if not is_own_file(name)):
        raise ExportError(
            f"{target.name}: there are other files in it ({foreign[0]}): name another --to"
        )
    return names


def _recognize(is_own_file: Callable[[str], bool], last: str) -> Callable[[Path], bool]:
    """Return what tells whether a folder is an earlier output."""

    def is_output(folder: Path) -> bool:
        names = {entry.name for entry in folder.iterdir()}
        return last in names and all(map(is_own_file, names))

    return is_output


def refuse_password(url: str) -> None:
    """Raise InputError, without the password, if an address has one."""
    if re.search("://[^/?#]*:[^/?#]*@", url):
        raise InputError(
            f"{url.partition('://')[0]}://: a password in an address is seen by others: set the "
            "environment variables of its service, such as AWS_SECRET_ACCESS_KEY"
        )


def _connect(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, and the path in it."""
    refuse_password(url)
    try:
        import fsspec.core
    except ImportError as error:
        raise InputError(
            f"{url}: a URL needs fsspec: pip install '.[remote]' in the checkout of kgraph, or "
            "name a folder"
        ) from error
    try:
        files, root = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise InputError(f"{url}: {error}, or name a folder") from error
    except ValueError as error:
        raise InputError(
            f"{url}: {error}: begin with s3://, gs://, abfs:// or another protocol of fsspec, or "
            "name a folder"
        ) from error
    except Exception as error:  # of a service that is connected to at once
        raise _make_error(url, error) from error
    return files, root.rstrip("/")


@contextmanager
def _convert_errors(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise _make_error(name, error) from error


def _make_error(name: str, error: Exception) -> ExportError:
    """Return an error of a service in words; each has errors of its own, as for credentials."""
    if isinstance(error, OSError):
        return ExportError(f"{name}: {explain_os_error(error)}")
    return ExportError(
        f"{name}: {type(error).__name__}: {error}: check the address and the credentials"
    )
