"""Corpus-wide knowledge: surveyed file by file, then turned into tables that every file uses.

Surveys add up in any order, so shards of a corpus can be surveyed anywhere. With the tables, each
recording is then resolved on its own.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.resolve.entry_changes import ENTRY_TABLES, TableKey
from kgraph.resolve.hash_counts import HashCounts
from kgraph.resolve.judgement_table import JudgementTable
from kgraph.resolve.knowledge import (
    Knowledge,
    NameTables,
    add_tables,
    find_spelling,
    list_spelled_keys,
    load_shipped_knowledge,
    tabulate_names,
)
from kgraph.resolve.lookups import (
    ChangedKey,
    LoggedTable,
    TablePath,
    find_changed_keys,
    get_table,
    log_tables_of,
    number_key,
    replace_items,
)
from kgraph.resolve.mentions.decide import FormBuilder
from kgraph.resolve.mentions.row import SurfaceForm
from kgraph.resolve.name_counts import count_names
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.resolve.quotes import sponsors
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints, fingerprint_quotes
from kgraph.resolve.quotes.passages import fingerprint_contexts
from kgraph.resolve.quotes.quote_table import QuoteTable
from kgraph.resolve.quotes.sponsors import SponsorCounts
from kgraph.resolve.recordings import GroupedFiles, Recording, group_recordings, summarise_file
from kgraph.resolve.shows.decide import ShowTable, judge_show_table
from kgraph.resolve.shows.evidence import ShowEvidence, observe_show
from kgraph.resolve.shows.known_shows import ShowRegistry, load_show_registry
from kgraph.resolve.survey_partitions import MapTasks, map_here, reduce_names
from kgraph.resolve.surveys import CorpusSurvey, EncodedSurveys, compare_names

ItemT = TypeVar("ItemT")


class CorpusTables(msgspec.Struct, array_like=True):
    """Tables that decisions need besides a recording's own files."""

    knowledge: Knowledge
    quotes: QuoteTable
    shows: ShowTable
    context_counts: HashCounts = HashCounts()
    sponsors: Mapping[str, SponsorCounts] = {}


class ConcludedCorpus(NamedTuple):
    """The tables of a corpus, and its files, grouped."""

    tables: CorpusTables
    files: GroupedFiles

    @property
    def recordings(self) -> list[Recording]:
        """The recordings, in order of their first files."""
        return self.files.recordings


class LastCorpus(NamedTuple):
    """An earlier state of a corpus, perhaps with other own entries, and what differs from it.

    What depends only on lists that are the same is taken over.
    """

    corpus: ConcludedCorpus
    unchanged: frozenset[str]  #: names of the lists of the survey that are the same
    went: EncodedSurveys  #: of the files that only it has, or that were others in it
    came: EncodedSurveys  #: of the files that it lacks, or that are others now


#: Fields of :class:`CorpusTables` that decisions look up by key, with the name of each for people.
#: Its other fields are the same for every corpus, but for two. From ``shows``
#: :func:`~kgraph.resolve.shows.decide.decide_show` decides fast enough to compare what comes out.
#: ``knowledge.names`` is looked up for surfaces: :class:`SurfaceOutcome` tells what depends on it.
LOOKUP_TABLES = {
    ("knowledge", "frequencies"): "frequency of the name",
    ("knowledge", "shows"): "shows that episodes name",
    ("knowledge", "judgements", "labels"): "judgements",
    ("knowledge", "judgements", "types"): "judgements",
    ("knowledge", "judgements", "rejected"): "judgements",
    ("knowledge", "judgements", "accepted"): "judgements",
    ("knowledge", "judgements", "different"): "judgements",
    ("knowledge", "judgements", "reasons"): "judgements",
    ("knowledge", "judgements", "spellings"): "judgements",
    ("knowledge", "judgements", "accepted_ids"): "judgements",
    ("knowledge", "judgements", "renamed"): "judgements",
    ("knowledge", "judgements", "entry_names"): "judgements",
    ("knowledge", "judgements", "namesake_ids"): "judgements",
    ("sponsors",): "sponsors",
    ("context_counts",): "words around names that episodes repeat",
    ("quotes", "recordings_by_shingle"): "phrases that episodes repeat",
    ("quotes", "recordings_by_run"): "phrases that episodes repeat",
    ("quotes", "shared"): "quotes that several episodes have",
    # Compared entry by entry (:func:`~kgraph.resolve.entry_changes.find_entry_changes`).
    **{("knowledge", *path): "entries" for path in ENTRY_TABLES},
}


#: Those whose keys are hashes.
_HASHED_TABLES = frozenset(p for p in LOOKUP_TABLES if p[0] in ("context_counts", "quotes"))

#: Number, among the tables, of the surfaces that an episode has.
SURFACE_TABLE = len(LOOKUP_TABLES)


class SurfaceOutcome(msgspec.Struct, frozen=True, array_like=True):
    """The form of a surface, as far as it depends on the usage of names and on own entries."""

    digest: bytes  #: of its form (:class:`~kgraph.resolve.mentions.row.SurfaceForm`)
    lookups: bytes  #: keys looked up for it in any table, by CRC-32, 4 bytes each


def summarize_form(form: SurfaceForm) -> SurfaceOutcome:
    """Return what is kept of a surface's form."""
    return SurfaceOutcome(form.digest, form.lookups)


def redo_surfaces(
    surfaces: Mapping[str, SurfaceOutcome],
    old: CorpusTables,
    new: CorpusTables,
    entries: Iterable[TableKey] = (),
) -> dict[str, SurfaceOutcome]:
    """Return the outcomes with the new tables of the surfaces for which a changed key counts.

    Also of those whose form is the same: another value may have led to further lookups.

    Args:
        entries: keys under which other entries are found.
    """
    changed = {
        number_key(0, key)
        for before, after in (
            (old.knowledge.names, new.knowledge.names),
            (old.knowledge.frequencies, new.knowledge.frequencies),
        )
        for key in find_changed_keys(before, after)
    }
    changed.update(number_key(0, entry_key.key) for entry_key in entries)
    forms = FormBuilder(new.knowledge)
    return {
        surface: summarize_form(forms.build(surface))
        for surface, outcome in surfaces.items()
        if not changed.isdisjoint(array("I", outcome.lookups))
    }


def find_surface_changes(
    old: Mapping[str, SurfaceOutcome],
    redone: Mapping[str, SurfaceOutcome],
    entries: Mapping[TableKey, ChangedKey],
) -> Iterator[tuple[int, ChangedKey]]:
    """Yield the number (:func:`find_table_changes`) of each surface whose form is another.

    Args:
        redone: of :func:`redo_surfaces`.
        entries: as there, with what changed.
    """
    by_number = {number_key(0, entry_key.key): change for entry_key, change in entries.items()}
    for surface, outcome in redone.items():
        if outcome.digest != old[surface].digest:
            numbers = (*array("I", old[surface].lookups), *array("I", outcome.lookups))
            usage = ChangedKey("usage of the name", surface)
            change = next((by_number[n] for n in numbers if n in by_number), usage)
            yield number_key(SURFACE_TABLE, surface), change


def log_tables(tables: CorpusTables) -> tuple[CorpusTables, tuple[LoggedTable, ...]]:
    """Return the tables in a form that logs what is looked up, and the logs."""
    return log_tables_of(tables, LOOKUP_TABLES)


def find_table_changes(
    old: CorpusTables, new: CorpusTables, entries: Mapping[TableKey, ChangedKey]
) -> Iterator[tuple[int, ChangedKey]]:
    """Yield the number (:func:`~kgraph.resolve.lookups.number_key`) of each key that changed.

    Args:
        entries: the keys under which other entries are found, with what changed.
    """
    numbers = {path: number for number, path in enumerate(LOOKUP_TABLES)}
    for path, number in numbers.items():
        if path[1:] not in ENTRY_TABLES:
            for key in find_changed_keys(get_table(old, path), get_table(new, path)):
                words = _describe_key(path, key, old, new)
                yield number_key(number, key), ChangedKey(LOOKUP_TABLES[path], words)
    for entry_key, change in entries.items():
        yield number_key(numbers["knowledge", *entry_key.table], entry_key.key), change


def _describe_key(path: TablePath, key: Any, old: CorpusTables, new: CorpusTables) -> str:
    """Return a key for people: of judgements the one that decides it, "" for a hash."""
    if path in _HASHED_TABLES:
        return ""
    judged = new.knowledge.judgements.reasons, old.knowledge.judgements.reasons
    is_judged = path[:2] == ("knowledge", "judgements")
    words = next((reasons[key] for reasons in judged if key in reasons), "") if is_judged else ""
    return words or str(key)


def number_judgement_changes(old: Knowledge, new: Knowledge) -> set[int]:
    """Return the number of each key whose judgement changed, as of :func:`find_table_changes`.

    Also those of the corpus's shows, which depend on judgements.
    """
    return {
        number_key(number, key)
        for number, (part, *path) in enumerate(LOOKUP_TABLES)
        if part == "knowledge" and path[0] in ("judgements", "shows")
        for key in find_changed_keys(get_table(old, (*path,)), get_table(new, (*path,)))
    }


def strip_shipped(corpus: ConcludedCorpus) -> ConcludedCorpus:
    """Return the corpus without what is the same for every corpus, to be compared later."""
    knowledge = corpus.tables.knowledge
    kept = Knowledge(
        names=knowledge.names,
        frequencies=knowledge.frequencies,
        judgements=knowledge.judgements,
        shows=knowledge.shows,
    )
    return corpus._replace(tables=msgspec.structs.replace(corpus.tables, knowledge=kept))


def restore_shipped(kept: Knowledge, own: OwnEntries) -> Knowledge:
    """Add what :func:`strip_shipped` took away: the shipped knowledge with own entries over it.

    Raises:
        DataError: lexicon, word lists or weights are not valid.
    """
    return msgspec.structs.replace(
        load_shipped_knowledge(own),
        names=kept.names,
        frequencies=kept.frequencies,
        judgements=kept.judgements,
        shows=kept.shows,
    )


class EpisodeObservation(msgspec.Struct, frozen=True, array_like=True):
    """An episode with the observations that both passes use."""

    episode: EpisodeFile
    quotes: QuoteFingerprints
    show: ShowEvidence


def observe_episode(episode: EpisodeFile, shows: ShowRegistry | None = None) -> EpisodeObservation:
    """Observe a file's quotes, and the evidence of its show.

    Args:
        shows: the known shows; by default the shipped ones.
    """
    return EpisodeObservation(episode, fingerprint_quotes(episode), observe_show(episode, shows))


def survey_episode(observed: EpisodeObservation) -> CorpusSurvey:
    """Survey one file."""
    episode, quotes = observed.episode, observed.quotes
    return CorpusSurvey(
        [summarise_file(episode, quotes.hex_keys())],
        [quotes],
        [observed.show],
        [count_names(episode)],
        [fingerprint_contexts(episode)],
    )


def build_tables(
    survey: EncodedSurveys,
    judgements: JudgementTable,
    own: OwnEntries = NO_OWN_ENTRIES,
    *,
    last: LastCorpus | None = None,
    map_tasks: MapTasks = map_here,
) -> ConcludedCorpus:
    """Build the tables of a whole corpus, and group its recordings.

    Args:
        own: the user's own entries.
        map_tasks: runs a function on the parts of the survey, here or in other processes.

    Raises:
        DataError: the lexicon is not valid.
    """
    no_tables = CorpusTables(Knowledge(), QuoteTable(), ShowTable({}, {}))
    old, same = ConcludedCorpus(no_tables, GroupedFiles([])), frozenset[str]()
    if last:
        old, same = last.corpus, last.unchanged
    files = old.files if "recordings" in same else group_recordings(survey.recordings)
    registry = load_show_registry(own.shows) if own.shows else None
    last_shows = old.tables.shows if "shows" in same else None
    shows = judge_show_table(survey.shows, judgements, registry, last_shows)
    prepared = load_shipped_knowledge(own)
    spelled = list_spelled_keys(judgements, prepared.lexicon)
    if last:
        keys = compare_names(last.went, last.came) | spelled
        statistics = survey.count_some_names(keys)
        names = _replace_names(old.tables.knowledge, tabulate_names(statistics), keys)
    else:
        names, statistics = reduce_names(survey.partitions, spelled, map_tasks)
    sponsor_counts: Mapping[str, SponsorCounts]
    sponsor_counts = sponsors.count_sponsors(statistics, prepared.vocabulary)
    if last:
        marked = sponsors.mark_words(old.tables.sponsors, prepared.vocabulary)
        sponsor_counts = replace_items(marked, sponsor_counts, keys)
    corpus_knowledge = add_tables(
        prepared,
        names,
        judgements,
        lambda key: find_spelling(statistics, key) or shows.judgements.find_label(key),
        shows.corpus_shows,
    )
    quotes, contexts = old.tables.quotes, old.tables.context_counts
    is_same_grouping = files.recordings == old.recordings
    is_said_alike = is_same_grouping and same.issuperset(("quotes", "passages"))
    if not (is_said_alike and sponsor_counts == old.tables.sponsors):
        quotes, contexts = _count_texts(survey, files.recordings, sponsor_counts, last, map_tasks)
    tables = CorpusTables(corpus_knowledge, quotes, shows, contexts, sponsor_counts)
    return ConcludedCorpus(tables, files)


def _count_texts(
    survey: EncodedSurveys,
    recordings: list[Recording],
    sponsor_counts: Mapping[str, SponsorCounts],
    last: LastCorpus | None,
    map_tasks: MapTasks,
) -> tuple[QuoteTable, HashCounts]:
    """Count the texts that recordings share: quotes, and contexts of names."""
    # Imported late: numpy takes 90 ms, which an update of other lists can spare.
    from kgraph.resolve.quotes.corpus_texts import Texts
    from kgraph.resolve.quotes.recount import CountedTexts, recount_texts
    from kgraph.resolve.quotes.repetition import CorpusHashes

    if last:
        tables, files = last.corpus
        texts = recount_texts(
            CountedTexts(tables.quotes, tables.context_counts, files.recordings, tables.sponsors),
            *(Texts(each.quotes, each.passages) for each in (last.went, last.came, survey)),
            recordings=recordings,
            sponsors=sponsor_counts,
        )
        if texts:
            return texts.quotes, texts.context_counts
    hashes = CorpusHashes(survey.quotes, survey.partitions, recordings, map_tasks)
    return hashes.build_quote_table(sponsor_counts), hashes.count_contexts()


def _replace_names(last: Knowledge, new: NameTables, keys: Collection[str]) -> NameTables:
    """Return the tables of names in which these keys have the items of new ones, or none."""
    return NameTables(
        replace_items(last.names, new.usages, keys),
        replace_items(last.frequencies, new.frequencies, keys),
    )
