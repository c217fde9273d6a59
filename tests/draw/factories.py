"""A tiny graph, made by hand, whose texts mean harm."""

from kgraph.base.model import EpisodeFile
from kgraph.base.text import name_key
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
)
from kgraph.graph.tally import summarize_episode

HARM = '<img src=x onerror="window.harmed=1"></script><script>window.harmed=1</script>'
NAMES = {
    "company/acme": "Acme",
    "company/beta": "Beta Works",
    "company/evil": f"Evil {HARM} & Söhne\u2028",
    "person/ann": "Ann Example",
    "company/alone": "Alone",
}


def rows(name, sure):
    """A name written in two ways."""
    return tuple(
        RowDecision(0, n, way, sure, "rule") for n, way in enumerate((name, name_key(name)))
    )


def episode(number, *mentioned, quotes=(), sure=0.9, url="https://example.org/", date="2025-06-01"):
    """An episode that mentions ids; quotes are (text, ids that it names, advert)."""
    title = f"Talk {number} {HARM}"
    values = {"title": title, "date": date, "original_url": url}
    made = [
        Quote(f"{number}-{n}", text, 0.9 if advert else 0.1, (), tuple((id_, 1.0) for id_ in ids))
        for n, (text, ids, advert) in enumerate(quotes)
    ]
    return EpisodeGraph(
        f"e{number}",
        (EpisodeFile(f"e{number}.md", "", values, {}, {}),),
        ShowEdge("show", "A Show", 0.9),
        tuple(
            MentionEdge(*id_.split("/"), NAMES[id_], sure, "rule", rows(NAMES[id_], sure))
            for id_ in sorted(mentioned)
        ),
        tuple(made),
        tuple(
            Occurrence(quote.key, 0.5 + n / 10, (), (), quote.advert > 0.5)
            for n, quote in enumerate(made)
        ),
    )


EPISODES = [
    episode(
        1,
        "company/acme",
        "company/beta",
        "company/evil",
        quotes=[
            ("Acme bought Beta Works, they say.", ("company/acme", "company/beta"), False),
            (f"Evil quote {HARM}", ("company/evil",), False),
            ("Use code ACME for ten percent off.", ("company/acme", "company/beta"), True),
        ],
        url="javascript:window.harmed=1",
    ),
    episode(2, "company/acme", "company/beta", "person/ann", sure=0.6, date="2025-07-01"),
    episode(3, "company/acme", "company/evil", date="2025-08-01"),
    episode(4, "company/alone"),
    episode(5),
    episode(6),
]


def graph(episodes=EPISODES):
    counts = {id_: [m for e in episodes for m in e.mentions if m.target == id_] for id_ in NAMES}
    entities = {
        id_: Entity(
            *id_.split("/"), NAMES[id_], {NAMES[id_]: 1, name_key(NAMES[id_]): 2}, len(found), 0.9
        )
        for id_, found in sorted(counts.items())
    }
    outlines = {episode.slug: summarize_episode(episode) for episode in episodes}
    return Graph(episodes, SharedData(entities, summaries=outlines))
