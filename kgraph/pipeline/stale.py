"""Find the episodes that a build has to redo, given what the last one kept.

An episode is redone when a file of it changed, when its show is another, or when a key that its
decisions looked up has another value in the tables of the corpus (:mod:`kgraph.resolve.lookups`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import msgspec

from kgraph.base.model import format_confidence
from kgraph.graph.assemble import decide_show_edge
from kgraph.graph.records import JudgedShow, ShowEdge
from kgraph.pipeline.kept import KeptResults, KeptSurvey
from kgraph.pipeline.passes import EpisodeOutcome, SurveyResult
from kgraph.resolve.corpus import ConcludedCorpus
from kgraph.resolve.lookups import ChangedKey
from kgraph.resolve.own_entries import OwnEntries
from kgraph.resolve.recordings import Recording, RecordingSummary, are_grouped_alike
from kgraph.resolve.shows.decide import ShowTable
from kgraph.resolve.shows.evidence import ShowEvidence
from kgraph.resolve.surveys import LIST_NUMBERS, SurveyLists

MAX_REASONS = 5  #: of an episode that is redone; more say little


class ChangedSurveys(NamedTuple):
    """The surveys of the files that changed, by name, as they were in the last build and are now.

    A file that gave no episode has none.
    """

    went: dict[str, SurveyLists]
    came: dict[str, SurveyLists]


def find_changed_surveys(kept: KeptResults, surveyed: SurveyResult) -> ChangedSurveys:
    """Return the surveys of the files that changed.

    Args:
        kept: of the last build.
        surveyed: of this one; what is unchanged is taken over from ``kept``.
    """
    files = surveyed.files
    taken_over = {name for name, file in files.items() if isinstance(file.survey, KeptSurvey)}
    went = {
        name: survey
        for name, file in kept.build.files.items()
        if file.segment and name not in taken_over and (survey := kept.get_survey(name).survey)
    }
    came = {
        name: file.survey
        for name, file in files.items()
        if file.survey is not None and name not in taken_over
    }
    return ChangedSurveys(went, came)


def find_unchanged_lists(kept: KeptResults, changed: ChangedSurveys) -> frozenset[str]:
    """Return the names of the lists of a corpus's survey that are the same for all files.

    Args:
        kept: of the last build.
        changed: of this build.
    """
    went, came = changed
    if went.keys() != came.keys():
        # The evidence of shows does not tell the files, which may only have other names.
        shows = (sorted(each.read_list("shows") for each in files.values()) for files in changed)
        return frozenset({"shows"} if next(shows) == next(shows) else ())
    pairs = {name: (old, came[name]) for name, old in went.items()}
    unchanged = {
        name
        for name in LIST_NUMBERS
        if all(old.read_list(name) == new.read_list(name) for old, new in pairs.values())
    }
    if "recordings" not in unchanged and _stay_in_recordings(kept, pairs):
        unchanged.add("recordings")
    return frozenset(unchanged)


def _stay_in_recordings(
    kept: KeptResults, pairs: Mapping[str, tuple[SurveyLists, SurveyLists]]
) -> bool:
    """Return whether changed files are in the same recordings, by their surveys before and now."""
    recordings, compared = kept.corpus.files
    alone = {
        recording.files[0]
        for recording in recordings
        if len(recording.files) == 1 and not recording.contested
    }
    return all(
        old.read_list("recordings") == new.read_list("recordings")
        or (
            name in alone
            and are_grouped_alike(_read_recording(old), _read_recording(new), compared)
        )
        for name, (old, new) in pairs.items()
    )


def _read_recording(survey: SurveyLists) -> RecordingSummary:
    data = survey.read_list("recordings")
    [summary] = msgspec.msgpack.decode(data, type=list[RecordingSummary])
    return summary


def find_stale_episodes(
    kept: KeptResults,
    surveyed: SurveyResult,
    corpus: ConcludedCorpus,
    changes: Mapping[int, ChangedKey],
    own: OwnEntries,
) -> dict[str, tuple[str, ...]]:
    """Return the slugs of the episodes that must be redone, each with the reasons, in order.

    Args:
        surveyed, corpus, own: of this build.
        changes: what differs between the tables of both builds, by number
            (:func:`~kgraph.resolve.lookups.number_key`).
    """
    changed_keys = _find_changed_lookups(kept, changes) if changes else {}
    comparison = _FileComparison(kept, surveyed, corpus)
    own_shows = sorted({entry.name for entry in {*own.shows} ^ {*kept.build.own.shows}})
    find_evidence = surveyed.find_show_evidence
    shows = corpus.tables.shows
    changed_shows = find_show_changes(kept, corpus.recordings, shows, find_evidence)
    show_changes = {change.slug: change for change in changed_shows}
    stale: dict[str, tuple[str, ...]] = {}
    for recording in corpus.recordings:
        slug = recording.slug
        if slug not in kept.episodes:
            stale[slug] = ("it is new", *comparison.list_origins(recording))
            continue
        reasons = [*comparison.list_changes(recording)]
        if show_change := show_changes.get(slug):
            reasons += [f"own entry: {name} changed" for name in own_shows]
            reasons += show_change.list_reasons()
        reasons += changed_keys.get(slug, ())
        if reasons:
            stale[slug] = _limit_reasons(dict.fromkeys(reasons))
    return stale


def _limit_reasons(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return the first reasons, and the number of the others."""
    listed = tuple(reasons)
    more = len(listed) - MAX_REASONS
    return (*listed[:MAX_REASONS], *([f"and {more:,} more"] if more > 0 else ()))


class ShowChange(NamedTuple):
    """The show of an episode, which is another than in the last build, or has other reasons.

    Attributes:
        slug: of the episode.
        old: outcome of the last build.
        show: None if it is undecided.
        judged_show: None if no judgement is about it.
    """

    slug: str
    old: EpisodeOutcome
    show: ShowEdge | None
    judged_show: JudgedShow | None

    def list_reasons(self) -> list[str]:
        """Return the judgements that one of both has, and the show before."""
        before, after = (
            {reason.words for reason in each.reasons} if each else set()
            for each in (self.old.judged_show, self.judged_show)
        )
        words = [f"judgements: {words}" for words in sorted(before ^ after)]
        return [*words, f"its show: {_name_show(self.old.show)} before"]


def find_show_changes(
    kept: KeptResults,
    recordings: Iterable[Recording],
    shows: ShowTable,
    find_evidence: Callable[[str], ShowEvidence],
) -> Iterator[ShowChange]:
    """Yield the episodes of the last build whose show another table decides otherwise.

    Args:
        recordings: of which those that are new are left out.
        find_evidence: of a file, by its name.
    """
    if shows == kept.corpus.tables.shows:
        return
    for recording in recordings:
        if recording.slug in kept.episodes:
            old = kept.read_outcome(recording.slug)
            show, judged_show = decide_show_edge(map(find_evidence, recording.files), shows)
            if (show, judged_show) != (old.show, old.judged_show):
                yield ShowChange(recording.slug, old, show, judged_show)


def _find_changed_lookups(
    kept: KeptResults, changes: Mapping[int, ChangedKey]
) -> dict[str, list[str]]:
    """Return what changed of what each episode looked up, as reasons, by slug."""
    reasons: dict[str, list[str]] = {}
    for slug, numbers in kept.find_lookups(changes.keys()):
        counts = Counter(map(changes.__getitem__, numbers))
        reasons[slug] = [key.describe(count) for key, count in counts.items()]
    return reasons


def find_gone_episodes(kept: KeptResults, corpus: ConcludedCorpus) -> dict[str, tuple[str, ...]]:
    """Return the slugs of the episodes that the last build alone has, each with the reasons."""
    present = {recording.slug for recording in corpus.recordings}
    gone = [each for each in kept.corpus.recordings if each.slug not in present]
    slugs = _map_files(corpus) if gone else {}
    return {
        recording.slug: (
            "it is gone",
            *(f"{name} is of {slugs[name]} now" for name in recording.files if name in slugs),
        )
        for recording in gone
    }


class _FileComparison:
    """Compares the files of episodes with those of the last build."""

    def __init__(self, kept: KeptResults, surveyed: SurveyResult, corpus: ConcludedCorpus) -> None:
        self._old = {recording.slug: recording.files for recording in kept.corpus.recordings}
        self._old_corpus, self._corpus = kept.corpus, corpus
        files = kept.build.files
        self._changed = {
            name
            for name, file in surveyed.files.items()
            if name in files and file.sha256 != files[name].sha256
        }

    @cached_property
    def _old_slugs(self) -> dict[str, str]:
        return _map_files(self._old_corpus)

    @cached_property
    def _slugs(self) -> dict[str, str]:
        return _map_files(self._corpus)

    def list_origins(self, recording: Recording) -> Iterator[str]:
        """Yield the episodes of the last build that had files of a new one."""
        for name in recording.files:
            if slug := self._old_slugs.get(name):
                yield f"{name} was of {slug}"

    def list_changes(self, recording: Recording) -> Iterator[str]:
        before = self._old[recording.slug]
        if before == recording.files and self._changed.isdisjoint(before):
            return
        for name in recording.files:
            if name not in before:
                slug = self._old_slugs.get(name)
                yield f"{name} was of {slug}" if slug else f"{name} is new"
            elif name in self._changed:
                yield f"{name} changed"
        for name in sorted(set(before).difference(recording.files)):
            slug = self._slugs.get(name)
            yield f"{name} is of {slug} now" if slug else f"{name} is gone"


def _map_files(corpus: ConcludedCorpus) -> dict[str, str]:
    return {name: recording.slug for recording in corpus.recordings for name in recording.files}


def _name_show(show: ShowEdge | None) -> str:
    return f"{show.label} ({format_confidence(show.confidence)})" if show else "unknown"
