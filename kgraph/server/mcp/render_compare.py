"""Comparisons over time and pairs as JSON values for agents (:mod:`kgraph.server.mcp.render`)."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.server.mcp.render import MAX_TITLE_CHARS, JsonObject, clean_text, drop_empty
from kgraph.views.compare import ComparedThing, CompareFacts, PairFacts
from kgraph.views.values import EpisodeLine, MonthCount

#: Fields of a month's row that are not the name of a thing.
ROW_FIELDS = frozenset({"month", "all_episodes", "shows", "both"})


def render_compare(facts: CompareFacts) -> JsonObject:
    """Render things over time."""
    return {
        "things": [_render_thing(each) for each in facts.things],
        **_render_months(facts.things, _make_row_names(facts.things)),
    }


def render_pair(facts: PairFacts) -> JsonObject:
    """Render two things together."""
    things = (facts.one, facts.other, facts.both)
    labels = [*_make_row_names(things[:2]), "both"]
    return {
        "one": _render_thing(facts.one),
        "other": _render_thing(facts.other),
        "both": {"episodes": facts.both.episodes, "shows": facts.both.shows},
        "lift": round(facts.lift, 2),
        "association": round(facts.association, 2),
        "may_be_chance": not facts.is_tie or facts.association <= 0,
        "quotes_total": facts.quotes_total,
        "quotes": [
            {
                "text": clean_text(row.quote.text),
                **_render_episode(row.quote.episode),
                **drop_empty(recording=clean_text(row.quote.recording)),
            }
            for row in facts.quotes
        ],
        "episodes": [
            {
                **_render_episode(row.episode),
                "confidence": round(row.episode.confidence, 3),
                "quotes_of_one": row.of_one,
                "quotes_of_other": row.of_other,
                "quotes_of_both": row.of_both,
                **drop_empty(recording=clean_text(row.recording)),
            }
            for row in facts.episodes
        ],
        "beside_both": [
            {
                "name": clean_text(row.thing.label),
                "id": row.thing.id,
                "episodes_with_one": row.episodes_with_one,
                "episodes_with_other": row.episodes_with_other,
            }
            for row in facts.shared
        ],
        "beside_both_total": facts.shared_total,
        **_render_months(things, labels),
    }


def _render_thing(each: ComparedThing) -> JsonObject:
    return drop_empty(
        id=each.thing.id,
        name=clean_text(each.thing.label),
        type=each.thing.type,
        episodes=each.episodes,
        shows=each.shows,
        undated=each.undated or "",
    )


def _render_episode(line: EpisodeLine) -> JsonObject:
    return {
        "episode": line.id,
        "title": clean_text(line.title, MAX_TITLE_CHARS),
        **drop_empty(date=line.date, show=clean_text(line.show.label) if line.show else ""),
    }


def _make_row_names(things: Sequence[ComparedThing]) -> list[str]:
    """Return a name for each thing, all different; of equal labels each has its id."""
    labels = [clean_text(each.thing.label) for each in things]
    return [
        f"{label} ({each.thing.id})" if labels.count(label) > 1 or label in ROW_FIELDS else label
        for label, each in zip(labels, things, strict=True)
    ]


def _render_months(things: Sequence[ComparedThing], labels: Sequence[str]) -> JsonObject:
    """Render a row for each month from the first with an episode, with shares in percent."""
    months = [
        {
            "month": first.month,
            "all_episodes": first.all,
            "shows": first.shows,
            **{
                label: _render_month(each.timeline[number])
                for label, each in zip(labels, things, strict=True)
            },
        }
        for number, first in enumerate(things[0].timeline)
    ]
    start = next(
        (
            number
            for number in range(len(months))
            if any(each.timeline[number].episodes for each in things)
        ),
        len(months),
    )
    return {
        "shares": "percent of the month's episodes, as if every month held the same shows",
        "months": months[start:],
    }


def _render_month(month: MonthCount) -> JsonObject:
    values: JsonObject = {"episodes": month.episodes}
    if month.standard_share is not None:
        values["share"] = round(100 * month.standard_share, 1)
    if month.low is not None and month.high is not None:
        values["interval"] = [round(100 * month.low, 1), round(100 * month.high, 1)]
    return values | drop_empty(direction=month.direction)
