"""Assembly of one recording's graph, from its files and the tables of the corpus."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kgraph.base.model import Decision, EpisodeFile, Row
from kgraph.graph.records import (
    EpisodeGraph,
    JudgedShow,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    ShowEdge,
)
from kgraph.resolve.corpus import CorpusTables, EpisodeObservation
from kgraph.resolve.mentions.decide import decide_mentions
from kgraph.resolve.quotes.advert_mentions import SpokenText, score_mention
from kgraph.resolve.quotes.decide import QuoteDecision, decide_quotes
from kgraph.resolve.quotes.passages import NOT_ADVERT, RepetitionCounts
from kgraph.resolve.quotes.sponsors import find_sponsors
from kgraph.resolve.quotes.theme_words import find_text_themes
from kgraph.resolve.quotes.themes import find_quote_themes
from kgraph.resolve.shows.decide import ShowTable, decide_show_of_files
from kgraph.resolve.shows.evidence import ShowEvidence

MAX_MATCHED_WORDS = 6  #: of a name that is searched in quotes

# A word with marks that may be inside a name: "S&P", "C3.ai", "GPT-4o", "Moody's".
_WORD = re.compile(r"\w++(?:[.&'’-]\w++)*+")
# For bytes of ASCII text: what is no letter, digit or low line becomes a space.
_PART_TABLE = (
    bytes(c if chr(c).isalnum() or c == ord("_") else ord(" ") for c in range(128)) + b" " * 128
)
_POSSESSIVE = ("'s", "’s")
# Of 55 quotes with the name X in a thousand episodes 14 mean a number or something else, and these
# words tell 9 of them and none of the others.
_WORDS_BEFORE_QUANTITY = frozenset(
    "a an when if worth two three four five six seven eight nine ten hundred thousand million "
    "billion".split()
)
_WORDS_AFTER_QUANTITY = frozenset(
    "amount number percent minus plus times long happens happened happening bar axis factor".split()
)


def assemble_episode(
    slug: str,
    observed: Sequence[EpisodeObservation],
    tables: CorpusTables,
    judged_keys: set[str] | None = None,
) -> EpisodeGraph:
    """Resolve one recording, from its files in order of their names.

    Args:
        slug: last segment of the episode's id.
        judged_keys: receives the keys of the judgements that applied.
    """
    files = tuple(file.episode for file in observed)
    sponsors = find_sponsors(files, tables.sponsors)
    decisions = decide_quotes(files, tables.quotes, [file.quotes for file in observed], sponsors)
    repetition = RepetitionCounts(
        tables.quotes.recordings_by_shingle, tables.context_counts, tables.quotes.recordings_by_run
    )
    spoken = SpokenText(files, decisions, repetition, tables.knowledge.vocabulary, sponsors)
    judged_keys = set() if judged_keys is None else judged_keys
    mentions = _build_mentions(files, tables, spoken, judged_keys)
    quotes, occurrences = _build_quotes(slug, files, decisions, QuoteNameMatcher(mentions))
    show, judged_show = decide_show_edge([file.show for file in observed], tables.shows)
    judged_keys.update(judged_show.keys if judged_show else ())
    return EpisodeGraph(slug, files, show, mentions, quotes, occurrences, judged_show=judged_show)


def decide_show_edge(
    evidence: Iterable[ShowEvidence], table: ShowTable
) -> tuple[ShowEdge | None, JudgedShow | None]:
    """Return the edge to an episode's show, None where it is undecided, and what was judged.

    Args:
        evidence: of each file.
    """
    number, show = decide_show_of_files(evidence, table)
    edge, judged_show = None, None
    if show.key:
        edge = ShowEdge(show.key, show.label, show.confidence, show.evidence, number)
    if show.judgement_keys:
        reasons = tuple(reason for reason in show.evidence if reason.part == "judgement")
        judged_show = JudgedShow(show.judgement_keys, reasons)
    return edge, judged_show


def _build_mentions(
    files: Sequence[EpisodeFile], tables: CorpusTables, spoken: SpokenText, judged_keys: set[str]
) -> tuple[MentionEdge, ...]:
    """Build one edge from the rows of one entity, or of one rejected surface."""
    groups: dict[tuple[str, str], list[tuple[int, Row, Decision]]] = defaultdict(list)
    for number, file in enumerate(files):
        rows = file.rows.get("companies", ())
        for row, decisions in zip(rows, decide_mentions(file, tables.knowledge), strict=True):
            for decision in decisions:
                judged_keys.update(decision.judgement_keys)
                groups[decision.type, decision.key].append((number, row, decision))
    # The edge is as sure as its surest row. Rows are no independent witnesses, whose chances of
    # being wrong would multiply ("noisy-or", Pearl 1988): a name means one thing in one discourse
    # (Gale, Church and Yarowsky 1992), so rows of one name are right or wrong together. Of 850
    # labelled edges of several rows 93 to 95 % are right; the surest row says 94 %, and further
    # rows that count for 0.15 or 0.5 of a witness say 96 % (``benchmarks/edges.py``).
    edges = []
    for group in groups.values():
        surest = max((decision for _, _, decision in group), key=lambda d: d.confidence)
        score = NOT_ADVERT
        if surest.is_accepted:
            score = score_mention([row for _, row, _ in group], spoken)
        row_decisions = tuple(
            RowDecision(number, row.index, row.text("name"), d.confidence, d.rule, d.reasons)
            for number, row, d in group
        )
        decided = (surest.type, surest.key, surest.label, surest.confidence, surest.rule)
        edges.append(MentionEdge(*decided, row_decisions, score.probability, score.reasons))
    return tuple(sorted(edges, key=lambda edge: (not edge.is_accepted, edge.target)))


def _build_quotes(
    slug: str,
    files: Sequence[EpisodeFile],
    decisions: Iterable[QuoteDecision],
    names: QuoteNameMatcher,
) -> tuple[tuple[Quote, ...], tuple[Occurrence, ...]]:
    """Build the quotes whose text belongs to this recording, and the occurrences of all."""
    quotes, occurrences = [], []
    row_themes = {
        (number, row.index): find_quote_themes(row)
        for number, file in enumerate(files)
        for row in file.rows.get("quotes", ())
    }
    for quote in sorted(decisions, key=lambda decision: decision.key):
        named = [key for row in quote.rows for key in row_themes[row]]
        themes = find_text_themes(quote.text, named)
        occurrences.append(
            Occurrence(quote.key, quote.relevance, quote.rows, themes, quote.is_advert)
        )
        if quote.first_recording in ("", slug):
            entities = names.find_in(quote.text)
            quotes.append(Quote(quote.key, quote.text, quote.advert, quote.reasons, entities))
    return tuple(quotes), tuple(occurrences)


class QuoteNameMatcher:
    """Matcher of the names of a recording's entities in its quotes.

    A name is the label of an accepted mention or a surface of its rows, as whole words in the same
    capitals ("Circle", never "circle"). That a text names the entity is as sure as the mention: of
    2,963 names in quotes whose rows are labelled 92.7 % are right, and confidences say 92.5 %
    (``benchmarks/edges.py``); the confidence of each name's own rows does no better.
    """

    def __init__(self, mentions: Iterable[MentionEdge]) -> None:
        self._entities: dict[tuple[str, ...], tuple[str, float]] = {}
        for mention in mentions:
            if mention.is_accepted:
                label = mention.label.partition(" (")[0]
                entity = (mention.target, mention.confidence)
                for surface in {label, *[row.surface for row in mention.rows]}:
                    name = split_name_words(surface)
                    if 0 < len(name) <= MAX_MATCHED_WORDS:
                        # Of two entities of one name, the surer is meant; of equals, the first.
                        rival = self._entities.get(name)
                        if rival is None or (-entity[1], entity[0]) < (-rival[1], rival[0]):
                            self._entities[name] = entity
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._entities:
            lengths[name[0]].add(len(name))
        self._lengths = {word: sorted(counts, reverse=True) for word, counts in lengths.items()}
        # The longest part of a name is in the fewest texts that lack the name.
        parts = (_split_parts(" ".join(name)) for name in self._entities)
        self._telling_parts = {max(each, key=len) for each in parts if each}

    def find_in(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return (id, confidence) of every entity that a text names, by id."""
        # Half of the quotes name nothing, and parts of words tell five times as fast as words.
        if text.isascii() and self._telling_parts.isdisjoint(_split_parts(text)):
            return ()
        found = {entity[0]: entity for _, entity in self.iter_matches(split_name_words(text))}
        return tuple(sorted(found.values()))

    def iter_matches(
        self, words: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], tuple[str, float]]]:
        """Yield each name among the words of a text, with the entity's id and confidence.

        A longer name excludes a shorter one inside it.
        """
        end = 0
        for start in [start for start, word in enumerate(words) if word in self._lengths]:
            if start >= end:
                candidates = (words[start : start + n] for n in self._lengths[words[start]])
                name = next((name for name in candidates if name in self._entities), None)
                if name and not _is_quantity(words, start, name):
                    yield name, self._entities[name]
                end = start + len(name or (words[start],))


def _is_quantity(words: Sequence[str], start: int, name: Sequence[str]) -> bool:
    """Return whether a name of one letter stands for a number or for anything: "when X happens"."""
    if len(name) > 1 or len(name[0]) > 1:
        return False
    before = words[start - 1].lower() if start else ""
    after = {word.lower() for word in words[start + 1 : start + 3]}
    return (
        before in _WORDS_BEFORE_QUANTITY
        or before[-1:].isdecimal()
        or not after.isdisjoint(_WORDS_AFTER_QUANTITY)
    )


def split_name_words(text: str) -> tuple[str, ...]:
    """Split a text into words as written, without possessive endings.

    >>> split_name_words("Moody's and S&P's: C3.ai")
    ('Moody', 'and', 'S&P', 'C3.ai')
    """
    words: list[str] = _WORD.findall(text)
    if "'s" in text or "’s" in text:
        words = [word[:-2] if word.endswith(_POSSESSIVE) else word for word in words]
    return tuple(words)


def _split_parts(text: str) -> list[str]:
    return text.encode("ascii", "replace").translate(_PART_TABLE).decode().split()
