"""Propose the first project file of a folder of episodes, and write it.

Takes a folder; gives the text of a ``kgraph.toml`` that names the smallest folders with all
episodes, and a preview of what a build would read. A folder of software may have hundreds of
Markdown files: those without front matter are no reason to read their folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from kgraph.base.errors import DataError, InputError, StoreError, suggest_fix
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest import find_files
from kgraph.pipeline.passes import Progress, ignore_progress
from kgraph.project.preview import PreviewedFile, SourcePreview, preview_files, summarize_files
from kgraph.project.settings import PROJECT_FILE, find_project_file, load_project
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.store import DEFAULT_STORE, layout

MAX_SOURCES = 8  #: folders that are named one by one; of more, the folder above is named

_HEAD = """\
# What kgraph builds, and what its commands do by default. Paths are relative to this file.
"""

_TAIL = """
# Names that kgraph should know stand in lexicon/*.yaml beside this file.

[export]
# licence = "CC-BY-4.0"
# quotes = 3
"""


class ProjectProposal(msgspec.Struct, frozen=True):
    """A project file to write.

    Attributes:
        file: where it would be written.
        text: its content.
        sources: the sources in it, as written there.
        preview: what a build of them would read.
        notes: remarks for the user.
    """

    file: str
    text: str
    sources: tuple[str, ...]
    preview: SourcePreview
    notes: tuple[str, ...] = ()


def propose_project(
    source: str | Path = ".",
    folder: str | Path = ".",
    *,
    workers: int | None = None,
    progress: Progress = ignore_progress,
) -> ProjectProposal:
    """Propose a project file.

    Args:
        source: folder in which episodes are looked for.
        folder: folder of the project file.
        workers: number of processes that read; by default one for each core.
        progress: called after each step.

    Raises:
        InputError: the source is no folder, or has no episode.
    """
    root = Path(os.path.abspath(source))
    if not root.is_dir():
        raise InputError(f"{source}: no such folder: name the folder with your episodes")
    found = find_files(root)
    files = preview_files(found, workers=workers, progress=progress)
    chosen = choose_folders(
        [file.name for file in files if file.is_episode],
        [file.name for file in files if not file.is_episode],
    )
    if not chosen:
        raise InputError(_describe_nothing(source, files))
    kept = [file for file in files if _is_below(file.name, chosen)]
    problems = [problem for problem in found.problems if _is_below(problem.file, chosen)]
    folders = [str(root / name) for name in chosen]
    target = Path(os.path.abspath(folder))
    sources = tuple(_write_path(path, target) for path in folders)
    return ProjectProposal(
        str(target / PROJECT_FILE),
        _write_text(sources, target),
        sources,
        summarize_files(kept, problems, folders),
        tuple(_list_notes(target, len(files) - len(kept))),
    )


def _describe_nothing(source: str | Path, files: Sequence[PreviewedFile]) -> str:
    advice = "kgraph reads Markdown files that begin with front matter: fields between lines of ---"
    problem = next((problem for file in files for problem in file.problems), None)
    if problem is None:
        return f"{source}: no episodes in it: {advice}"
    return f"{source}: no episode in {pluralize(len(files), 'file')} ({problem}): {advice}"


def _list_notes(folder: Path, left: int) -> Iterator[str]:
    if left:
        yield f"{pluralize(left, 'other Markdown file')} without episodes beside them: not in it"
    if above := find_project_file(folder.parent):
        yield f"there is a project above, {above}: from {folder} downwards the new one holds"


def choose_folders(episodes: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the smallest folders that hold all episodes, and few other files.

    Args:
        episodes: names of files that are episodes, relative to one folder, with ``/``.
        others: names of the other files.

    >>> choose_folders(["notes/2024/a.md", "notes/2025/b.md"], ["README.md"])
    ['notes']
    >>> choose_folders(["notes/a.md", "talks/b.md"], ["README.md"])
    ['notes', 'talks']
    >>> choose_folders(["a.md", "talks/b.md"], ["README.md"])
    ['.']
    """
    if not episodes:
        return []
    parents = {PurePosixPath(name).parent for name in episodes}
    common = PurePosixPath(os.path.commonpath([f"/{parent}" for parent in parents])[1:] or ".")
    if common in parents:
        return [str(common)]
    depth = len(common.parts)
    folders = sorted({str(PurePosixPath(*parent.parts[: depth + 1])) for parent in parents})
    is_apart = any(
        _is_below(name, [str(common)]) and not _is_below(name, folders) for name in others
    )
    return folders if is_apart and len(folders) <= MAX_SOURCES else [str(common)]


def _is_below(name: str, folders: Sequence[str]) -> bool:
    return any(folder == "." or name.startswith(f"{folder}/") for folder in folders)


# -- the text ------------------------------------------------------------------------


def _write_path(path: str, folder: Path) -> str:
    """Return a path relative to the project if it is near, in front of other ways to write it."""
    relative = os.path.relpath(path, folder)
    is_far = relative.startswith(os.path.join(os.pardir, os.pardir))
    return (path if is_far else relative).replace(os.sep, "/")


def _write_text(sources: Sequence[str], folder: Path) -> str:
    store = folder / DEFAULT_STORE
    base = _read_base(store)
    judgements = JUDGEMENTS_FILE.as_posix()
    if not (folder / JUDGEMENTS_FILE).exists():
        judgements = JUDGEMENTS_FILE.name
    base_line = f"base = {quote_toml(base or BASE_IRI)}"
    lines = [
        f"sources = [{', '.join(map(quote_toml, sources))}]",
        f"judgements = {quote_toml(judgements)}  # what you decide with `kgraph judge`",
        f'# store = "{DEFAULT_STORE.as_posix()}"',
        base_line if base not in ("", BASE_IRI) else f"# {base_line}  # of IRIs, for good",
    ]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _read_base(store: Path) -> str:
    """Return the base of the graph that is there already; "" for none."""
    try:
        return layout.read_meta(layout.find_current_build(store)).base
    except StoreError:
        return ""


def quote_toml(text: str) -> str:
    r"""Return a text as a basic string of TOML 1.0.

    Raises:
        InputError: a part of it is not UTF-8.

    >>> print(quote_toml('a "b"\n\x7f'))
    "a \"b\"\n\u007f"
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        raise InputError(f"{shown}: this name is not UTF-8: rename the folder") from error
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_project(proposal: ProjectProposal) -> None:
    """Write a proposed project file; an existing one is never replaced.

    Raises:
        InputError: there is one, or it cannot be written.
    """
    check_no_project(proposal.file)
    try:
        with open(proposal.file, "x", encoding="utf-8", newline="\n") as file:
            file.write(proposal.text)
    except OSError as error:
        advice = suggest_fix(error)
        raise InputError(f"{proposal.file}: {error.strerror}: {advice}") from error


def check_no_project(file: str | Path) -> None:
    """Check that there is no project file.

    Raises:
        InputError: there is one; the message says what is wrong with it, if anything is.
    """
    if os.path.lexists(file):
        try:
            load_project(Path(file)).check_sources()
        except DataError as error:
            raise InputError(
                f"{file}: there is a project already, with a mistake: {error}; or remove the "
                "file, and `kgraph init FOLDER` writes a new one"
            ) from error
        raise InputError(
            f"{file}: there is a project already: edit this file, or remove it first; "
            "`kgraph init --dry-run` only prints a new one"
        )
