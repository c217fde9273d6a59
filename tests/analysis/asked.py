"""A store of a few made-up episodes, small enough to answer every question by hand."""

from types import SimpleNamespace
from typing import NamedTuple

import msgspec

from kgraph.base.model import EpisodeFile, Reason, Row
from kgraph.base.text import hex_digest, name_key
from kgraph.graph import (
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    SharedData,
    ShowEdge,
)
from kgraph.graph.tally import Tally, build_shared_data, tally_episode
from kgraph.rdf import Turtle, describe_episode, describe_shared
from kgraph.store import BuildWriter, Store

BASE = "https://example.org/id/"
KINDS = {"Coinbase": "crypto-exchange", "Kraken": "crypto-exchange", "NVIDIA": "chip-maker"}


class Said(NamedTuple):
    """A quote: what it names, under which themes, how relevant, why."""

    text: str
    relevance: float = 0.95
    themes: str = ""
    names: str = ""
    advert: bool = False
    why: str = ""


def episode(title, date, companies, quotes=(), show="", dated=True, copies=1, **values):
    """One recording: "Label:type:confidence" of what it mentions, a rejected one is "noise"."""
    slug = name_key(title)
    found = [parsed(text) for text in companies]
    rows = {
        "companies": tuple(
            Row("companies", n, {"name": label, "context": f"of {label}", "source": source})
            for n, (label, _, _, source) in enumerate(found)
        ),
        "quotes": tuple(
            Row("quotes", n, {"text": q.text, "topic": q.themes, "impact_reason": q.why or "new"})
            for n, q in enumerate(quotes)
        ),
    }
    facts = {"title": title, "date": date, **values}
    names = [f"{slug}{n or ''}.md" for n in range(copies)]
    files = tuple(
        EpisodeFile(name, hex_digest(name, 64), facts, rows, {}, not dated) for name in names
    )
    mentions = tuple(
        MentionEdge(
            type_,
            name_key(label),
            label,
            sure,
            "known" if type_ != "noise" else "not-a-name",
            (RowDecision(0, n, label, sure, "known", (Reason("lexicon", "known"),)),),
        )
        for n, (label, type_, sure, _) in enumerate(found)
    )
    ids = {m.label: m.target for m in mentions}
    named = [tuple((ids[name], 0.9) for name in q.names.split(",") if name) for q in quotes]
    return EpisodeGraph(
        slug,
        files,
        ShowEdge(name_key(show), show, 0.9) if show else None,
        tuple(sorted(mentions, key=lambda m: (not m.is_accepted, m.target))),
        tuple(
            Quote(quote_key(q), q.text, 0.9 if q.advert else 0.0, (), entities)
            for q, entities in zip(quotes, named, strict=True)
        ),
        tuple(
            Occurrence(
                quote_key(q),
                q.relevance,
                ((0, n),),
                tuple(theme.strip() for theme in q.themes.split(",") if theme),
                q.advert,
            )
            for n, q in enumerate(quotes)
        ),
    )


def sold(one, *labels):
    """The recording, as if it named these in adverts alone."""
    return msgspec.structs.replace(
        one,
        mentions=tuple(
            msgspec.structs.replace(mention, advert=0.98) if mention.label in labels else mention
            for mention in one.mentions
        ),
    )


def parsed(text):
    label, type_, sure, *by = text.split(":")
    return label, type_, float(sure), by[0] if by else "llm_enhanced"


def quote_key(said):
    return hex_digest(said.text)


def stored(path, episodes):
    """The episodes as the last whole graph of a store; texts that recur stand once."""
    seen, kept = set(), []
    for one in sorted(episodes, key=lambda episode: episode.slug):
        quotes = tuple(quote for quote in one.quotes if quote.key not in seen)
        seen.update(quote.key for quote in quotes)
        kept.append(
            EpisodeGraph(one.slug, one.files, one.show, one.mentions, quotes, one.occurrences)
        )
    total = Tally()
    for one in kept:
        total.add(tally_episode(one))
    shared = build_shared_data(total, hex_digest(repr(kept), 64), add_kind)
    with BuildWriter(path, BASE) as draft:
        turtle = Turtle(BASE)
        groups = [*(g for one in kept for g in describe_episode(one)), *describe_shared(shared)]
        draft.load((turtle.header() + turtle.serialize(groups)).encode())
        draft.add_records([one.slug for one in kept], [msgspec.msgpack.encode(one) for one in kept])
        draft.publish(shared, 0, b"{}", b"")
    return Store(path)


def outlined(*episodes, kind=""):
    """What an analysis needs of a store: episodes in a line, each letter a company."""
    outlines = {
        f"e{n}": EpisodeSummary((f"e{n}.md",), f"Episode {n}", "2025-09-01", True, "", mentions)
        for n, letters in enumerate(episodes)
        for mentions in [{f"company/{letter}": 1.0 for letter in letters}]
    }
    letters = sorted(set("".join(episodes)))
    entities = {
        f"company/{x}": Entity(
            "company", x, x.upper(), {}, sum(x in e for e in episodes), 1.0, kind
        )
        for x in letters
    }
    return SimpleNamespace(shared=SharedData(entities, summaries=outlines))


def add_kind(entity):
    entity.kind = KINDS.get(entity.label, "") if entity.type == "company" else ""


EPISODES = [
    episode(
        "Chips and banks",
        "2025-06-02",
        ["NVIDIA:company:1", "OpenAI:company:0.9", "Google:company:0.8", "Jane Roe:person:0.9"],
        [
            Said("Stablecoins settle in seconds, we saw.", 0.97, "stablecoins,defi", "OpenAI"),
            Said("A stablecoin is a bank.", 0.96, "stablecoins,defi", why="A risk to banks"),
            Said("One more stablecoin now.", 0.95, "defi,regulation"),
            Said("Use code STABLECOIN for a discount.", 0.99, advert=True),
        ],
        show="Alpha",
        original_url="https://example.org/1",
        key_takeaways=["Banks move", "Chips sell"],
    ),
    episode(
        "Models",
        "2025-06-20",
        ["NVIDIA:company:0.9", "OpenAI:company:1", "Kraken:company:0.5:regex"],
        [
            Said("AI safety is why OpenAI waits.", 0.8, "ai-safety", "OpenAI"),
            Said("AI safety matters.", 0.7, "ai-safety,artificial-intelligence"),
            Said("Use code STABLECOIN for a discount.", 0.99, advert=True),
        ],
        show="Beta",
    ),
    episode(
        "Exchanges",
        "2025-07-01",
        ["OpenAI:company:1", "NVIDIA:company:1", "Coinbase:company:0.9", "Acme:company:0.55:regex"],
        [
            Said("Is the bubble in AI about to burst?", 1.0, "investment"),
            Said("Tokenization of bonds is here.", 0.85, "regulation,tokenization"),
            Said("Tokenisation comes next.", 0.84, "tokenization"),
            Said("Use code STABLECOIN for a discount.", 0.99, advert=True),
        ],
        show="Alpha",
        summary="## Summary: Exchanges\n\n---\n\nOn **exchanges**.\n\n### 1. Focus\nMore.",
        copies=2,
    ),
    episode(
        "More exchanges",
        "2025-07-09",
        ["Coinbase:company:0.9", "Google:company:0.9", "And I:noise:0.6:regex"],
        show="Beta",
    ),
    episode("Undated", "2025-07-10", ["NVIDIA:company:1", "OpenAI:company:1"], dated=False),
]


def rising(confidence="1"):
    """NVIDIA rises within a show; Google only because a show begins that always mentions it."""
    months = [("2025-05", "Alpha", 8, 1, 0), ("2025-06", "Alpha", 8, 7, 0)]
    months.append(("2025-06", "Beta", 9, 0, 9))
    talks = []
    for month, show, episodes, nvidia, google in months:
        for n in range(episodes):
            companies = [f"NVIDIA:company:{confidence}"] * (n < nvidia)
            companies += ["Google:company:1"] * (n < google)
            talks.append(episode(f"{show} {month} {n}", f"{month}-02", companies, show=show))
    return talks
