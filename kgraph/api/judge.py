"""Methods for the judgements that people make on names."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgraph.api.store_backed import StoreBacked
from kgraph.store.origin import LAST_JUDGEMENTS, choose_judgements

if TYPE_CHECKING:
    from kgraph.base.model import EntityType
    from kgraph.resolve.judgement import Judgement, Verb
    from kgraph.views.review import Case


class JudgeMixin(StoreBacked):
    def review_queue(
        self,
        *,
        judgements: str | Path = LAST_JUDGEMENTS,
        types: Collection[str] = (),
        limit: int | None = None,
        misheard: bool = False,
    ) -> list[Case]:
        """List the names where a judgement is expected to correct most rows.

        Args:
            judgements: file of judgements; names that they settle are left out.
            types: only names that were decided as one of these types, if any.
            limit: how many at most.
            misheard: only names that are probably another name, misheard.
        """
        from kgraph.views.review import build_review_queue, load_judgement_table

        table = load_judgement_table(self._judgement_file(judgements))
        return build_review_queue(
            self.graph,
            settled_keys=table.decided_keys,
            different_pairs=table.different_pairs,
            types=types,
            misheard=misheard,
            limit=limit,
        )

    def judge(
        self,
        verb: Verb,
        *names: str,
        type: EntityType | Literal[""] = "",
        why: str = "",
        by: str = "",
        judgements: str | Path = LAST_JUDGEMENTS,
    ) -> Judgement:
        """Record a person's decision and return it with its line; the next build applies it.

        Args:
            verb: same, different, type, rename, reject or accept.
            names: names, or ids such as product/gemini; to rename, the old name and the new.
            type: the type; not for reject and different.
            why: the reason, for later readers.
            by: name of the judge; by default the user's name.
            judgements: file to write to.

        Raises:
            InputError: verb, names and type do not fit together.
            DataError: it contradicts a judgement in the file, or the file cannot be written.
        """
        from kgraph.resolve.judgement import make_judgement
        from kgraph.resolve.judgements_file import append_judgement, load_judgements
        from kgraph.views.judging import sign_judgement

        file = self._judgement_file(judgements)
        append_judgement(file, sign_judgement(make_judgement(verb, names, type=type, why=why), by))
        return load_judgements(file)[-1]

    def judgements(self, judgements: str | Path = LAST_JUDGEMENTS) -> list[Judgement]:
        """List the judgements of a file, with their lines in it.

        Raises:
            DataError: the file is not a list of judgements.
        """
        from kgraph.resolve.judgements_file import load_judgements

        return list(load_judgements(self._judgement_file(judgements)))

    def undo_judgement(
        self, line: int = 0, *, judgements: str | Path = LAST_JUDGEMENTS
    ) -> Judgement:
        """Remove a judgement from its file and return it; the next build no longer applies it.

        Args:
            line: line at which it begins; 0 for the last judgement.
            judgements: the file.

        Raises:
            InputError: the file has no judgement, or none on that line.
        """
        from kgraph.resolve.judgements_file import remove_judgement

        return remove_judgement(self._judgement_file(judgements), line)

    def _judgement_file(self, path: str | Path) -> Path:
        return choose_judgements(self.store.path, path, write=True).output
