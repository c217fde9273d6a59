"""Describe an episode in RDF, in the terms of ``ontology/kgraph.ttl``.

Takes an :class:`EpisodeGraph`, gives blocks: a subject's id with its predicates and objects.

Invariants:
    * a subject has one block, and no block states anything twice;
    * there are no blank nodes;
    * an accepted edge is a plain statement *and* a node with its confidence and evidence;
    * a rejected mention is a node only, and so is one that is more likely wrong than right, unless
      a selection counts these: then its statement is ``kg:mayMention``, never ``schema:mentions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kgraph.base.errors import InputError
from kgraph.base.model import EpisodeFile, Reason, reaches_floor
from kgraph.base.text import hex_digest, slugify
from kgraph.base.vocabulary import load_field_table
from kgraph.graph import EpisodeGraph, MentionEdge, Quote
from kgraph.graph.network import (
    ABOUT,
    ADVERTISES,
    HAS_PART,
    KEYWORDS,
    MAY_MENTION,
    MENTIONS,
    PART_OF_SERIES,
    collect_tags,
    collect_topics,
)
from kgraph.rdf.terms import (
    FIELD_FORMATTERS,
    boolean_literal,
    date_literal,
    decimal_literal,
    format_objects,
    iri_ref,
    string_literal,
    typed_literal,
)

PredicateObjects = tuple[str, list[str]]
SubjectBlock = tuple[str, list[PredicateObjects]]

#: ``kb``: for other knowledge bases, with confidences (:mod:`kgraph.rdf.kb`); ``full``: all
#: evidence; ``edges``: plain statements and labels only.
PROFILES = ("kb", "full", "edges")

MIN_ADVERT_PROBABILITY = 0.05  #: of a quote that is no advert, from which it is stated


def check_profile(name: str) -> None:
    """Raise InputError if there is no such profile."""
    if name not in PROFILES:
        raise InputError(f"{name}: no such profile; choose one of {', '.join(PROFILES)}")


def count_statements(blocks: Iterable[SubjectBlock]) -> int:
    """Return the number of statements in blocks."""
    return sum(len(objects) for _, pairs in blocks for _, objects in pairs)


def make_block(id_: str, pairs: Iterable[PredicateObjects]) -> SubjectBlock:
    """Return a block without the predicates that have no objects."""
    return id_, [pair for pair in pairs if pair[1]]


def describe_episode(episode: EpisodeGraph, profile: str = "full") -> Iterator[SubjectBlock]:
    """Yield the blocks of an episode: itself, its quotes, and with ``full`` its evidence."""
    yield _describe_main(episode, profile == "full")
    yield from (_describe_quote(episode, quote) for quote in episode.quotes)
    if profile != "full":
        return
    yield from (_describe_file(episode, number) for number in range(len(episode.files)))
    yield from _describe_edges(episode)
    yield from _describe_occurrences(episode)
    for number, file in enumerate(episode.files):
        yield from _describe_rows(episode, number, file)


# -- the episode and its files -------------------------------------------------


def _describe_main(episode: EpisodeGraph, full: bool) -> SubjectBlock:
    file = episode.main_file
    pairs: list[PredicateObjects] = [("a", ["schema:PodcastEpisode"])]
    if full:
        pairs += _list_fields(file)
    else:
        pairs += [("schema:name", [string_literal(file.title)]), *state_date(file)]
    pairs += [
        (PART_OF_SERIES, [iri_ref(episode.show.target)] if episode.show else []),
        (ABOUT, [iri_ref(id_) for id_, _, _ in collect_topics(episode)]),
        (KEYWORDS, [iri_ref(id_) for id_ in collect_tags(episode)]),
        (MENTIONS, [iri_ref(m.target) for m in episode.mentioned if not m.is_unlikely]),
        (ADVERTISES, [iri_ref(mention.target) for mention in episode.advertised]),
        (MAY_MENTION, [iri_ref(m.target) for m in episode.mentioned if m.is_unlikely]),
        (HAS_PART, [iri_ref(f"quote/{item.quote}") for item in episode.occurrences]),
    ]
    if full:
        for list_, predicate in (("insights", "kg:insight"), ("actionable_items", "kg:actionItem")):
            ids = [
                iri_ref(row_id(episode, number, list_, row.index))
                for number, source_file in enumerate(episode.files)
                for row in source_file.rows.get(list_, ())
            ]
            pairs.append((predicate, ids))
        pairs.append(("prov:wasDerivedFrom", [iri_ref(file_id(file)) for file in episode.files]))
    return make_block(episode.id, pairs)


def _list_fields(file: EpisodeFile) -> list[PredicateObjects]:
    """Return the file's own fields, by the field table; a title is never missing."""
    table = load_field_table().episode
    pairs: list[PredicateObjects] = []
    for name, value in file.values.items():
        if name == "date":
            pairs += state_date(file)
        elif table[name].property != "-":
            pairs.append((table[name].property, format_objects(table[name].type, value)))
    if "title" not in file.values:
        pairs.insert(0, (table["title"].property, [string_literal(file.title)]))
    return pairs


def state_date(file: EpisodeFile) -> list[PredicateObjects]:
    """State the day, what day it is, and the moment of publication; nothing without a date.

    A day has one datatype, whatever else is known: a comparison with an xsd:date is an error for
    an xsd:dateTime, and leaves the episode out without a word.
    """
    if not file.date:
        return []
    day = typed_literal(file.date[:10], "xsd:date")
    if file.date_is_fallback:
        return [("kg:day", [day]), ("kg:dateSource", ["kg:ProcessingDate"])]
    has_time = "T" in file.date
    return [
        ("kg:day", [day]),
        ("kg:dateSource", ["kg:PublicationDate"]),
        ("schema:datePublished", [day]),
        *([("kg:publishedAt", [date_literal(file.date)])] if has_time else []),
    ]


def file_id(file: EpisodeFile) -> str:
    """Return the id of an input file: its name; with a digest if that is not safe in an IRI."""
    slug = slugify(file.file, 160)
    return f"file/{slug}" if slug == file.file else f"file/{slug}-{hex_digest(file.file, 8)}"


def _describe_file(episode: EpisodeGraph, number: int) -> SubjectBlock:
    file = episode.files[number]
    # The values of the first file are the episode's own, but for a day of processing where another
    # file states the date of publication.
    values = _list_fields(file) if number else []
    if not number and episode.stating_files.get("date"):
        values = state_date(file)
    unknown_fields = [
        typed_literal(f"{{{string_literal(name)}:{json}}}", "rdf:JSON")
        for name, json in sorted(file.extra.items())
    ]
    return make_block(
        file_id(file),
        [
            ("a", ["kg:EpisodeFile", "prov:Entity"]),
            ("kg:fileName", [string_literal(file.file)]),
            ("kg:sha256", [string_literal(file.sha256)]),
            *values,
            ("kg:bodyComment", [string_literal(text) for text in dict.fromkeys(file.comments)]),
            ("kg:body", [string_literal(file.body)] if file.body else []),
            ("kg:unknownField", unknown_fields),
        ],
    )


# -- edges ---------------------------------------------------------------------

# What many blocks state alike is made once.
_ACCEPTED: PredicateObjects = ("kg:status", ["kg:Accepted"])
_CERTAIN: PredicateObjects = ("kg:confidence", ["1.0"])
_MENTION: PredicateObjects = ("a", ["kg:Mention"])
_NAMING: PredicateObjects = ("a", ["kg:Naming"])
_OCCURRENCE: PredicateObjects = ("a", ["kg:Occurrence"])
_QUOTATION: PredicateObjects = ("a", ["schema:Quotation"])
_REJECTED: PredicateObjects = ("kg:status", ["kg:Rejected"])
_UNLIKELY: PredicateObjects = ("kg:status", ["kg:Unlikely"])
_IS_ADVERT: PredicateObjects = ("kg:advert", [boolean_literal(True)])
_NO_ADVERT: PredicateObjects = ("kg:advert", [boolean_literal(False)])


def _state_reasons(
    reasons: tuple[Reason, ...], predicate: str = "kg:reason"
) -> list[PredicateObjects]:
    if not reasons:
        return []
    text = "; ".join([f"{reason.part}: {reason.words}" for reason in reasons])
    return [(predicate, [string_literal(text)])]


def _describe_edges(episode: EpisodeGraph) -> Iterator[SubjectBlock]:
    """Yield the edges to the show, entities, topics and tags, with their evidence."""
    source = _state_episode(episode)
    if show := episode.show:
        pairs = [
            ("a", ["kg:Membership"]),
            source,
            ("kg:show", [iri_ref(show.target)]),
            ("kg:confidence", [decimal_literal(show.confidence)]),
            *_state_reasons(show.reasons),
        ]
        yield f"membership/{episode.slug}/{show.key}", pairs
    row_ids = _start_row_ids(episode, "companies")
    for mention in episode.mentions:
        evidence = [f"<{row_ids[row.file]}{row.index}>" for row in mention.rows]
        pairs = [_MENTION, source, *_describe_mention(mention, evidence)]
        yield f"mention/{episode.slug}/{mention.target}", pairs
    for id_, prominence, count in collect_topics(episode):
        yield (
            f"topicality/{episode.slug}/{id_.partition('/')[2]}",
            [
                ("a", ["kg:Topicality"]),
                source,
                ("kg:topic", [iri_ref(id_)]),
                ("kg:prominence", [decimal_literal(prominence)]),
                ("kg:keywordCount", [str(count)]),
                _CERTAIN,
            ],
        )
    for id_ in collect_tags(episode):
        pairs = [("a", ["kg:Tagging"]), source, ("kg:tag", [iri_ref(id_)]), _CERTAIN]
        yield f"tagging/{episode.slug}/{id_.partition('/')[2]}", pairs


def _state_episode(episode: EpisodeGraph) -> PredicateObjects:
    return "kg:episode", [iri_ref(episode.id)]


def _describe_mention(mention: MentionEdge, evidence: list[str]) -> list[PredicateObjects]:
    """Return what the node of a mention states besides its class and episode."""
    pairs: list[PredicateObjects] = [_REJECTED]
    if mention.is_accepted:
        status = _UNLIKELY if mention.is_unlikely else _ACCEPTED
        pairs = [("kg:entity", [iri_ref(mention.target)]), status]
    pairs += [
        ("kg:confidence", [decimal_literal(mention.confidence)]),
        ("kg:rule", [string_literal(mention.rule)]),
        ("kg:mentionCount", [str(len(evidence))]),
    ]
    if not mention.is_accepted:  # an accepted one has its entity's name
        pairs.append(("rdfs:label", [string_literal(mention.label)]))
    pairs.append(("kg:evidence", evidence))
    if mention.is_advert:
        pairs += [_IS_ADVERT, ("kg:advertProbability", [decimal_literal(mention.advert)])]
        pairs += _state_reasons(mention.advert_reasons, "kg:advertReason")
    strongest = max(mention.rows, key=lambda row: row.confidence)
    return pairs + _state_reasons(strongest.reasons)


# -- quotes --------------------------------------------------------------------


def _describe_quote(episode: EpisodeGraph, quote: Quote) -> SubjectBlock:
    pairs = [
        _QUOTATION,
        ("schema:text", [string_literal(quote.text)]),
        _IS_ADVERT if quote.is_advert else _NO_ADVERT,
    ]
    if quote.advert >= MIN_ADVERT_PROBABILITY:
        pairs.append(("kg:advertProbability", [decimal_literal(quote.advert)]))
    pairs += _state_reasons(quote.reasons, "kg:advertReason")
    if named := episode.list_named(quote):
        likely = [iri_ref(id_) for id_, confidence in named if reaches_floor(confidence)]
        unlikely = [iri_ref(id_) for id_, confidence in named if not reaches_floor(confidence)]
        pairs += [pair for pair in ((MENTIONS, likely), (MAY_MENTION, unlikely)) if pair[1]]
    return quote.id, pairs


def _describe_occurrences(episode: EpisodeGraph) -> Iterator[SubjectBlock]:
    """Yield the edges to quotes, and from quotes to the entities that they name."""
    source, row_ids = _state_episode(episode), _start_row_ids(episode, "quotes")
    for item in episode.occurrences:
        pairs = [
            _OCCURRENCE,
            source,
            ("kg:quote", [f"<quote/{item.quote}>"]),
            _CERTAIN,
            ("kg:relevance", [decimal_literal(item.relevance)]),
        ]
        if item.themes:
            pairs.append(("kg:theme", [f"<theme/{key}>" for key in item.themes]))
        if item.rows:
            evidence = [f"<{row_ids[file]}{index}>" for file, index in item.rows]
            pairs.append(("kg:evidence", evidence))
        yield f"occurrence/{episode.slug}/{item.quote}", pairs
    for quote in episode.quotes:
        for id_, confidence in quote.entities:
            yield (
                f"naming/{quote.key}/{id_}",
                [
                    _NAMING,
                    ("kg:quote", [iri_ref(quote.id)]),
                    ("kg:entity", [iri_ref(id_)]),
                    ("kg:confidence", [decimal_literal(confidence)]),
                ],
            )


# -- rows ----------------------------------------------------------------------

_EXTRACTORS: dict[str, PredicateObjects] = {
    "llm": ("kg:extractor", ["kg:LanguageModel"]),
    "regex": ("kg:extractor", ["kg:RegexPass"]),
    "hand": ("kg:extractor", ["kg:HandWritten"]),
}


def row_id(episode: EpisodeGraph, file: int, list_: str, index: int) -> str:
    """Return the id of a row; further files of an episode add their number to its slug."""
    return f"row/{episode.slug}{f'.{file + 1}' if file else ''}/{list_}/{index}"


def _start_row_ids(episode: EpisodeGraph, list_: str) -> list[str]:
    return [row_id(episode, number, list_, 0)[:-1] for number in range(len(episode.files))]


def _describe_rows(episode: EpisodeGraph, number: int, file: EpisodeFile) -> Iterator[SubjectBlock]:
    # Half of all statements are made here: constant pairs are shared by all rows.
    source = ("prov:wasDerivedFrom", [iri_ref(file_id(file))])
    is_by_hand = file.is_by_hand
    for list_, rows in file.rows.items():
        row_type = load_field_table().rows[list_]
        class_ = ("a", [row_type.class_])
        fields = [
            (name, field.property, FIELD_FORMATTERS[field.type])
            for name, field in row_type.fields.items()
            if field.property != "-"
        ]
        start = _start_row_ids(episode, list_)[number]
        for row in rows:
            pairs = [class_, ("kg:jsonPointer", [f'"{row.pointer}"'])]
            values = row.values
            for name, predicate, format_value in fields:
                if name in values:
                    formatted = format_value(values[name])
                    tokens = formatted if isinstance(formatted, list) else [formatted]
                    if pairs[-1][0] == predicate:  # two fields in a row may share a property
                        tokens = list(dict.fromkeys((*pairs.pop()[1], *tokens)))
                    if tokens:
                        pairs.append((predicate, tokens))
            pairs.append(_EXTRACTORS["hand" if is_by_hand else row.extractor])
            if "+" in values:
                pairs.append(("kg:unknownField", [typed_literal(str(values["+"]), "rdf:JSON")]))
            pairs.append(source)
            yield f"{start}{row.index}", pairs
