"""Compare the inputs of a build with those of the last one, besides the content of files.

Invariant: imports nothing that reads or resolves episodes, as of :mod:`kgraph.pipeline.last_build`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kgraph.base.text import pluralize, shorten_path
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.last_build import KeptBuild
from kgraph.resolve.judgement import Judgement
from kgraph.store.origin import read_origin


def describe_input_changes(last: KeptBuild, inputs: BuildInputs) -> Iterator[str]:
    """Yield a phrase on each input that is another than in the last build of the store.

    Such as ``exclude in kgraph.toml``, or ``judgements.yaml: 1 judgement added``.
    """
    before, now = read_origin(inputs.store), inputs.origin
    project = shorten_path(Path(now.project)) if now.project else ""
    for name in ("sources", "exclude"):
        if getattr(before, name) != getattr(now, name):
            yield f"{name} in {project}" if name in now.followed else f"{name} of the command"
    if changes := describe_judgement_changes(last.judgements, inputs.judgements):
        file = inputs.judgements_path or before.judgements
        yield f"{shorten_path(Path(file))}: {changes}"
    if last.own != inputs.own:
        yield f"lexicon or ids of {project}" if project else "own lexicon or ids"


def describe_judgement_changes(before: Iterable[Judgement], after: Iterable[Judgement]) -> str:
    """Count the judgements that were added and removed; "" if none was, whatever their lines.

    >>> describe_judgement_changes([Judgement("reject", ("Acme",))], [])
    '1 judgement removed'
    """
    old, new = (Counter(judgement.without_line() for judgement in each) for each in (before, after))
    counts = {"added": (new - old).total(), "removed": (old - new).total()}
    return ", ".join(f"{pluralize(n, 'judgement')} {verb}" for verb, n in counts.items() if n)


def find_gone_files(last: KeptBuild, inputs: BuildInputs) -> dict[str, str]:
    """Return the files of the last build that this one lacks: the digest of each by its name."""
    names = {file.name for file in inputs.sources.files}
    return {name: file.sha256 for name, file in last.files.items() if name not in names}


def list_new_files(last: KeptBuild, inputs: BuildInputs) -> list[str]:
    """Return the names of the files that the last build lacked."""
    return [file.name for file in inputs.sources.files if file.name not in last.files]


def find_renamed_files(gone: Mapping[str, str], read: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the earlier names of each file that only has another name.

    Args:
        gone: digests of the files that are gone, by name; "" of those that could not be read.
        read: digests of the files that the last build lacked, by name.

    >>> find_renamed_files({"a.md": "0f"}, {"b.md": "0f", "c.md": "1e"})
    {'b.md': ['a.md']}
    """
    names = defaultdict(list)
    for name, sha256 in gone.items():
        names[sha256].append(name)
    return {name: names[sha256] for name, sha256 in read.items() if sha256 and sha256 in names}
