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
from kgraph.base.text import hex_digest, slugify
from kgraph.base.vocabulary import load_field_table
from kgraph.graph import EpisodeGraph, MentionEdge, Occurrence, Quote
from kgraph.graph.network import (
    ABOUT,
    ADVERTISES,
    HAS_PART,
    KEYWORDS,
    MENTIONS,
    PART_OF_SERIES,
    collect_tags,
    collect_topics,
)
from kgraph.rdf.terms import (
    boolean_literal,
    decimal_literal,
    format_objects,
    iri_ref,
    string_literal,
    typed_literal,
)
from kgraph.resolve.rows import detect_extractor

PredicateObjects = tuple[str, list[str]]
SubjectBlock = tuple[str, list[PredicateObjects]]

PROFILES = ("full", "edges")
"""``full``: all evidence; ``edges``: plain statements and labels only."""

MIN_ADVERT_PROBABILITY = 0.05
"""Probability below which a quote is no advert without saying how probably it is none."""


def check_profile(name: str) -> None:
    """Let only known profiles through.

    Raises:
        InputError: there is no such profile.
    """
    if name not in PROFILES:
        raise InputError(f"{name}: no such profile; choose one of {', '.join(PROFILES)}")


def count_statements(groups: Iterable[SubjectBlock]) -> int:
    """How many statements the groups hold."""
    return sum(len(objects_) for _, pairs in groups for _, objects_ in pairs)


def describe_episode(episode: EpisodeGraph, profile: str = "full") -> Iterator[SubjectBlock]:
    """Everything that one recording says, in the order in which a reader wants it."""
    full = profile == "full"
    yield _describe_main(episode, full)
    for quote in episode.quotes:
        yield _describe_quote(quote)
    if full:
        yield from _describe_evidence(episode)


def _describe_evidence(episode: EpisodeGraph) -> Iterator[SubjectBlock]:
    yield from (_describe_file(file, is_main=n == 0) for n, file in enumerate(episode.files))
    if episode.show:
        yield _describe_membership(episode)
    yield from (_describe_mention(episode, mention) for mention in episode.mentions)
    yield from _describe_topicalities(episode)
    yield from _describe_taggings(episode)
    yield from (_describe_occurrence(episode, occurrence) for occurrence in episode.occurrences)
    for quote in episode.quotes:
        yield from _describe_namings(quote)
    for n, file in enumerate(episode.files):
        yield from _describe_rows(episode, n, file)


# -- the episode and its files -------------------------------------------------


def _describe_main(episode: EpisodeGraph, full: bool) -> SubjectBlock:
    pairs: list[PredicateObjects] = [("a", ["schema:PodcastEpisode"])]
    if full:
        pairs += _list_fields(episode.main_file)
    else:
        pairs += [("schema:name", [string_literal(episode.main_file.title)])]
        pairs += [(p, o) for p, o in _list_fields(episode.main_file) if p == "schema:datePublished"]
    if full and episode.date:
        source = "kg:ProcessingDate" if episode.main_file.date_is_fallback else "kg:PublicationDate"
        pairs.append(("kg:dateSource", [source]))
    pairs += _list_plain_edges(episode)
    if full:
        for list_, predicate in (("insights", "kg:insight"), ("actionable_items", "kg:actionItem")):
            pairs.append((predicate, [iri_ref(id_) for id_, _ in _iterate_row_ids(episode, list_)]))
        pairs.append(("prov:wasDerivedFrom", [iri_ref(file_id(file)) for file in episode.files]))
    return episode.id, [(predicate, tokens) for predicate, tokens in pairs if tokens]


def _list_plain_edges(episode: EpisodeGraph) -> list[PredicateObjects]:
    return [
        (PART_OF_SERIES, [iri_ref(episode.show.target)] if episode.show else []),
        (ABOUT, [iri_ref(id_) for id_, _, _ in collect_topics(episode)]),
        (KEYWORDS, [iri_ref(id_) for id_ in collect_tags(episode)]),
        (MENTIONS, [iri_ref(m.target) for m in episode.mentioned]),
        (ADVERTISES, [iri_ref(m.target) for m in episode.advertised]),
        (HAS_PART, [iri_ref(f"quote/{o.quote}") for o in episode.occurrences]),
    ]


def _list_fields(file: Episode) -> list[PredicateObjects]:
    """The file's own fields, by the field table; a title is never missing."""
    table = load_field_table().episode
    pairs = [
        (table[name].property, format_objects(table[name].type, value))
        for name, value in file.values.items()
        if table[name].property != "-"
    ]
    if "title" not in file.values:
        pairs.insert(0, (table["title"].property, [string_literal(file.title)]))
    return pairs


def file_id(file: Episode) -> str:
    """Id of an input file: its name where that is safe in an IRI, else with a digest."""
    safe = slugify(file.file, 160)
    return f"file/{safe}" if safe == file.file else f"file/{safe}-{hex_digest(file.file, 8)}"


def _describe_file(file: Episode, is_main: bool) -> SubjectBlock:
    pairs: list[PredicateObjects] = [
        ("a", ["kg:EpisodeFile", "prov:Entity"]),
        ("kg:fileName", [string_literal(file.file)]),
        ("kg:sha256", [string_literal(file.sha256)]),
    ]
    if not is_main:  # the episode's own values are those of its first file
        pairs += _list_fields(file)
    pairs += [
        ("kg:bodyComment", [string_literal(comment) for comment in dict.fromkeys(file.comments)]),
        ("kg:body", [string_literal(file.body)] if file.body else []),
        (
            "kg:unknownField",
            [
                typed_literal(f"{{{string_literal(name)}:{json}}}", "rdf:JSON")
                for name, json in sorted(file.extra.items())
            ],
        ),
    ]
    return file_id(file), [(predicate, tokens) for predicate, tokens in pairs if tokens]


# -- edges ---------------------------------------------------------------------


def _list_reasons(
    reasons: tuple[Reason, ...], predicate: str = "kg:reason"
) -> list[PredicateObjects]:
    words = "; ".join(f"{reason.part}: {reason.words}" for reason in reasons)
    return [(predicate, [string_literal(words)])] if words else []


def _describe_membership(episode: EpisodeGraph) -> SubjectBlock:
    show = episode.show
    assert show is not None
    return f"membership/{episode.slug}/{show.key}", [
        ("a", ["kg:Membership"]),
        ("kg:episode", [iri_ref(episode.id)]),
        ("kg:show", [iri_ref(show.target)]),
        ("kg:confidence", [decimal_literal(show.confidence)]),
        *_list_reasons(show.reasons),
    ]


def _describe_mention(episode: EpisodeGraph, mention: MentionEdge) -> SubjectBlock:
    pairs: list[PredicateObjects] = [("a", ["kg:Mention"]), ("kg:episode", [iri_ref(episode.id)])]
    if mention.is_accepted:
        pairs.append(("kg:entity", [iri_ref(mention.target)]))
    pairs += [
        ("kg:status", ["kg:Accepted" if mention.is_accepted else "kg:Rejected"]),
        ("kg:confidence", [decimal_literal(mention.confidence)]),
        ("kg:rule", [string_literal(mention.rule)]),
        ("kg:mentionCount", [str(len(mention.rows))]),
        # An accepted mention has its entity's name; a rejected one has no other.
        ("rdfs:label", [] if mention.is_accepted else [string_literal(mention.label)]),
        (
            "kg:evidence",
            [iri_ref(row_id(episode, row.file, "companies", row.index)) for row in mention.rows],
        ),
    ]
    if mention.is_advert:
        pairs += [
            ("kg:advert", [boolean_literal(True)]),
            ("kg:advertProbability", [decimal_literal(mention.advert)]),
            *_list_reasons(mention.advert_reasons, "kg:advertReason"),
        ]
    strongest = max(mention.rows, key=lambda row: row.confidence)
    pairs = [(predicate, tokens) for predicate, tokens in pairs if tokens]
    return f"mention/{episode.slug}/{mention.target}", pairs + _list_reasons(strongest.reasons)


def _describe_topicalities(episode: EpisodeGraph) -> Iterator[SubjectBlock]:
    for id_, prominence, count in collect_topics(episode):
        yield (
            f"topicality/{episode.slug}/{id_.partition('/')[2]}",
            [
                ("a", ["kg:Topicality"]),
                ("kg:episode", [iri_ref(episode.id)]),
                ("kg:topic", [iri_ref(id_)]),
                ("kg:prominence", [decimal_literal(prominence)]),
                ("kg:keywordCount", [str(count)]),
                ("kg:confidence", ["1.0"]),
            ],
        )


def _describe_taggings(episode: EpisodeGraph) -> Iterator[SubjectBlock]:
    for id_ in collect_tags(episode):
        yield (
            f"tagging/{episode.slug}/{id_.partition('/')[2]}",
            [
                ("a", ["kg:Tagging"]),
                ("kg:episode", [iri_ref(episode.id)]),
                ("kg:tag", [iri_ref(id_)]),
                ("kg:confidence", ["1.0"]),
            ],
        )


# -- quotes --------------------------------------------------------------------


def _describe_quote(quote: Quote) -> SubjectBlock:
    return quote.id, [
        ("a", ["schema:Quotation"]),
        ("schema:text", [string_literal(quote.text)]),
        ("kg:advert", [boolean_literal(quote.is_advert)]),
        *(
            [("kg:advertProbability", [decimal_literal(quote.advert)])]
            if quote.advert >= MIN_ADVERT_PROBABILITY
            else []
        ),
        *_list_reasons(quote.reasons, "kg:advertReason"),
        *([(MENTIONS, [iri_ref(id_) for id_, _ in quote.entities])] if quote.entities else []),
    ]


def _describe_namings(quote: Quote) -> Iterator[SubjectBlock]:
    for id_, confidence in quote.entities:
        yield (
            f"naming/{quote.key}/{id_}",
            [
                ("a", ["kg:Naming"]),
                ("kg:quote", [iri_ref(quote.id)]),
                ("kg:entity", [iri_ref(id_)]),
                ("kg:confidence", [decimal_literal(confidence)]),
            ],
        )


def _describe_occurrence(episode: EpisodeGraph, occurrence: Occurrence) -> SubjectBlock:
    rows = [iri_ref(row_id(episode, file, "quotes", index)) for file, index in occurrence.rows]
    return f"occurrence/{episode.slug}/{occurrence.quote}", [
        ("a", ["kg:Occurrence"]),
        ("kg:episode", [iri_ref(episode.id)]),
        ("kg:quote", [iri_ref(f"quote/{occurrence.quote}")]),
        ("kg:confidence", ["1.0"]),
        ("kg:relevance", [decimal_literal(occurrence.relevance)]),
        *(
            [("kg:theme", [iri_ref(f"theme/{key}") for key in occurrence.themes])]
            * bool(occurrence.themes)
        ),
        ("kg:evidence", rows),
    ]


# -- rows ----------------------------------------------------------------------


def row_id(episode: EpisodeGraph, file: int, list_: str, index: int) -> str:
    """Id of a row; those of a recording's further files carry the file's number."""
    return f"row/{episode.slug}{f'.{file + 1}' if file else ''}/{list_}/{index}"


def _iterate_row_ids(episode: EpisodeGraph, list_: str) -> Iterator[tuple[str, Row]]:
    for n, file in enumerate(episode.files):
        for row in file.rows.get(list_, ()):
            yield row_id(episode, n, list_, row.index), row


def _describe_rows(episode: EpisodeGraph, number: int, file: Episode) -> Iterator[SubjectBlock]:
    # Half of all statements are made here: what does not change from row to row is made once.
    source = ("prov:wasDerivedFrom", [iri_ref(file_id(file))])
    for list_, rows in file.rows.items():
        row_type = load_field_table().rows[list_]
        class_ = ("a", [row_type.class_])
        written = [(n, f.property, f.type) for n, f in row_type.fields.items() if f.property != "-"]
        for row in rows:
            pairs = [class_, ("kg:jsonPointer", [f'"{row.pointer}"'])]
            _add_row_fields(pairs, row, written)
            pairs.append(source)
            yield row_id(episode, number, list_, row.index), pairs


_BY_MODEL: PredicateObjects = ("kg:extractor", ["kg:LanguageModel"])
_BY_REGEX: PredicateObjects = ("kg:extractor", ["kg:RegexPass"])
_BY_HAND: PredicateObjects = ("kg:extractor", ["kg:HandWritten"])


def _add_row_fields(
    pairs: list[PredicateObjects], row: Row, written: list[tuple[str, str, str]]
) -> None:
    """The row's fields, one pair a property: two fields may share one."""
    values = row.values
    for name, predicate, type_ in written:
        if name in values and (tokens := format_objects(type_, values[name])):
            if pairs[-1][0] == predicate:
                tokens = list(dict.fromkeys((*pairs.pop()[1], *tokens)))
            pairs.append((predicate, tokens))
    pairs.append(_choose_extractor(row))
    if "+" in values:
        pairs.append(("kg:unknownField", [typed_literal(str(values["+"]), "rdf:JSON")]))


def _choose_extractor(row: Row) -> PredicateObjects:
    """Who wrote a row; only of companies does it show whether a person did."""
    if row.values.get("source") == "llm_enhanced":
        return _BY_MODEL
    return _BY_HAND if row.list == "companies" and detect_extractor(row) == "hand" else _BY_REGEX
