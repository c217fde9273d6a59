"""Load a YAML or TOML file that people write, so that its errors name a line.

Takes a path; gives the mapping in it, and errors that begin with file and line. The parsers, their
limits and their positions are those of front matter; each is imported with the first such file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from kgraph.base.errors import DataError, explain_os_error
from kgraph.base.named_file import read_regular_file
from kgraph.base.text import suggest_names
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import build_pointer
from kgraph.ingest.problems import FrontMatterError, Locator, preview_value

if TYPE_CHECKING:
    from kgraph.ingest.yaml_exact import Document

Keys = Sequence[str | int]  #: path of a value from the top of the file


class LocatedFile(msgspec.Struct, frozen=True):
    """The mapping in a file, and where its values stand."""

    path: Path
    value: dict[str, object]
    locator: Locator
    sha256: str  #: of its bytes, hexadecimal

    def fail(self, keys: Keys, message: str) -> NoReturn:
        """Raise DataError with file and line of a value, or of the nearest that is known.

        Args:
            keys: path of the value; empty for the file.
            message: what is wrong, and what to do.
        """
        line, _ = self.locator.position(build_pointer(keys)) if keys else (0, 0)
        raise DataError(f"{self.path}:{line}: {message}" if line else f"{self.path}: {message}")

    def fail_type(self, keys: Keys, expected: str, value: object, fix: str) -> NoReturn:
        """Raise DataError for a value of a wrong type."""
        self.fail(keys, f"{name_path(keys)}: expected {expected}, got {describe(value)}: {fix}")

    def fail_key(self, keys: Keys, known: Iterable[str]) -> NoReturn:
        """Raise DataError for an unknown key, the last of ``keys``; it names the nearest one."""
        self.fail(keys, f"{name_path(keys)}: no such key: {suggest_key(str(keys[-1]), known)}")

    def require_keys(self, names: Iterable[str], fix: str) -> None:
        """Raise DataError if one of these keys is not at the top of the file."""
        for name in names:
            if name not in self.value:
                self.fail([], f"no {name}: add it; {fix}")

    def check_mapping(self, keys: Keys, value: object, fix: str) -> dict[str, object]:
        """Return a value if it is a mapping.

        Raises:
            DataError: it is something else.
        """
        if not isinstance(value, dict):
            self.fail_type(keys, "a mapping of keys", value, fix)
        return value

    def check_text(self, keys: Keys, value: object, fix: str) -> str:
        """Return a value if it is text, and not blank.

        Raises:
            DataError: it is something else.
        """
        if not isinstance(value, str) or not value.strip():
            self.fail_type(keys, "a text", value, fix)
        return value

    def check_texts(self, keys: Keys, value: object, fix: str) -> tuple[str, ...]:
        """Return the texts of a list, or of one text alone.

        Raises:
            DataError: it is something else, or one of them is.
        """
        if isinstance(value, str):
            return (self.check_text(keys, value, fix),)
        if not isinstance(value, list):
            self.fail_type(keys, "a list of texts", value, fix)
        return tuple(self.check_text([*keys, n], item, fix) for n, item in enumerate(value))


def name_path(keys: Keys) -> str:
    """Return a path of keys as people write it.

    >>> name_path(["export", "quotes"]), name_path(["sources", 0])
    ('export.quotes', 'sources[0]')
    """
    parts = (f"[{key}]" if isinstance(key, int) else f".{preview_value(key)}" for key in keys)
    return "".join(parts).removeprefix(".")


def suggest_key(key: str, known: Iterable[str]) -> str:
    """Return advice on an unknown key: the nearest known one, and all.

    >>> suggest_key("sorces", ["sources", "store"])
    'did you mean sources? The keys are sources, store'
    """
    names = list(known)
    near = suggest_names(key, names)[:1]
    return "".join(f"did you mean {name}? " for name in near) + f"The keys are {', '.join(names)}"


def describe(value: object) -> str:
    """Return a value of a file for a message; a text is quoted.

    >>> describe("on"), describe(True), describe([1])
    ("'on'", 'true', 'a list of 1')
    """
    return repr(preview_value(value)) if isinstance(value, str) else preview_value(value)


def load_located_yaml(
    path: Path, fix: str = "begin each line with a key and a colon"
) -> LocatedFile:
    """Load a YAML file whose top is a mapping.

    Args:
        path: the file.
        fix: what to write where the top is something else.

    Raises:
        DataError: it cannot be read, is not YAML, or has a key twice.
    """
    from kgraph.ingest.yaml_fast import parse_yaml
    from kgraph.ingest.yaml_positions import YamlLocator

    text, digest = _read_text(path)
    try:
        document = parse_yaml(text if text.endswith("\n") else f"{text}\n")
    except FrontMatterError as error:
        advice = "quote the value, or correct the line"
        raise DataError(f"{path}:{error.line + 1}: not YAML: {error}: {advice}") from error
    file = LocatedFile(path, _check_top(path, document.value, fix), YamlLocator(text, 1), digest)
    _check_keys(file, document)
    return file


def _check_keys(file: LocatedFile, document: Document) -> None:
    for problem in document.key_problems:
        place = f"{file.path}:{problem.line + 1}: {name_path(problem.path)}"
        if problem.code == "key-twice":
            raise DataError(f"{place}: this key stands twice: delete one")
        raise DataError(f"{place}: this key is no text: put it in quotes")


def load_located_toml(path: Path) -> LocatedFile:
    """Load a TOML file; dates in it become texts.

    Raises:
        DataError: it cannot be read, or is not TOML.
    """
    from kgraph.ingest.json_and_toml import TomlLocator, parse_toml

    text, digest = _read_text(path)
    try:
        value = parse_toml(text)
    except FrontMatterError as error:
        raise DataError(f"{path}:{error.line + 1}: not TOML: {error}") from error
    return LocatedFile(path, value, TomlLocator(text, 1), digest)


def _check_top(path: Path, value: object, fix: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DataError(f"{path}:1: expected a mapping of keys, got {describe(value)}: {fix}")
    return value


def _read_text(path: Path) -> tuple[str, str]:
    """Return the text of a file, with line feeds as line breaks, and the digest of its bytes."""
    try:
        data = read_regular_file(path, limits.MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DataError(f"{path}: {explain_os_error(error)}") from error
    if len(data) > limits.MAX_FILE_BYTES:
        raise DataError(f"{path}: more than {limits.MAX_FILE_BYTES:,} bytes: split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: not UTF-8: save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n"), sha256(data).hexdigest()
