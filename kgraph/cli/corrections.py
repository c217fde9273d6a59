"""Write and preview judgements for the commands ``judge`` and ``review``, and say what they did."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.base.errors import StoreError, StoreMissingError
from kgraph.base.text import shorten_path
from kgraph.cli import options, streams
from kgraph.cli.build_report import print_applied_build, print_written_build
from kgraph.store.origin import BuildOrigin, read_origin

if TYPE_CHECKING:
    from kgraph.judging.correct import Correction
    from kgraph.judging.judgement_effect import JudgementEffect
    from kgraph.project import ProjectSettings
    from kgraph.resolve.judgement import Judgement

#: Episodes of a graph up to which what a written judgement changes is counted at once: of 1,014
#: episodes it takes 0.5 s of CPU more.
MAX_COUNTED_EPISODES = 2_000


class Corrector:
    """Writes judgements for a command.

    Args:
        store: folder of the store.
        judgements: the file that the user or the project names; "" for none.
        project: the project, if there is one.
        format: table or json.
    """

    def __init__(
        self, store: Path, judgements: str, project: ProjectSettings | None, format: str = "table"
    ) -> None:
        from kgraph.judging.correct import choose_judgement_file

        self._store = store
        self._judgements = judgements
        self._project = project
        self._format = format
        self._choice = choose_judgement_file(store, judgements, project)

    @property
    def file(self) -> Path:
        """The file of judgements."""
        return self._choice.output

    def check_file(self) -> None:
        """Raise InputError if the user named a file that does not exist."""
        self._choice.check()

    def load(self) -> tuple[Judgement, ...]:
        """Load the judgements of the file; raises as check_file()."""
        return self._choice.load()

    def write(self, judgement: Judgement, *, build: bool) -> None:
        """Write a judgement, build if asked, and print what became of it.

        Raises:
            KgraphError: as of :func:`kgraph.judging.correct.write_judgements`.
        """
        from kgraph.cli.progress import show_progress
        from kgraph.judging import correct

        correction = correct.write_judgements(
            self._store, [judgement], file=self._judgements, project=self._project, build=False
        )
        [made] = correction.written or correction.present
        done = f"{correct.describe_correction(correction)}, but not built"
        with self.advise_if_interrupted(done), show_progress() as progress:
            notes = [*_note_joined_entity(judgement, made), *self.list_choice_notes()]
            if build:
                correction = correct.apply_correction(
                    self._store, correction, self._project, progress
                )
            else:
                notes += self.describe_changes(correction.written)
        self._print(correction, notes)

    def record(self, judgements: Sequence[Judgement]) -> Correction:
        """Write judgements, all or none, without building or printing.

        Raises:
            DataError: one contradicts another one, or the file cannot be written.
        """
        from kgraph.judging.correct import write_judgements

        return write_judgements(self._store, judgements, file=self.file, build=False)

    def withdraw(self, judgements: Sequence[Judgement]) -> None:
        """Remove recorded judgements, all or none, without building or printing.

        Raises:
            InputError: one is not on its line by now.
            DataError: the file cannot be written.
        """
        from kgraph.judging.correct import undo_judgements

        lines = [judgement.line for judgement in judgements]
        undo_judgements(self._store, lines, expected=judgements, file=self.file, build=False)

    def remove(self, lines: Sequence[int], *, build: bool) -> None:
        """Remove the judgements on some lines, 0 for the last, and print how to bring them back.

        Raises:
            KgraphError: as of :func:`kgraph.judging.correct.undo_judgements`.
        """
        from kgraph.cli.progress import show_progress
        from kgraph.judging.correct import undo_judgements

        with self.advise_if_interrupted(count=len(lines)), show_progress() as progress:
            correction = undo_judgements(
                self._store,
                lines,
                file=self._judgements,
                project=self._project,
                build=build,
                progress=progress,
            )
        notes = [
            f"note: to bring it back: {format_judge_command(judgement, self._name_files())}"
            for judgement in correction.removed
        ]
        self._print(correction, [*notes, *self.list_choice_notes()])

    def preview(self, judgement: Judgement) -> None:
        """Print what a judgement would change."""
        from kgraph.judging.judgement_preview import preview_judgement
        from kgraph.store import Store

        effect = preview_judgement(Store(self._store), judgement, self.load(), str(self.file))
        self._print_effect(effect)
        for note in _note_joined_entity(judgement, effect.judgements[0]):
            streams.print_remark(note)

    def preview_removal(self, lines: Sequence[int]) -> None:
        """Print what the removal of the judgements on some lines, 0 for the last, would change."""
        from kgraph.judging.judgement_preview import preview_judgements
        from kgraph.resolve.judgements_file import find_judgement
        from kgraph.store import Store

        earlier = self.load()
        removed = {find_judgement(self.file, earlier, line) for line in lines}
        later = [judgement for n, judgement in enumerate(earlier) if n not in removed]
        self._print_effect(preview_judgements(Store(self._store), earlier, later, str(self.file)))

    def build(self) -> None:
        """Build with new judgements of the file, and print what changed.

        Raises:
            KgraphError: as of :func:`kgraph.project.rebuild.rebuild_store`.
        """
        from kgraph.cli.progress import show_progress
        from kgraph.judging.correct import rebuild_graph

        with show_progress() as progress:
            report, changes = rebuild_graph(
                self._store, judgements=self._judgements, project=self._project, progress=progress
            )
        print_applied_build(report, changes, self._store)

    @contextmanager
    def advise_if_interrupted(self, words: str = "", count: int = 1) -> Iterator[None]:
        """Name the command that applies written judgements if Ctrl-C ends a block, their build.

        Args:
            words: what stays of the work, unless the interruption tells it.
            count: number of judgements.
        """
        try:
            yield
        except KeyboardInterrupt as error:
            if not (words := str(error) or words):  # nothing is written
                raise
            raise KeyboardInterrupt(f"{words}: {self.describe_next_build(count)}") from error

    def describe_next_build(self, count: int = 1) -> str:
        """Return the advice to build, with the command, to apply some judgements."""
        folder, command = "", ["kgraph", "build", *self._name_files()]
        if self._project is None:
            origin = _read_origin(self._store)
            sources = [source for source in origin.sources if source != "-"]
            if origin.exclude.folder not in ("", os.path.abspath(os.curdir)):
                folder, command = origin.exclude.folder, self._name_build_elsewhere(origin)
            else:
                sources = [shorten_path(Path(source)) for source in sources]
            command[2:2] = sources or ["PATH..."]
            command += [f"--exclude={pattern}" for pattern in origin.exclude.patterns]
        words = (f"cd {shlex.quote(folder)} && " if folder else "") + shlex.join(command)
        return f"build again to apply {'it' if count < 2 else 'them'}: {words}"

    def _name_build_elsewhere(self, origin: BuildOrigin) -> list[str]:
        """Return the command to build, without sources, from the folder of its patterns."""
        from kgraph.project import find_project_file

        words = ["kgraph", "build", "--store", os.path.abspath(self._store)]
        words += ["--judgements", os.path.abspath(self.file)]
        has_project = find_project_file(origin.exclude.folder) and not origin.project
        return [*words, "--no-project"] if has_project else words

    def _name_files(self) -> list[str]:
        """Return the options by which a further command finds the same store and judgements."""
        from kgraph.project import find_project_file

        default_store, default_judgements = str(options.DEFAULT_STORE), ""
        if project := self._project:
            default_judgements = shorten_path(project.judgements)
            is_found = find_project_file() == project.file
            default_store = shorten_path(project.store) if is_found else ""
        words = []
        if (folder := shorten_path(self._store)) != default_store:
            words += ["--store", folder]
        if self._judgements not in ("", default_judgements):
            words += ["--judgements", self._judgements]
        return words

    def describe_changes(self, written: Sequence[Judgement]) -> Iterator[str]:
        """Yield notes on what new judgements change.

        Yields nothing without a graph, or where nothing is printed.
        """
        from kgraph.judging.judgement_preview import preview_judgements
        from kgraph.store import Store

        if not written or streams.is_quiet():
            return
        lines = [str(judgement.line) for judgement in written]
        undo = ["kgraph", "judge", "--undo", *lines, "--preview", *self._name_files()]
        later = self.load()
        earlier = [judgement for judgement in later if judgement not in written]
        with suppress(StoreError):  # only a build can tell
            opened = Store(self._store)
            if len(opened.slugs) > MAX_COUNTED_EPISODES:
                yield f"note: `{shlex.join(undo)}` tells what changes"
                return
            effect = preview_judgements(opened, earlier, later, str(self.file))
            hint = "" if effect.is_empty else f": `{shlex.join(undo)}` lists it"
            yield f"note: {effect.extent}{hint}"
            yield from (f"note: {note}" for note in effect.notes)

    def list_choice_notes(self) -> list[str]:
        """Return notes on the choice of the file, if the user named one."""
        return [f"note: {note}" for note in self._choice.notes if self._judgements]

    def _print(self, correction: Correction, notes: Sequence[str]) -> None:
        from kgraph.cli.json_output import print_json
        from kgraph.judging.correct import describe_correction

        if self._format == "json":
            print_json(correction)
        report, changes = correction.report, correction.changes
        state = "" if report else self._describe_state(correction)
        streams.print_remark(describe_correction(correction) + state)
        for note in notes:
            streams.print_remark(note)
        if report and changes is not None:
            show = print_applied_build if correction.written else print_written_build
            show(report, changes, self._store)

    def _describe_state(self, correction: Correction) -> str:
        """Return what is to be done about a correction that no build followed, if anything."""
        removed = correction.removed
        if removed and self._has_build_read(removed) is False:
            return f": no build has used {'it' if len(removed) == 1 else 'them'}"
        if not (removed or correction.written) and self._has_build_read(correction.present):
            return ", and so has the last build"
        return f": {self.describe_next_build(len(removed))}"

    def _has_build_read(self, judgements: Sequence[Judgement]) -> bool | None:
        """Check whether the last build read any of some judgements; None if it cannot be told."""
        from kgraph.judging.correct import read_applied_judgements
        from kgraph.store import Store

        try:
            built = read_applied_judgements(Store(self._store)).read
        except StoreMissingError:
            return False
        except StoreError:
            return None
        return any(judgement.without_line() in built for judgement in judgements)

    def _print_effect(self, effect: JudgementEffect) -> None:
        from kgraph.cli.json_output import print_result

        print_result(effect, self._format, _print_effect_lines)


def _print_effect_lines(effect: JudgementEffect) -> None:
    """Print an effect; notes go to standard error."""
    from kgraph.cli.printing import print_lines
    from kgraph.judging.judgement_effect import describe_effect

    print_lines(describe_effect(effect))
    for note in effect.notes:
        streams.print_remark(f"note: {note}")


def _note_joined_entity(given: Judgement, judgement: Judgement) -> list[str]:
    from kgraph.graph.judged_names import describe_joined_entity

    note = describe_joined_entity(given, judgement)
    return [f"note: {note}"] if note else []


def _read_origin(store: Path) -> BuildOrigin:
    try:
        return read_origin(store)
    except StoreError:  # whatever reads the graph reports it
        return BuildOrigin()


def format_judge_command(judgement: Judgement, files: Sequence[str] = ()) -> str:
    """Return the command that makes a judgement.

    Args:
        files: options that name its store and file.

    >>> from kgraph.resolve.judgement import make_judgement
    >>> format_judge_command(make_judgement("reject", ["-1 Labs"], why="no name", by="ann"))
    "kgraph judge --why 'no name' --by ann reject -- '-1 Labs'"
    """
    words = ["kgraph", "judge"]
    for option in ("type", "why", "by"):
        if value := getattr(judgement, option):
            words += [f"--{option}", value]
    words += files
    is_like_option = any(name.startswith("-") for name in judgement.names)
    return shlex.join(
        [*words, judgement.verb, *(["--"] if is_like_option else []), *judgement.names]
    )
