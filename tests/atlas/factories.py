"""A small graph, made by hand, whose texts mean harm, and what an atlas of it says."""

import json
import shutil
import subprocess
from pathlib import Path

from kgraph.base.model import EpisodeFile, Row
from kgraph.graph import (
    Entity,
    EpisodeGraph,
    Graph,
    MentionEdge,
    Occurrence,
    Quote,
    RowDecision,
    SharedData,
    ShowEdge,
    TaxonomyTerm,
)

NODE = shutil.which("node") or ""
HARM = '</script><img src=x onerror="window.harmed=1">'
NAMES = {
    "company/acme": "Acme",
    "company/evil": f"Evil {HARM} & Söhne\u2028",
    "crypto/比特幣": "比特幣\n🔥",
    "person/ann": "Ann Example",
    "place/rome": "Rome",
}
THEMES = {
    "theme/gas": TaxonomyTerm("Gas", {"gas": 3}),
    "theme/tax": TaxonomyTerm("Tax", {"tax": 1}),
}


def episode(slug, mentions, quotes=(), elsewhere=(), date="2025-06-01", show="A Show"):
    """An episode: mentions are (id, confidence, ways of writing it); quotes are
    (key, text, relevance, themes, ids, advert); elsewhere are (key, relevance)."""
    ordered = sorted(mentions)
    companies, edges = [], []
    for id_, sure, ways in ordered:
        type_, key = id_.split("/")
        first = len(companies)
        for way in ways:
            values = {"name": way, "context": f"so {way} {HARM}", "confidence": "high"}
            if way.isupper():
                values["source"] = "llm_enhanced"
            companies.append(Row("companies", len(companies), values))
        made = tuple(
            RowDecision(0, first + n, way, sure - 0.2 * (len(ways) > 1), "known")
            for n, way in enumerate(ways)
        )
        edges.append(MentionEdge(type_, key, NAMES[id_], sure, "known", made))
    values = {
        "title": f"{slug} {HARM}",
        "original_url": "https://example.org/" if slug != "e3" else "javascript:harm()",
        "summary": f"About {slug} {HARM}",
    }
    if date:
        values["date"] = date
    listed = {
        "companies": tuple(companies),
        "tags": (Row("tags", 0, {"tag": "ai"}),),
        "topics": (Row("topics", 0, {"topic": "Chips", "prominence": 0.5, "mentions": 3}),),
    }
    sure = {id_: sure for id_, sure, _ in mentions}
    return EpisodeGraph(
        slug,
        (EpisodeFile(f"{slug}.md", "", values, listed, {}),),
        ShowEdge("a-show", show, 0.8) if show else None,
        tuple(edges),
        tuple(
            Quote(key, text, 0.9 if advert else 0.1, (), tuple((id_, sure[id_]) for id_ in ids))
            for key, text, _, _, ids, advert in quotes
        ),
        tuple(
            [Occurrence(key, r, (), themes, advert) for key, _, r, themes, _, advert in quotes]
            + [Occurrence(key, r, (), ("tax",)) for key, r in elsewhere]
        ),
    )


EPISODES = (
    episode(
        "e1",
        [
            ("company/acme", 0.9, ("Acme", "ACME")),
            ("company/evil", 0.6, ("Evil",)),
            ("crypto/比特幣", 0.8, ("比特幣",)),
            ("person/ann", 0.7, ("Ann",)),
        ],
        [
            ("00" * 8, f"Gas is dear. {HARM}", 0.4, ("gas",), ("company/acme",), False),
            (
                "11" * 8,
                "比特幣 🔥\nwins",
                0.9,
                ("gas", "tax"),
                ("crypto/比特幣", "company/acme"),
                False,
            ),
            ("22" * 8, "Use code ACME.", 1.0, (), (), True),
        ],
        elsewhere=[("33" * 8, 0.5)],
    ),
    episode(
        "e2",
        [("company/acme", 0.5, ("ACME",)), ("crypto/比特幣", 1.0, ("比特幣",))],
        [("33" * 8, "Taxes.", 0.3, ("tax",), (), False)],
        date="2025-08-01",
    ),
    episode("e3", [("place/rome", 0.55, ("Rome",))], date="", show=""),
    episode("e4", [], date="2025-07-01"),
)


def graph(episodes=EPISODES):
    entities = {}
    for id_, label in sorted(NAMES.items()):
        found = [m for e in episodes for m in e.mentions if m.target == id_]
        kind = "exchange" if id_ == "company/acme" else ""
        surfaces = {row.surface: 1 for mention in found for row in mention.rows}
        sure = max((mention.confidence for mention in found), default=0.0)
        links = (("kg:productOf", "company/acme"),) if id_ == "company/evil" else ()
        entities[id_] = Entity(*id_.split("/"), label, surfaces, len(found), sure, kind, links)
    entities["show/a-show"] = Entity("show", "a-show", "A Show", {}, 0, 0.8)
    topics = {"topic/chips": TaxonomyTerm("Chips", {"Chips": 4})}
    return Graph(
        episodes, SharedData(entities, topics, {"tag/ai": TaxonomyTerm("ai", {"ai": 4})}, THEMES)
    )


def decoded(path):
    """All that an atlas file says, read by the page's own script under node."""
    script = Path(__file__).parent / "decode.mjs"
    done = subprocess.run([NODE, script, path], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
