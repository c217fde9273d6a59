"""Why an episode has a theme, topic or tag: the rows that name it, and by which words.

The themes are those of the episode's record (:func:`~kgraph.graph.network.iter_theme_sources`), of
which every edge is made. The words are found again by the functions that a build finds them with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from kgraph.base.counts import rank_counts
from kgraph.base.media import link_minute
from kgraph.base.model import Reason
from kgraph.base.text import name_key
from kgraph.graph import EpisodeGraph, MentionEdge, SharedData
from kgraph.graph.episode_recording import read_recording
from kgraph.graph.network import collect_tags, collect_topics, iter_theme_sources
from kgraph.graph.records import Occurrence, TaxonomyTerm
from kgraph.graph.term_lookup import find_theme, list_topic_and_tag_ids
from kgraph.resolve.quotes.decide import rank_text
from kgraph.resolve.quotes.fingerprints import quote_key
from kgraph.resolve.quotes.theme_words import load_theme_words
from kgraph.resolve.quotes.themes import (
    find_concept_names,
    find_themes,
    list_topics,
    load_themes,
)
from kgraph.views.explanation import (
    LISTED_EDGE_RULE,
    THEME_EDGE_RULE,
    Explanation,
    Witness,
    make_witness,
)
from kgraph.views.values import format_fraction

#: Rules of the rows of a theme.
WORD_RULE = "word"  #: a word of the quote means the theme by itself
TOPIC_RULE = "topic-string"  #: a topic string names it, and a word of the quote bears that out
THING_RULE = "thing"  #: an entity is mentioned that is the same thing


def explain_terms(episode: EpisodeGraph, name: str, shared: SharedData) -> Iterator[Explanation]:
    """Explain the edges of an episode to the theme, topic and tag of a name, id or IRI."""
    if theme := find_theme(shared, name):
        yield from explain_theme(episode, theme, shared.themes)
    for id_ in list_listed_terms(episode, name):
        rows = list(_list_entries(episode, id_))
        label, type_ = shared.terms[id_].label, id_.partition("/")[0]
        yield Explanation(episode.main_file.title, label, type_, id_, 1.0, LISTED_EDGE_RULE, rows)


def list_listed_terms(episode: EpisodeGraph, name: str) -> list[str]:
    """Return the ids of the topic and tag of a name, id or IRI that an episode lists."""
    listed = {*(id_ for id_, _, _ in collect_topics(episode)), *collect_tags(episode)}
    return list(dict.fromkeys(filter(listed.__contains__, list_topic_and_tag_ids(name))))


def list_theme_labels(episode: EpisodeGraph, themes: Mapping[str, TaxonomyTerm]) -> list[str]:
    """Return the labels of the themes of an episode, those of most quotes first."""
    counts = Counter(key for key, _ in iter_theme_sources(episode))
    return [
        themes[id_].label for key, _ in rank_counts(counts) if (id_ := f"theme/{key}") in themes
    ]


def _list_entries(episode: EpisodeGraph, id_: str) -> Iterator[Witness]:
    """Yield the entries of an episode's files that are a topic or tag."""
    field = id_.partition("/")[0]
    for file in episode.files:
        for row in file.rows.get(f"{field}s", ()):
            if f"{field}/{name_key(row.text(field))}" == id_:
                extractor = "hand" if file.is_by_hand else row.extractor
                written = (file.file, row.pointer, row.text(field), "", "", "")
                yield Witness(*written, extractor, LISTED_EDGE_RULE, 1.0, ())


def explain_theme(
    episode: EpisodeGraph, id_: str, themes: Mapping[str, TaxonomyTerm]
) -> Iterator[Explanation]:
    """Yield the edge to the theme of an id; nothing if the episode is not about it, nor about a
    narrower one."""
    sources: dict[str, list[Occurrence | MentionEdge]] = {}
    for key, source in iter_theme_sources(episode):
        sources.setdefault(f"theme/{key}", []).append(source)
    narrower = sorted(key for key in sources if key in themes and themes[key].broader == id_)
    own = [id_] if id_ in sources else narrower
    if not own:
        return
    rows = [
        row
        for theme in own
        for source in sources[theme]
        for row in _list_rows(episode, source, theme, themes[theme].label)
    ]
    reasons = []
    if narrower:
        listed = ", ".join(f"{themes[key].label} ({key})" for key in narrower)
        words = f"{themes[id_].label} is broader than {listed}, which the episode is about"
        reasons = [Reason("narrower", words)]
    yield Explanation(
        episode.main_file.title,
        themes[id_].label,
        "theme",
        id_,
        None,
        THEME_EDGE_RULE,
        rows,
        reasons=tuple(reasons),
    )


def _list_rows(
    episode: EpisodeGraph, source: Occurrence | MentionEdge, theme: str, label: str
) -> Iterator[Witness]:
    """Yield the rows of a quote or a mention by which an episode is about a theme."""
    if isinstance(source, Occurrence):
        yield from list_theme_rows(episode, source, theme.partition("/")[2], label)
        return
    sure = format_fraction(source.confidence)
    words = f"{source.label} ({source.target}) is the same thing as {label}, and is mentioned"
    reason = Reason("thing", f"{words}, {sure} sure")
    for decision in source.rows:
        row = make_witness(episode, decision)
        yield replace(row, rule=THING_RULE, reasons=(reason, *row.reasons))


def list_theme_rows(
    episode: EpisodeGraph, occurrence: Occurrence, key: str, label: str
) -> list[Witness]:
    """List the rows of a quote with topic strings that name a theme, or with the text that counts,
    if that has words of the theme."""
    rows = {row_key: episode.find_row("quotes", *row_key) for row_key in occurrence.rows}
    texts = {row_key: row.text("text") for row_key, row in rows.items()}
    main = max(
        texts,
        key=lambda row_key: rank_text(
            quote_key(texts[row_key]) == occurrence.quote, texts[row_key], *row_key
        ),
    )
    means, supports = load_theme_words().find_words(texts[main], key)
    recording = read_recording(episode)
    minute = recording.estimate_minute(texts[main])
    witnesses = []
    for row_key, row in rows.items():
        strings = [text for text in list_topics(row) if key in find_themes(text)]
        reasons = [Reason("topic string", _describe_string(text, key, label)) for text in strings]
        if row_key == main and (supports or means or key in occurrence.themes):
            reasons.append(Reason("words", _describe_words(means, supports, label)))
        if not reasons:
            continue
        file = episode.files[row_key[0]]
        witnesses.append(
            Witness(
                file.file,
                row.pointer,
                ", ".join(dict.fromkeys(strings or means or supports)),
                texts[row_key],
                "",
                "",
                "hand" if file.is_by_hand else row.extractor,
                WORD_RULE if means else TOPIC_RULE,
                None,
                tuple(reasons),
                recording=link_minute(recording.address, minute),
                minute=minute,
            )
        )
    return witnesses


def _describe_string(text: str, key: str, label: str) -> str:
    names = [name for name, of in find_concept_names(text, load_themes()).items() if of == key]
    by = f" by {_quote_all(names)}" if names else ", as every string without a known name does"
    return f"{_quote_all([text])} names {label}{by}"


def _describe_words(means: list[str], supports: list[str], label: str) -> str:
    if means:
        return f"{_quote_all(means)}: of the words that mean {label} by themselves"
    if supports:
        return f"{_quote_all(supports)}: of the words that bear out a topic string for {label}"
    return f"none of the quote is in the lists for {label} of this version: build again"


def _quote_all(texts: Iterable[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)
