"""A digest of what a build is made with, besides its input.

What a build kept is of use only to the same program with the same lexicon, model and ontology.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from kgraph.base.model import LAYOUT_VERSION
from kgraph.base.vocabulary import list_data_files
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE

_PROGRAM_PACKAGES = ("base", "graph", "ingest", "pipeline", "rdf", "resolve", "search", "store")
#: Packages whose versions change what a build makes of a file; the second is optional.
_LIBRARIES = (
    "PyYAML",
    "yaml-rs",
    "python-frontmatter",
    "ftfy",
    "rapidfuzz",
    "numpy",
    "msgspec",
    "pyoxigraph",
)


@cache
def digest_program() -> str:
    """Return a digest of all that makes a graph besides its input: code, data and libraries."""
    package = Path(__file__).parents[1]
    files = [file for name in _PROGRAM_PACKAGES for file in (package / name).rglob("*.py")]
    # Judgements are compared one by one.
    files += [file for file in list_data_files() if file.name != JUDGEMENTS_FILE.name]
    digest = hashlib.sha256(f"{LAYOUT_VERSION} {platform.python_version()}".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {_describe_library(library)}\n".encode())
    for file in sorted(files):
        digest.update(f"{file.parent.name}/{file.name}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _describe_library(library: str) -> str:
    """Return the metadata of an installed library, with its version; "" without it.

    Parsing them for the version alone would take 5 ms.
    """
    try:
        return metadata.distribution(library).read_text("METADATA") or metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
