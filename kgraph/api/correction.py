"""Methods that correct the graph: what to judge first, judgements, their effect, a new build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgraph.api.store_backed import StoreBacked, check_names
from kgraph.base.arguments import check_count
from kgraph.graph.selection import NamesArgument, collect_names
from kgraph.store.origin import LAST_JUDGEMENTS, JudgementsChoice

if TYPE_CHECKING:
    from kgraph.base.model import EntityType
    from kgraph.base.progress import Progress
    from kgraph.judging.correct import Correction
    from kgraph.judging.judgement_effect import JudgementEffect
    from kgraph.judging.review_queue import ReviewQueue
    from kgraph.pipeline import Report
    from kgraph.project import ProjectSettings
    from kgraph.resolve.judgement import Judgement, Verb


class CorrectionMixin(StoreBacked):
    report: Report | None
    project: ProjectSettings | None

    def review(
        self,
        *,
        judgements: str | Path = LAST_JUDGEMENTS,
        types: NamesArgument = (),
        limit: int | None = None,
        misheard: bool = False,
        all: bool = False,
    ) -> ReviewQueue:
        """List the names where a judgement is expected to correct most rows.

        Args:
            judgements: file of judgements; names that they settle are left out.
            types: only names that were decided as one of these types, if any; noise for those that
                were rejected.
            limit: how many at most, from 1 on; None for all.
            misheard: only names that are probably another name, misheard.
            all: also, at the end, the names that are so sure that judging is not worth the time.

        Returns:
            Cases, best first, that iterate, count and index like a list; to_pandas() and
            to_polars() give data frames, and ``end`` tells how sure the names left out are.

        Raises:
            InputError: a type is unknown, the limit is below 1, or the named file does not exist.
            DataError: the file is no list of judgements, or two contradict each other.
        """
        from kgraph.judging.review import load_review_queue

        choice = self._choose_judgements(judgements)
        choice.check()
        chosen = collect_names("types", types)
        return load_review_queue(
            self.graph, choice.output, types=chosen, misheard=misheard, limit=limit, all=all
        )

    def preview_judgement(
        self,
        verb: Verb,
        *names: str,
        type: EntityType | Literal[""] = "",
        judgements: str | Path = LAST_JUDGEMENTS,
    ) -> JudgementEffect:
        """Tell what a judgement would change, without writing or building anything.

        Args:
            verb, names, type: as in judge().
            judgements: file of the judgements that are there already.

        Returns:
            Rows, entities and ids that change, with examples; str() is a short text.

        Raises:
            InputError: verb, names and type do not fit together, a name is not a text, or the
                named file does not exist.
            DataError: it contradicts a judgement in the file.
            StoreOutdatedError: another version of kgraph built the graph: build again first.
        """
        from kgraph.judging.judgement_preview import preview_judgement

        choice = self._choose_judgements(judgements)
        earlier = choice.load()
        judgement = _make_judgement(verb, names, type=type)
        return preview_judgement(self.store, judgement, earlier, str(choice.output))

    def judge(
        self,
        verb: Verb,
        *names: str,
        type: EntityType | Literal[""] = "",
        why: str = "",
        by: str = "",
        judgements: str | Path = LAST_JUDGEMENTS,
        build: bool = False,
        progress: Progress | None = None,
    ) -> Judgement:
        """Record a person's decision; the next build applies it.

        Args:
            verb: same, different, type, rename, reject, accept, sameas or not-sameas.
            names: names, or ids such as product/gemini; to rename, the old name and the new; of
                sameas and not-sameas a name, then its ids in other registers. The first of same
                becomes the label of the entity that it means in this graph, if it means one.
            type: the type, for same, type, rename and accept.
            why: the reason, for later readers.
            by: name of the judge; by default the user's name.
            judgements: file to write to.
            build: build at once, as rebuild() does.
            progress: of that build.

        Returns:
            The judgement, with its line. If the file has one already that decides the same, that
            one, with its own reason and author: nothing is written.

        Raises:
            InputError: verb, names and type do not fit together, or a value is not a text.
            DataError: it contradicts a judgement in the file, or the file cannot be written.
            InputError, DataError, StoreError: the build is not possible; the judgement is written.
        """
        from kgraph.judging.signature import sign_judgement

        judgement = sign_judgement(_make_judgement(verb, names, type=type, why=why), by)
        correction = self._write_judgements(
            [judgement], file=judgements, build=build, progress=progress
        )
        return (*correction.written, *correction.present)[0]

    def restore_judgement(
        self,
        judgement: Judgement,
        *,
        judgements: str | Path = LAST_JUDGEMENTS,
        build: bool = False,
        progress: Progress | None = None,
    ) -> Judgement:
        """Record a judgement that undo_judgement() removed, signed as it was.

        Args:
            judgement: the removed one.
            judgements, build, progress: as in judge().

        Returns:
            The judgement with its new line, or one that decides the same, as judge() does.

        Raises:
            InputError: the judgement is not valid.
            DataError: it contradicts a judgement in the file, or the file cannot be written.
            InputError, DataError, StoreError: the build is not possible; the judgement is written.
        """
        correction = self._write_judgements(
            [judgement], file=judgements, as_given=True, build=build, progress=progress
        )
        return (*correction.written, *correction.present)[0]

    def judgements(
        self, judgements: str | Path = LAST_JUDGEMENTS, *, verb: Verb | Literal[""] = ""
    ) -> list[Judgement]:
        """List the judgements of a file, with their lines in it.

        Args:
            judgements: the file.
            verb: only those with it; "" for all.

        Raises:
            InputError: the named file does not exist, or there is no such verb.
            DataError: the file is not a list of judgements.
        """
        from kgraph.resolve.judgement import select_judgements

        return select_judgements(self._choose_judgements(judgements).load(), verb)

    def undo_judgement(
        self,
        line: int = 0,
        *,
        judgements: str | Path = LAST_JUDGEMENTS,
        build: bool = False,
        progress: Progress | None = None,
    ) -> Judgement:
        """Remove a judgement from its file and return it; the next build no longer applies it.

        restore_judgement() brings it back.

        Args:
            line: line at which it begins; 0 for the last judgement.
            judgements: the file.
            build, progress: as in judge().

        Raises:
            InputError: the line is no whole number from 0 on, or the named file does not exist, has
                no judgement, or none on that line.
            DataError: the file is no list of judgements or cannot be written, or the judgement
                shares its lines with others.
            InputError, DataError, StoreError: the build is not possible; the judgement is removed.
        """
        from kgraph.base.progress import default_progress
        from kgraph.judging.correct import undo_judgements

        check_count("line", line, minimum=0)
        correction = undo_judgements(
            self.store.path,
            [line],
            file=judgements,
            project=self.project,
            build=build,
            progress=progress or default_progress(),
        )
        self._show_correction(correction)
        return correction.removed[0]

    def rebuild(
        self, *, judgements: str | Path = LAST_JUDGEMENTS, progress: Progress | None = None
    ) -> Report:
        """Build again from what the last build read; this graph is the new one from then on.

        Only what changed is done again, such as what new judgements change: diff() lists it.

        Args:
            judgements: file of judgements.
            progress: as in build().

        Raises:
            InputError: the last build read standard input, or its files are gone.
            DataError: lexicon, ontology, judgements or the project file are wrong.
            StoreError: the store cannot be written.
        """
        from kgraph.base.progress import default_progress
        from kgraph.project.rebuild import rebuild_store

        report = rebuild_store(
            self.store.path,
            judgements=judgements,
            project=self.project,
            progress=progress or default_progress(),
        )
        self._open_build(report)
        return report

    def _write_judgements(
        self,
        judgements: Sequence[Judgement],
        *,
        file: str | Path,
        as_given: bool = False,
        build: bool,
        progress: Progress | None,
    ) -> Correction:
        from kgraph.base.progress import default_progress
        from kgraph.judging.correct import write_judgements

        correction = write_judgements(
            self.store.path,
            judgements,
            file=file,
            project=self.project,
            as_given=as_given,
            build=build,
            progress=progress or default_progress(),
        )
        self._show_correction(correction)
        return correction

    def _show_correction(self, correction: Correction) -> None:
        if correction.report is not None:
            self._open_build(correction.report)

    def _open_build(self, report: Report | None) -> None:
        self.report = report
        self._reopen()

    def _choose_judgements(self, path: str | Path) -> JudgementsChoice:
        from kgraph.judging.correct import choose_judgement_file

        return choose_judgement_file(self.store.path, path, self.project)


def _make_judgement(verb: str, names: Sequence[str], **fields: str) -> Judgement:
    from kgraph.resolve.judgement import make_judgement

    check_names(names)
    return make_judgement(verb, names, **fields)
