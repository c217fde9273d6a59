"""Propose the first project file of a folder of episodes, and write it.

Takes a folder; gives the text of a ``kgraph.toml`` that names the smallest folders with all
episodes and what to leave out of them, and a preview of what a build would read. A folder of
software may have hundreds of Markdown files, and a vault notes on people and companies: none is a
reason to read its folder, and remarks say what is left out.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from kgraph.base.arguments import check_workers
from kgraph.base.errors import DataError, InputError, StoreError, explain_os_error
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.text import pluralize, shorten_path
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest import find_files
from kgraph.ingest.exclude import escape_pattern, parse_exclusion
from kgraph.project.choice import find_project_file
from kgraph.project.preview import PreviewedFile, SourcePreview, preview_files, summarize_files
from kgraph.project.settings import DECLARED_KEYS, PROJECT_FILE, load_project
from kgraph.project.toml_text import format_toml
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.store import DEFAULT_STORE, layout

MAX_SOURCES = 8  #: folders that are named one by one; of more, the folder above is named
MAX_NAMED_FOLDERS = 5  #: folders of what is left out that a remark names

#: Names of folders, in lower case, that hold no episodes where none is found in them, also if no
#: file in them can be read.
_OTHER_FOLDERS = frozenset(
    ("attachments", "_attachments", "daily", "daily notes", "daily-notes", "journal", "journals")
)


class ProjectProposal(msgspec.Struct, frozen=True):
    """A project file to write.

    Attributes:
        file: where it would be written.
        text: its content.
        sources, exclude: the sources in it, and what is left out of them, as written there.
        preview: what a build of them would read.
        notes: remarks for the user.
    """

    file: str
    text: str
    sources: tuple[str, ...]
    preview: SourcePreview
    notes: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def propose_project(
    source: str | Path = ".",
    folder: str | Path = ".",
    *,
    exclude: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress = ignore_progress,
) -> ProjectProposal:
    """Propose a project file.

    Args:
        source: folder in which episodes are looked for.
        folder: folder of the project file.
        exclude: patterns of ``.gitignore`` for what is left out, relative to that folder.
        workers: number of processes that read; by default one for each core.
        progress: called after each step.

    Raises:
        InputError: the source is no folder, or has no episode, a pattern cannot be read, or the
            number of workers is wrong.
    """
    check_workers(workers)
    root = Path(os.path.abspath(source))
    if not root.is_dir():
        raise InputError(f"{source}: no such folder: name the folder with your episodes")
    target = Path(os.path.abspath(folder))
    listing = find_files(root, parse_exclusion(exclude, target))
    files = preview_files(listing, workers=workers, progress=progress)
    kind = "episode" if any(file.kind == "episode" for file in files) else "note"
    episodes = [file.name for file in files if file.kind == kind]
    if not episodes:
        raise InputError(_describe_nothing(source, files))
    folders = choose_folders(episodes, [file.name for file in files if file.kind != kind])
    excluded = _choose_exclusion(files, episodes, folders)

    def is_built(name: str) -> bool:
        return _is_in(name, folders) and not _is_in(name, excluded)

    included = [file for file in files if is_built(file.name)]
    sources = tuple(_format_source(root / item, target) for item in folders)
    patterns = (*exclude, *(_format_pattern(root, item, target, folders) for item in excluded))
    return ProjectProposal(
        str(target / PROJECT_FILE),
        format_project(_choose_values(sources, patterns, target)),
        sources,
        summarize_files(included, [p for p in listing.problems if is_built(p.file)]),
        (
            *_describe_left_out([file for file in files if not is_built(file.name)]),
            *_describe_unlike([file for file in included if file.kind not in (kind, "unread")]),
            *listing.notes,
            *_describe_project_above(target),
        ),
        patterns,
    )


# -- which folders -------------------------------------------------------------------


def _is_in(name: str, items: Collection[str]) -> bool:
    return any(item in (".", name) or name.startswith(f"{item}/") for item in items)


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
    parents = {PurePosixPath(name).parent for name in episodes}
    common = PurePosixPath(os.path.commonpath([f"/{parent}" for parent in parents])[1:] or ".")
    if common in parents:
        return [str(common)]
    depth = len(common.parts)
    folders = sorted({str(PurePosixPath(*parent.parts[: depth + 1])) for parent in parents})
    is_apart = any(_is_in(name, [str(common)]) and not _is_in(name, folders) for name in others)
    return folders if is_apart and len(folders) <= MAX_SOURCES else [str(common)]


def _choose_exclusion(
    files: Sequence[PreviewedFile], episodes: Sequence[str], folders: Sequence[str]
) -> list[str]:
    """Return the highest folders without episodes, but with other notes, and templates."""
    holding = {path for name in episodes for path in PurePosixPath(name).parents}
    excluded = set()
    for file in files:
        path = PurePosixPath(file.name)
        in_other = not _OTHER_FOLDERS.isdisjoint(PurePosixPath(file.name.lower()).parts[:-1])
        if not _is_in(file.name, folders) or file.name in episodes:
            continue
        if path.parent not in holding and (file.is_read or in_other):
            excluded.add(str([parent for parent in path.parents if parent not in holding][-1]))
        elif path.parent in holding and file.kind == "template":
            excluded.add(file.name)
    return sorted(excluded)


# -- remarks -------------------------------------------------------------------------


def _describe_nothing(source: str | Path, files: Sequence[PreviewedFile]) -> str:
    readable = [file for file in files if file.is_read]
    if readable:
        return (
            f"{source}: no file in it looks like notes of an episode: "
            f"{pluralize(len(readable), 'file')} with front matter, such as "
            f"{_name_files(readable[:1])}, but without a date, a show, tags or another field of an "
            "episode beside the title, or as a template: add such a field; or read them all the "
            f"same with `kgraph build {shlex.quote(str(source))}`"
        )
    advice = "kgraph reads Markdown files that begin with front matter: fields between lines of ---"
    problem = next((problem for file in files for problem in file.problems), None)
    if problem is None:
        return f"{source}: no episodes in it: {advice}"
    return f"{source}: no episode in {pluralize(len(files), 'file')}: {problem}; {advice}"


def _describe_left_out(files: Sequence[PreviewedFile]) -> Iterator[str]:
    """Yield remarks on the files that a build would not read, with how to take them in."""
    folders = Counter(str(PurePosixPath(file.name).parent) for file in files if file.is_read)
    if folders:
        named = sorted(folders, key=lambda folder: (-folders[folder], folder))
        more = len(named) - MAX_NAMED_FOLDERS
        yield (
            f"left out, for they do not look like notes of episodes: "
            f"{', '.join(f'{name}/ {folders[name]:,}' for name in named[:MAX_NAMED_FOLDERS])}"
            f"{f' and {more:,} more folders' if more > 0 else ''}: to build them too, take them "
            "out of exclude, or add them to sources"
        )
    if unread := [file for file in files if not file.is_read]:
        yield f"left out, without front matter that can be read: {_name_files(unread)}"


def _describe_unlike(files: Sequence[PreviewedFile]) -> Iterator[str]:
    if files:
        yield f"a build reads {_name_files(files)}, too: no notes of an episode by the look of it"


def _name_files(files: Sequence[PreviewedFile]) -> str:
    first = shorten_path(Path(files[0].path))
    return first if len(files) == 1 else f"{pluralize(len(files), 'file')} such as {first}"


def _describe_project_above(folder: Path) -> Iterator[str]:
    if above := find_project_file(folder.parent):
        yield f"there is a project above, {above}: from {folder} downwards the new one holds"


# -- the text ------------------------------------------------------------------------


def _format_source(path: Path, folder: Path) -> str:
    """Return a source as the file names it: from its folder, unless that is two folders up."""
    relative = os.path.relpath(path, folder)
    is_far = relative.startswith(os.path.join(os.pardir, os.pardir))
    return str(path if is_far else relative).replace(os.sep, "/")


def _format_pattern(root: Path, item: str, folder: Path, sources: Sequence[str]) -> str:
    """Return the pattern of a file or folder that is left out, and of nothing else.

    It is relative to the project if the sources are below it, else to the source.
    """
    above = folder
    if folder not in (root, *root.parents):
        above = root / next(source for source in sources if _is_in(item, [source]))
    path = root / item
    pattern = "/".join(map(escape_pattern, path.relative_to(above).parts))
    return f"/{pattern}/" if path.is_dir() else f"/{pattern}"


def _choose_values(
    sources: Sequence[str], exclude: Sequence[str], folder: Path
) -> dict[str, object]:
    judgements = JUDGEMENTS_FILE.as_posix()
    if not (folder / JUDGEMENTS_FILE).exists():
        judgements = JUDGEMENTS_FILE.name
    values: dict[str, object] = {"sources": sources, "judgements": judgements}
    if exclude:
        values["exclude"] = exclude
    if (base := _read_base(folder / DEFAULT_STORE)) != BASE_IRI:
        values["base"] = base
    return values


def format_project(values: Mapping[str, object]) -> str:
    """Return the text of a project file: each key with what it means, as a comment if not set.

    Args:
        values: key -> value, of the keys that the file sets; of ``[export]``, ``export.KEY``.

    Raises:
        InputError: a text is not UTF-8.
    """
    lines = ["# What kgraph builds. Paths are relative to this file."]
    for key in DECLARED_KEYS.values():
        name = key.name.rpartition(".")[2]
        lines += ["", f"# {key.description}"]
        if name == "export":
            lines.append("[export]")
        else:
            mark = "" if key.name in values else "# "
            lines.append(f"{mark}{name} = {format_toml(values.get(key.name, key.example))}")
    return "\n".join(lines) + "\n"


def _read_base(store: Path) -> str:
    """Return the base of the graph that is there already, or that of a new one."""
    try:
        return layout.read_meta(layout.find_current_build(store)).base
    except StoreError:
        return BASE_IRI


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
        raise InputError(f"{proposal.file}: {explain_os_error(error)}") from error


def check_no_project(file: str | Path) -> None:
    """Check that there is no project file.

    Raises:
        InputError: there is one; the message says what is wrong with it, if anything is.
    """
    if os.path.lexists(file):
        fault = ""
        try:
            load_project(Path(file)).check_sources()
        except DataError as error:
            fault = f", with a mistake: {error}"
        raise InputError(
            f"{file}: there is a project already{fault}: edit this file, or remove it first; "
            "`kgraph init --dry-run` only prints a new one"
        )
