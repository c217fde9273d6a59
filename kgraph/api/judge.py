"""The methods by which people judge what the graph holds."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kgraph.api.opened import StoreBacked
from kgraph.base.model import EntityType
from kgraph.resolve.judgement import Judgement, Verb
from kgraph.store.origin import LAST_JUDGEMENTS, choose_judgements

if TYPE_CHECKING:
    from kgraph.views.review import Case


class JudgeMixin(StoreBacked):
    """What people decide of a graph's names."""

    def review_queue(
        self,
        *,
        judgements: str | Path = LAST_JUDGEMENTS,
        types: Collection[str] = (),
        limit: int | None = None,
    ) -> list[Case]:
        """The names where a judgement puts most rows right.

        Args:
            judgements: file of judgements that people made, by default that of the last build;
                what they settled is left out.
            types: only what was taken for one of these types, if any.
            limit: how many at the most.
        """
        from kgraph.views.review import build_review_queue, load_settled_keys

        done = load_settled_keys(self._judgement_file(judgements))
        return build_review_queue(self.graph, settled_keys=done, types=types, limit=limit)

    def judge(
        self,
        verb: Verb,
        *names: str,
        type: EntityType | Literal[""] = "",
        why: str = "",
        by: str = "",
        judgements: str | Path = LAST_JUDGEMENTS,
    ) -> Judgement:
        """Write down what a person decided; the next build applies it.

        Args:
            verb: same, different, type, rename, reject or accept.
            names: what is judged: names, or ids such as product/gemini; to rename, the old name
                and the new.
            type: the type; reject and different take none.
            why: the reason, for those who come after.
            by: who judges; by default the user's name.
            judgements: file to write to; by default that of the last build.

        Returns:
            The judgement, with its line.

        Raises:
            InputError: it says nothing that can be meant.
            DataError: it contradicts one that stands in the file, or that cannot be written.
        """
        from kgraph.resolve.judgement import make_judgement
        from kgraph.resolve.judgements_file import append_judgement, load_judgements
        from kgraph.views.judging import sign_judgement

        file = self._judgement_file(judgements)
        append_judgement(file, sign_judgement(make_judgement(verb, names, type=type, why=why), by))
        return load_judgements(file)[-1]

    def judgements(self, judgements: str | Path = LAST_JUDGEMENTS) -> list[Judgement]:
        """What people decided, with the lines on which it stands.

        Args:
            judgements: the file; by default that of the last build.

        Raises:
            DataError: the file is no list of judgements.
        """
        from kgraph.resolve.judgements_file import load_judgements

        return list(load_judgements(self._judgement_file(judgements)))

    def undo_judgement(
        self, line: int = 0, *, judgements: str | Path = LAST_JUDGEMENTS
    ) -> Judgement:
        """Remove a judgement from its file; the next build no longer applies it.

        Args:
            line: where it begins; 0 for the last one.
            judgements: the file; by default that of the last build.

        Returns:
            What was removed.

        Raises:
            InputError: there is no judgement, or none on that line.
        """
        from kgraph.resolve.judgements_file import remove_judgement

        return remove_judgement(self._judgement_file(judgements), line)

    def _judgement_file(self, named: str | Path) -> Path:
        return choose_judgements(self.store.path, named, write=True).output
