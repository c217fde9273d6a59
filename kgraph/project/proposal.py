"""Propose the first project file of a folder of episodes, and write it.

Takes a folder; gives the text of a ``kgraph.toml`` that names the smallest folders with all
episodes and what to leave out of them, and a preview of what a build would read. A folder of
software may have hundreds of Markdown files, and a vault notes on people and companies: none is a
reason to read its folder, and remarks say what is left out.
"""

from __future__ import annotations

import glob
import json
import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from kgraph.project.file_kinds import choose_kind
from kgraph.project.preview import PreviewedFile, SourcePreview, preview_files, summarize_files
from kgraph.project.proposed_sources import ChosenSources, ProposedSource, propose_sources
from kgraph.project.settings import PROJECT_FILE, load_project
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.store import DEFAULT_STORE, layout

MAX_LEFT_FOLDERS = 5  #: folders of what is left out that are named one by one

_HEAD = """\
# What kgraph builds, and what its commands do by default. Paths are relative to this file.
"""

_NO_EXCLUDE = (
    '# exclude = ["Templates/", "*.draft.md"]  # left out of the sources, as of .gitignore'
)

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
    kind = choose_kind([file.kind for file in files])
    chosen = propose_sources(
        [file.name for file in files if file.kind == kind],
        [file.name for file in files if file.kind != kind],
        [file.name for file in files if file.kind not in (kind, "unread")],
        [file.name for file in files if file.kind == "template"],
    )
    if not chosen.sources:
        raise InputError(_describe_nothing(source, files))
    included = [file for file in files if chosen.has_file(file.name)]
    left = [file for file in files if not chosen.has_file(file.name)]
    problems = [problem for problem in listing.problems if chosen.has_file(problem.file)]
    folders = [str(root / item.folder) for item in chosen.sources if not item.pattern]
    sources = tuple(_format_source(root, item, target) for item in chosen.sources)
    patterns = {
        item: _format_pattern(root, item, target, chosen, [file.name for file in included])
        for item in chosen.excluded
    }
    excluded = (*exclude, *patterns.values())
    return ProjectProposal(
        str(target / PROJECT_FILE),
        _format_text(sources, excluded, target),
        sources,
        summarize_files(included, problems, folders),
        (
            *_describe_left_out(
                left, chosen, patterns, lambda item: _format_source(root, item, target)
            ),
            *_describe_unlike([file for file in included if file.kind not in (kind, "unread")]),
            *listing.notes,
            *_describe_project_above(target),
        ),
        excluded,
    )


def _describe_nothing(source: str | Path, files: Sequence[PreviewedFile]) -> str:
    readable = [file for file in files if file.is_read]
    if readable:
        begin = "begins" if len(readable) == 1 else "begin"
        return (
            f"{source}: no file in it looks like notes of an episode: "
            f"{pluralize(len(readable), 'file')} {begin} with front matter, such as "
            f"{_name_files(readable[:1])}, but without a date, a show, tags or another field of an "
            "episode beside the title, or as a template: add such a field; or read them all the "
            f"same with `kgraph build {shlex.quote(str(source))}`"
        )
    advice = "kgraph reads Markdown files that begin with front matter: fields between lines of ---"
    problem = next((problem for file in files for problem in file.problems), None)
    if problem is None:
        return f"{source}: no episodes in it: {advice}"
    return f"{source}: no episode in {pluralize(len(files), 'file')}: {problem}; {advice}"


def _describe_left_out(
    files: Sequence[PreviewedFile],
    chosen: ChosenSources,
    patterns: Mapping[str, str],
    format_source: Callable[[ProposedSource], str],
) -> Iterator[str]:
    """Yield remarks on the files that a build would not read, with how to take them in.

    Args:
        patterns: what is left out of the sources -> its pattern.
    """
    by_folder: dict[str, list[PreviewedFile]] = {}
    for file in files:
        if file.is_read:
            folder = chosen.find_excluded(file.name) or str(PurePosixPath(file.name).parent)
            by_folder.setdefault(folder, []).append(file)
    ranked = sorted(by_folder.items(), key=lambda item: (-len(item[1]), item[0]))
    for folder, group in ranked[:MAX_LEFT_FOLDERS]:
        if folder in patterns:
            advice = f"take {quote_toml(patterns[folder])} out of exclude"
        else:
            suffixes = sorted({PurePosixPath(file.name).suffix for file in group})
            sources = (format_source(ProposedSource(folder, f"*{suffix}")) for suffix in suffixes)
            advice = f"add {' and '.join(map(quote_toml, sources))} to sources"
        yield (
            f"left out, for {_describe_look(len(group))}: {_name_files(group)}; to build "
            f"{'it' if len(group) == 1 else 'them'} too, {advice}"
        )
    if rest := ranked[MAX_LEFT_FOLDERS:]:
        count = sum(len(group) for _, group in rest)
        folders = pluralize(len(rest), "more folder")
        yield f"left out likewise: {pluralize(count, 'file')} in {folders}"
    unread = [file for file in files if not file.is_read]
    if unread:
        yield f"left out, without front matter that can be read: {_name_files(unread)}"


def _describe_unlike(files: Sequence[PreviewedFile]) -> Iterator[str]:
    """Yield a remark on files in the sources that do not look like episodes."""
    if files:
        yield f"a build reads {_name_files(files)}, too, though {_describe_look(len(files))}"


def _describe_look(count: int) -> str:
    return f"{'it does' if count == 1 else 'they do'} not look like notes of episodes"


def _name_files(files: Sequence[PreviewedFile]) -> str:
    first = shorten_path(Path(files[0].path))
    return first if len(files) == 1 else f"{pluralize(len(files), 'file')} such as {first}"


def _describe_project_above(folder: Path) -> Iterator[str]:
    if above := find_project_file(folder.parent):
        yield f"there is a project above, {above}: from {folder} downwards the new one holds"


# -- the text ------------------------------------------------------------------------


def _format_source(root: Path, source: ProposedSource, folder: Path) -> str:
    """Return a source as the file names it: from its folder, unless that is two folders up."""
    path = str(root / source.folder)
    relative = os.path.relpath(path, folder)
    is_far = relative.startswith(os.path.join(os.pardir, os.pardir))
    written = path if is_far else relative
    if source.pattern:
        above = "" if written == os.curdir else glob.escape(written)
        written = os.path.join(above, source.pattern)
    return written.replace(os.sep, "/")


def _format_pattern(
    root: Path, item: str, folder: Path, chosen: ChosenSources, included: Iterable[str]
) -> str:
    """Return the pattern of a file or folder that is left out.

    It is relative to the project if the sources are below it, else to the source. The name of a
    folder alone holds at any depth, unless a file that is read is in one of that name.

    Args:
        item: relative to ``root``; a folder ends in ``/``.
        included: names of the files that are read.
    """
    path, above = root / item, folder
    if folder not in (root, *root.parents):
        sources = (source for source in chosen.sources if source.has_file(item))
        above = root / next(sources).folder
    parts = path.relative_to(above).parts
    is_anchored = item[-1] != "/" or any(
        parts[0] in PurePosixPath(name).parts[:-1] for name in included
    )
    lead = "/" if len(parts) == 1 and is_anchored else ""
    return lead + "/".join(map(escape_pattern, parts)) + ("/" if item[-1] == "/" else "")


def _format_text(sources: Sequence[str], exclude: Sequence[str], folder: Path) -> str:
    store = folder / DEFAULT_STORE
    base = _read_base(store)
    judgements = JUDGEMENTS_FILE.as_posix()
    if not (folder / JUDGEMENTS_FILE).exists():
        judgements = JUDGEMENTS_FILE.name
    base_line = f"base = {quote_toml(base or BASE_IRI)}"
    lines = [
        f"sources = {_format_list(sources)}",
        f"exclude = {_format_list(exclude)}" if exclude else _NO_EXCLUDE,
        f"judgements = {quote_toml(judgements)}  # what you decide with `kgraph judge`",
        f'# store = "{DEFAULT_STORE.as_posix()}"',
        base_line if base not in ("", BASE_IRI) else f"# {base_line}  # of IRIs, for good",
    ]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _format_list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quote_toml, texts))}]"


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
        raise InputError(f"{proposal.file}: {explain_os_error(error)}") from error


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
