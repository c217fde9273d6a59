"""Why an episode has a theme, topic or tag, or what it lacks to be about a theme.

The themes are those of the episode's record (:func:`~kgraph.graph.network.iter_theme_sources`), of
which every edge is made. The words are found again by the functions that a build finds them with.
A theme has no confidence: words of fixed lists decide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kgraph.base.media import link_minute
from kgraph.base.text import name_key
from kgraph.graph import EpisodeGraph
from kgraph.graph.episode_recording import read_recording
from kgraph.graph.network import collect_tags, collect_topics, iter_theme_sources
from kgraph.graph.records import MentionEdge, Occurrence
from kgraph.graph.term_lookup import find_theme, list_topic_and_tag_ids
from kgraph.resolve.quotes.decide import rank_text
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.resolve.quotes.theme_words import load_theme_words
from kgraph.resolve.quotes.themes import find_themes, list_topics
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reasons import (
    Claim,
    FilePlace,
    JudgementCitations,
    cut_claims,
    make_claim,
    make_row_claim,
)

#: Words of a reason: how a text names a theme.
_STRING_WORDS = "its topic string {text} names {label}"
_WORD_WORDS = {
    True: "its words {text} mean {label} by themselves",
    False: "its words {text} bear out a topic string for {label}",
}


def explain_terms(
    graph: OpenGraph, episode: EpisodeGraph, name: str, citations: JudgementCitations
) -> Iterator[Claim]:
    """Yield the edges of an episode to the theme, topic and tag of a name, id or IRI."""
    if theme := find_theme(graph.shared, name):
        yield from explain_theme(graph, episode, theme, citations)
    for id_ in list_listed_terms(episode, name):
        thing = graph.make_ref(id_)
        sources = list(_list_entries(episode, id_))
        rows = [_make_row("listed", (), source, thing.label) for source in sources]
        values = {"label": thing.label}
        yield make_claim(
            "listed", values, confidence=1.0, rule="listed", thing=thing, because=tuple(rows)
        )


def list_listed_terms(episode: EpisodeGraph, name: str) -> list[str]:
    """Return the ids of the topic and tag of a name, id or IRI that an episode lists."""
    listed = {*(id_ for id_, _, _ in collect_topics(episode)), *collect_tags(episode)}
    return list(dict.fromkeys(filter(listed.__contains__, list_topic_and_tag_ids(name))))


def _list_entries(episode: EpisodeGraph, id_: str) -> Iterator[FilePlace]:
    field = id_.partition("/")[0]
    for file in episode.files:
        for row in file.rows.get(f"{field}s", ()):
            if f"{field}/{name_key(row.text(field))}" == id_:
                extractor = "hand" if file.is_by_hand else row.extractor
                yield FilePlace(file.file, row.pointer, row.text(field), extractor=extractor)


def explain_theme(
    graph: OpenGraph, episode: EpisodeGraph, id_: str, citations: JudgementCitations
) -> Iterator[Claim]:
    """Yield the edge to a theme; nothing if the episode is neither about it nor a narrower one."""
    sources: dict[str, list[Occurrence | MentionEdge]] = {}
    for key, source in iter_theme_sources(episode):
        sources.setdefault(f"theme/{key}", []).append(source)
    themes, label = graph.shared.themes, graph.make_ref(id_).label
    rows: list[Claim] = []
    for source in sources.get(id_, ()):
        if isinstance(source, Occurrence):
            rows += explain_quote(episode, source, id_, label)
        else:
            rows.append(_explain_same_thing(graph, episode, source, citations))
    for theme in sorted(key for key in sources if key in themes and themes[key].broader == id_):
        narrower = next(explain_theme(graph, episode, theme, citations))
        rows.append(
            make_claim(
                "narrower",
                {"other": themes[theme].label},
                thing=narrower.thing,
                because=narrower.because,
            )
        )
    if rows:
        yield make_claim(
            *("about", {"label": label}),
            rule="about",
            thing=graph.make_ref(id_),
            because=tuple(rows),
        )


def _explain_same_thing(
    graph: OpenGraph, episode: EpisodeGraph, edge: MentionEdge, citations: JudgementCitations
) -> Claim:
    thing = graph.make_ref(edge.target)
    rows = (make_row_claim(episode, edge, row, citations, thing) for row in edge.rows)
    return make_claim(
        "thing",
        {"other": thing.label},
        confidence=edge.confidence,
        thing=thing,
        because=tuple(rows),
    )


def explain_quote(
    episode: EpisodeGraph, occurrence: Occurrence, id_: str, label: str
) -> list[Claim]:
    """Return the rows of a quote that have topic strings or words of a theme."""
    key = id_.partition("/")[2]
    rows = {row_key: episode.find_row("quotes", *row_key) for row_key in occurrence.rows}
    texts = {row_key: row.text("text") for row_key, row in rows.items()}
    main = max(
        texts,
        key=lambda row: rank_text(quote_key(texts[row]) == occurrence.quote, texts[row], *row),
    )
    means, supports = load_theme_words().find_words(texts[main], key)
    recording = read_recording(episode)
    minute = recording.estimate_minute(texts[main])
    claims = []
    for row_key, row in rows.items():
        strings = [text for text in list_topics(row) if key in find_themes(text)]
        words = (means or supports) if row_key == main else []
        if not strings and not words:
            continue
        file = episode.files[row_key[0]]
        source = FilePlace(
            *(file.file, row.pointer, ", ".join(strings or words), texts[row_key]),
            extractor="hand" if file.is_by_hand else row.extractor,
            recording=link_minute(recording.address, minute),
            minute=minute,
        )
        reasons = [_STRING_WORDS.format(text=f"“{text}”", label=label) for text in strings]
        if words:
            listed = ", ".join(f"“{word}”" for word in words)
            reasons.append(_WORD_WORDS[bool(means)].format(text=listed, label=label))
        claims.append(_make_row("word" if means else "topic-string", reasons, source, label))
    return claims


def _make_row(rule: str, reasons: Iterable[str], source: FilePlace, label: str) -> Claim:
    because = tuple(Claim(rule, words) for words in reasons)
    return make_claim(rule, {"label": label}, rule=rule, source=source, because=because)


def explain_near_themes(
    graph: OpenGraph, episode: EpisodeGraph, id_: str
) -> tuple[list[Claim], str]:
    """Return in which ways an episode comes near a theme, and what it needs to be about it."""
    key, label = id_.partition("/")[2], graph.make_ref(id_).label
    near: Mapping[str, list[Claim]] = {"advert-quotes": [], "no-words": [], "no-string": []}
    for occurrence in episode.occurrences:
        rows = explain_quote(episode, occurrence, id_, label)
        kind = "no-words"
        if key in occurrence.themes:  # outside adverts, the episode would be about it
            kind = "advert-quotes"
        elif not any(" topic string “" in reason.words for row in rows for reason in row.because):
            kind = "no-string"
        near[kind].extend(rows)
    trees = [
        make_claim(kind, {"label": label}, thing=graph.make_ref(id_), **cut_claims(rows))
        for kind, rows in near.items()
        if rows
    ]
    term = graph.shared.themes[id_]
    thing = f", or a mention of {graph.make_ref(term.thing).label}" if term.thing else ""
    need = (
        f"To be about {label}, it needs a quote outside adverts with a word that means the theme, "
        f"or with a topic string and a word that bears it out{thing}, or a narrower theme."
    )
    values = {"label": label}
    return trees or [make_claim("not-about", values, thing=graph.make_ref(id_))], need
