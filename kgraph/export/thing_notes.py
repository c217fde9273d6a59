"""Notes of entities, shows and themes: what each is, and which episodes are on it."""

from __future__ import annotations

import re

from kgraph.base.external_id import ExternalId
from kgraph.base.model import STATED_DECIMALS
from kgraph.base.text import pluralize
from kgraph.export.note_text import PropertyValue, escape_line, make_tag, make_web_link
from kgraph.export.notes import (
    PROGRAM,
    Citation,
    Note,
    NoteContext,
    describe_counts,
    list_other_names,
    make_day,
    name_type,
)
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import MIN_TIE_SHOWS
from kgraph.pipeline.id_sources import IdSource
from kgraph.resolve.judgement import describe_judgement

LEXICON = Citation("lexicon", f"lexicon of {PROGRAM}", "Lexicon", f"Lexicon of {PROGRAM}")
OWN_LEXICON = Citation(
    "own-lexicon",
    f"lexicon of the user's own, over that of {PROGRAM}",
    "Own lexicon",
    f"Lexicon of the user's own, over that of {PROGRAM}",
)
IDENTITY = Citation(
    "identity",
    f"table of ids of {PROGRAM}",
    "Ids in other registers",
    f"Table of ids in other registers of {PROGRAM}, from openly licensed data",
)
OWN_IDS = Citation(
    "own-ids", "table of ids of the user's own", "Own ids", "Table of ids of the user's own"
)
UNKNOWN_IDS = Citation(
    "ids",
    "judgement, or table of ids of the user's own",
    "Judged or own ids",
    "A judgement, or a table of ids of the user's own: the build no longer tells which",
)

_ID_NAMES = {
    "wikidata": "Wikidata",
    "isin": "ISIN",
    "cik": "CIK (SEC)",
    "ticker": "Ticker",
    "coingecko": "CoinGecko",
    "caip2": "CAIP-2",
    "geonames": "GeoNames",
    "iso3166": "ISO 3166",
    "website": "Website",
    "enwiki": "Wikipedia",
}


def make_entity_note(context: NoteContext, id_: str) -> Note:
    """Return the note of an entity; of a show with its own episodes."""
    entity = context.entities[id_]
    mentions, adverts = context.mentions.get(id_, {}), context.adverts.get(id_, {})
    own = context.own_episodes.get(id_, [])
    days = context.state_days(mentions)
    lines, cited = _state_facts(context, entity)
    min_shows = MIN_TIE_SHOWS if mentions else 1  # its own episodes are of one show
    neighbours = context.list_neighbours(id_, mentions or dict.fromkeys(own, 1.0), min_shows)
    lines += neighbours
    cited += [context.computed] if neighbours else []
    for heading, confidences in (
        ("Its episodes", dict.fromkeys(own)),
        ("Episodes that mention it", mentions),
        ("Episodes that name it in adverts only", adverts),
    ):
        more, sources = context.list_episodes(heading, confidences, id_)
        lines += more
        cited += sources
    ids: dict[str, list[str]] = {"tickers": list(entity.tickers)}
    for kind, external in entity.ids:
        ids.setdefault("tickers" if kind == "ticker" else kind, []).append(external)
    properties: list[tuple[str, PropertyValue]] = [
        ("resource", context.base + id_),
        ("aliases", list_other_names(context, id_, entity.aliases)),
        ("tags", [tag] if (tag := make_tag(f"{entity.type}/{entity.kind}".rstrip("/"))) else []),
        ("iri", context.base + id_),
        *ids.items(),
        ("episodes", entity.episodes),
        *([("own_episodes", len(own))] if own else []),
        ("advertised", entity.advertised),
        ("shows", entity.shows),
        ("confidence", round(entity.confidence, STATED_DECIMALS)),
        ("first_day", make_day(days[0])),
        ("last_day", make_day(days[1])),
    ]
    return Note(
        context.paths[id_],
        name_type(entity.type),
        context.label(id_),
        compose_entity_sentence(context, id_),
        tuple(properties),
        tuple(lines),
        tuple(cited),
    )


def compose_entity_sentence(context: NoteContext, id_: str) -> str:
    """Describe an entity in one sentence."""
    entity, own = context.entities[id_], context.own_episodes.get(id_, [])
    kind = entity.kind.replace("-", " ")
    words = [name_type(entity.type) + (f" ({kind})" if kind else "")]
    if own:
        words.append(f"with {pluralize(len(own), 'episode')} here")
    if mentions := context.mentions.get(id_):
        days = context.state_days(mentions)
        counts = describe_counts(len(context.summaries), len(mentions), entity.shows, days)
        words.append(f"mentioned {counts}")
    elif adverts := context.adverts.get(id_):
        words.append(f"named in adverts of {pluralize(len(adverts), 'episode')} only")
    return ", ".join(words) + "."


def _state_facts(context: NoteContext, entity: Entity) -> tuple[list[str], list[Citation]]:
    lines, cited = [], []
    lexicon = OWN_LEXICON if context.id_sources.is_own_entry(entity) else LEXICON
    if entity.aliases:
        names = ", ".join(map(escape_line, entity.aliases))
        lines.append(f"- Also called {names}{lexicon.mark}")
        cited.append(lexicon)
    for predicate, target in entity.relations:
        if target in context.entities:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", predicate.partition(":")[2]).capitalize()
            link = context.link(target, entity.id)
            lines.append(f"- {escape_line(words)} {link}{lexicon.mark}")
            cited.append(lexicon)
    for theme in context.themes_by_thing.get(entity.id, ()):
        lines.append(f"- The same as the theme {context.link(theme, entity.id)}{lexicon.mark}")
        cited.append(lexicon)
    for kind, text in entity.ids:
        iris = ExternalId(kind, text).iris
        link = make_web_link(iris[0], text) if iris else escape_line(text)
        citation = _cite_id(context.id_sources.find(entity, kind, text))
        lines.append(f"- {_ID_NAMES[kind]}: {link}{citation.mark}")
        cited.append(citation)
    return [*lines, ""], cited


def _cite_id(source: IdSource) -> Citation:
    if source.judgement:
        line = source.judgement.line
        return Citation(
            f"judgement-{line}",
            f"line {line} of the judgements",
            "Judgement",
            f"Judgement {escape_line(describe_judgement(source.judgement))}",
        )
    return {"own": OWN_IDS, "shipped": IDENTITY}.get(source.kind, UNKNOWN_IDS)


# -- themes ------------------------------------------------------------------------


def make_theme_note(context: NoteContext, id_: str) -> Note:
    """Return the note of a theme."""
    theme = context.shared.themes[id_]
    slugs = context.theme_episodes.get(id_, [])
    days = context.state_days(slugs)
    lines, cited = [], []
    narrower = sorted(key for key, other in context.shared.themes.items() if other.broader == id_)
    if theme.broader in context.paths:
        lines.append(f"- Part of {context.link(theme.broader, id_)}{LEXICON.mark}")
    if narrower:
        links = ", ".join(context.link(other, id_) for other in narrower)
        lines.append(f"- Has the parts {links}{LEXICON.mark}")
    if theme.thing in context.entities:
        lines.append(f"- The same as {context.link(theme.thing, id_)}{LEXICON.mark}")
    cited += [LEXICON] if lines else []
    lines.append("")
    neighbours = context.list_neighbours(id_, dict.fromkeys(slugs, 1.0))
    cited += [context.computed] if neighbours else []
    more, sources = context.list_episodes("Episodes on it", dict.fromkeys(slugs), id_)
    return Note(
        context.paths[id_],
        "Theme",
        context.label(id_),
        compose_theme_sentence(context, id_),
        (
            ("resource", context.base + id_),
            ("aliases", list_other_names(context, id_)),
            ("tags", ["theme"]),
            ("iri", context.base + id_),
            ("episodes", theme.episodes),
            ("first_day", make_day(days[0])),
            ("last_day", make_day(days[1])),
        ),
        (*lines, *neighbours, *more),
        (*cited, *sources),
    )


def compose_theme_sentence(context: NoteContext, id_: str) -> str:
    """Describe a theme in one sentence."""
    total, episodes = len(context.summaries), context.shared.themes[id_].episodes
    days = context.state_days(context.theme_episodes.get(id_, []))
    return f"Theme {describe_counts(total, episodes, 0, days)}, its parts included."
