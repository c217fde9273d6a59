"""A recording as groups: what the graph says of it, statement by statement.

Takes :class:`EpisodeGraph`, gives groups ``(subject id, [(predicate,
[object token, ...]), ...])``. The words are those of ``ontology/kgraph.ttl``.

Invariants:
    * a subject stands in one group only, and a statement once;
    * no blank nodes;
    * an accepted edge is a plain statement *and* a node that carries its confidence and
      evidence; a rejected mention is a node only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kgraph.base.errors import InputError
from kgraph.base.model import Episode, Reason, Row
from kgraph.base.text import digest, slug
from kgraph.base.vocabulary import fields
from kgraph.graph import EpisodeGraph, MentionEdge, Occurrence, Quote
from kgraph.graph.network import (
    ABOUT,
    ADVERTISES,
    HAS_PART,
    KEYWORDS,
    MENTIONS,
    PART_OF_SERIES,
    tags_of,
    topics_of,
)
from kgraph.rdf.terms import decimal, flag, iri, objects, text, typed
from kgraph.resolve.rows import extractor_of

Pair = tuple[str, list[str]]
Group = tuple[str, list[Pair]]

PROFILES = ("full", "edges")
"""``full``: all evidence; ``edges``: plain statements and labels only."""

DOUBT = 0.05
"""Probability below which a quote is no advert without saying how probably it is none."""


def check_profile(name: str) -> None:
    """Let only known profiles through.

    Raises:
        InputError: there is no such profile.
    """
    if name not in PROFILES:
        raise InputError(f"{name}: no such profile; choose one of {', '.join(PROFILES)}")


def size(groups: Iterable[Group]) -> int:
    """How many statements the groups hold."""
    return sum(len(objects_) for _, pairs in groups for _, objects_ in pairs)


def groups_of_episode(episode: EpisodeGraph, profile: str = "full") -> Iterator[Group]:
    """Everything that one recording says, in the order in which a reader wants it."""
    full = profile == "full"
    yield _episode(episode, full)
    for quote in episode.quotes:
        yield _quote(quote)
    if full:
        yield from _evidence(episode)


def _evidence(episode: EpisodeGraph) -> Iterator[Group]:
    yield from (_file(file, main=n == 0) for n, file in enumerate(episode.files))
    if episode.show:
        yield _membership(episode)
    yield from (_mention(episode, mention) for mention in episode.mentions)
    yield from _topicalities(episode)
    yield from _taggings(episode)
    yield from (_occurrence(episode, occurrence) for occurrence in episode.occurrences)
    for quote in episode.quotes:
        yield from _namings(quote)
    for n, file in enumerate(episode.files):
        yield from _rows(episode, n, file)


# -- the episode and its files -------------------------------------------------


def _episode(episode: EpisodeGraph, full: bool) -> Group:
    pairs: list[Pair] = [("a", ["schema:PodcastEpisode"])]
    if full:
        pairs += _facts(episode.main)
    else:
        pairs += [("schema:name", [text(episode.main.title)])]
        pairs += [(p, o) for p, o in _facts(episode.main) if p == "schema:datePublished"]
    if full and episode.date:
        source = "kg:ProcessingDate" if episode.main.date_is_fallback else "kg:PublicationDate"
        pairs.append(("kg:dateSource", [source]))
    pairs += _plain_edges(episode)
    if full:
        for list_, predicate in (("insights", "kg:insight"), ("actionable_items", "kg:actionItem")):
            pairs.append((predicate, [iri(id_) for id_, _ in _row_ids(episode, list_)]))
        pairs.append(("prov:wasDerivedFrom", [iri(file_id(file)) for file in episode.files]))
    return episode.id, [(predicate, tokens) for predicate, tokens in pairs if tokens]


def _plain_edges(episode: EpisodeGraph) -> list[Pair]:
    return [
        (PART_OF_SERIES, [iri(episode.show.target)] if episode.show else []),
        (ABOUT, [iri(id_) for id_, _, _ in topics_of(episode)]),
        (KEYWORDS, [iri(id_) for id_ in tags_of(episode)]),
        (MENTIONS, [iri(m.target) for m in episode.spoken_of]),
        (ADVERTISES, [iri(m.target) for m in episode.advertised]),
        (HAS_PART, [iri(f"quote/{o.quote}") for o in episode.occurrences]),
    ]


def _facts(file: Episode) -> list[Pair]:
    """The file's own fields, by the field table; a title is never missing."""
    table = fields().episode
    pairs = [
        (table[name].property, objects(table[name].type, value))
        for name, value in file.values.items()
        if table[name].property != "-"
    ]
    if "title" not in file.values:
        pairs.insert(0, (table["title"].property, [text(file.title)]))
    return pairs


def file_id(file: Episode) -> str:
    """Id of an input file: its name where that is safe in an IRI, else with a digest."""
    safe = slug(file.file, 160)
    return f"file/{safe}" if safe == file.file else f"file/{safe}-{digest(file.file, 8)}"


def _file(file: Episode, main: bool) -> Group:
    pairs: list[Pair] = [
        ("a", ["kg:EpisodeFile", "prov:Entity"]),
        ("kg:fileName", [text(file.file)]),
        ("kg:sha256", [text(file.sha256)]),
    ]
    if not main:  # the episode's own values are those of its first file
        pairs += _facts(file)
    pairs += [
        ("kg:bodyComment", [text(comment) for comment in dict.fromkeys(file.comments)]),
        ("kg:body", [text(file.body)] if file.body else []),
        (
            "kg:unknownField",
            [
                typed(f"{{{text(name)}:{json}}}", "rdf:JSON")
                for name, json in sorted(file.extra.items())
            ],
        ),
    ]
    return file_id(file), [(predicate, tokens) for predicate, tokens in pairs if tokens]


# -- edges ---------------------------------------------------------------------


def _reasons(reasons: tuple[Reason, ...], predicate: str = "kg:reason") -> list[Pair]:
    words = "; ".join(f"{reason.part}: {reason.words}" for reason in reasons)
    return [(predicate, [text(words)])] if words else []


def _membership(episode: EpisodeGraph) -> Group:
    show = episode.show
    assert show is not None
    return f"membership/{episode.slug}/{show.key}", [
        ("a", ["kg:Membership"]),
        ("kg:episode", [iri(episode.id)]),
        ("kg:show", [iri(show.target)]),
        ("kg:confidence", [decimal(show.confidence)]),
        *_reasons(show.reasons),
    ]


def _mention(episode: EpisodeGraph, mention: MentionEdge) -> Group:
    pairs: list[Pair] = [("a", ["kg:Mention"]), ("kg:episode", [iri(episode.id)])]
    if mention.accepted:
        pairs.append(("kg:entity", [iri(mention.target)]))
    pairs += [
        ("kg:status", ["kg:Accepted" if mention.accepted else "kg:Rejected"]),
        ("kg:confidence", [decimal(mention.confidence)]),
        ("kg:rule", [text(mention.rule)]),
        ("kg:mentionCount", [str(len(mention.rows))]),
        # An accepted mention has its entity's name; a rejected one has no other.
        ("rdfs:label", [] if mention.accepted else [text(mention.label)]),
        (
            "kg:evidence",
            [iri(row_id(episode, row.file, "companies", row.index)) for row in mention.rows],
        ),
    ]
    if mention.is_advert:
        pairs += [
            ("kg:advert", [flag(True)]),
            ("kg:advertProbability", [decimal(mention.advert)]),
            *_reasons(mention.advert_reasons, "kg:advertReason"),
        ]
    strongest = max(mention.rows, key=lambda row: row.confidence)
    pairs = [(predicate, tokens) for predicate, tokens in pairs if tokens]
    return f"mention/{episode.slug}/{mention.target}", pairs + _reasons(strongest.reasons)


def _topicalities(episode: EpisodeGraph) -> Iterator[Group]:
    for id_, prominence, count in topics_of(episode):
        yield (
            f"topicality/{episode.slug}/{id_.partition('/')[2]}",
            [
                ("a", ["kg:Topicality"]),
                ("kg:episode", [iri(episode.id)]),
                ("kg:topic", [iri(id_)]),
                ("kg:prominence", [decimal(prominence)]),
                ("kg:keywordCount", [str(count)]),
                ("kg:confidence", ["1.0"]),
            ],
        )


def _taggings(episode: EpisodeGraph) -> Iterator[Group]:
    for id_ in tags_of(episode):
        yield (
            f"tagging/{episode.slug}/{id_.partition('/')[2]}",
            [
                ("a", ["kg:Tagging"]),
                ("kg:episode", [iri(episode.id)]),
                ("kg:tag", [iri(id_)]),
                ("kg:confidence", ["1.0"]),
            ],
        )


# -- quotes --------------------------------------------------------------------


def _quote(quote: Quote) -> Group:
    return quote.id, [
        ("a", ["schema:Quotation"]),
        ("schema:text", [text(quote.text)]),
        ("kg:advert", [flag(quote.is_advert)]),
        *([("kg:advertProbability", [decimal(quote.advert)])] if quote.advert >= DOUBT else []),
        *_reasons(quote.reasons, "kg:advertReason"),
        *([(MENTIONS, [iri(id_) for id_, _ in quote.entities])] if quote.entities else []),
    ]


def _namings(quote: Quote) -> Iterator[Group]:
    for id_, confidence in quote.entities:
        yield (
            f"naming/{quote.key}/{id_}",
            [
                ("a", ["kg:Naming"]),
                ("kg:quote", [iri(quote.id)]),
                ("kg:entity", [iri(id_)]),
                ("kg:confidence", [decimal(confidence)]),
            ],
        )


def _occurrence(episode: EpisodeGraph, occurrence: Occurrence) -> Group:
    rows = [iri(row_id(episode, file, "quotes", index)) for file, index in occurrence.rows]
    return f"occurrence/{episode.slug}/{occurrence.quote}", [
        ("a", ["kg:Occurrence"]),
        ("kg:episode", [iri(episode.id)]),
        ("kg:quote", [iri(f"quote/{occurrence.quote}")]),
        ("kg:confidence", ["1.0"]),
        ("kg:relevance", [decimal(occurrence.relevance)]),
        *(
            [("kg:theme", [iri(f"theme/{key}") for key in occurrence.themes])]
            * bool(occurrence.themes)
        ),
        ("kg:evidence", rows),
    ]


# -- rows ----------------------------------------------------------------------


def row_id(episode: EpisodeGraph, file: int, list_: str, index: int) -> str:
    """Id of a row; those of a recording's further files carry the file's number."""
    return f"row/{episode.slug}{f'.{file + 1}' if file else ''}/{list_}/{index}"


def _row_ids(episode: EpisodeGraph, list_: str) -> Iterator[tuple[str, Row]]:
    for n, file in enumerate(episode.files):
        for row in file.rows.get(list_, ()):
            yield row_id(episode, n, list_, row.index), row


def _rows(episode: EpisodeGraph, number: int, file: Episode) -> Iterator[Group]:
    # Half of all statements are made here: what does not change from row to row is made once.
    source = ("prov:wasDerivedFrom", [iri(file_id(file))])
    for list_, rows in file.rows.items():
        row_type = fields().rows[list_]
        class_ = ("a", [row_type.class_])
        written = [(n, f.property, f.type) for n, f in row_type.fields.items() if f.property != "-"]
        for row in rows:
            pairs = [class_, ("kg:jsonPointer", [f'"{row.pointer}"'])]
            _add_facts(pairs, row, written)
            pairs.append(source)
            yield row_id(episode, number, list_, row.index), pairs


_BY_MODEL: Pair = ("kg:extractor", ["kg:LanguageModel"])
_BY_REGEX: Pair = ("kg:extractor", ["kg:RegexPass"])
_BY_HAND: Pair = ("kg:extractor", ["kg:HandWritten"])


def _add_facts(pairs: list[Pair], row: Row, written: list[tuple[str, str, str]]) -> None:
    """The row's fields, one pair a property: two fields may share one."""
    values = row.values
    for name, predicate, type_ in written:
        if name in values and (tokens := objects(type_, values[name])):
            if pairs[-1][0] == predicate:
                tokens = list(dict.fromkeys((*pairs.pop()[1], *tokens)))
            pairs.append((predicate, tokens))
    pairs.append(_extractor(row))
    if "+" in values:
        pairs.append(("kg:unknownField", [typed(str(values["+"]), "rdf:JSON")]))


def _extractor(row: Row) -> Pair:
    """Who wrote a row; only of companies does it show whether a person did."""
    if row.values.get("source") == "llm_enhanced":
        return _BY_MODEL
    return _BY_HAND if row.list == "companies" and extractor_of(row) == "hand" else _BY_REGEX
