"""Sentences of a briefing: what the rows of each section say, with their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kgraph.base.text import pluralize
from kgraph.graph.windows import WindowEpisodes
from kgraph.query.table import TableCell

RowValues = Mapping[str, TableCell]

Describe = Callable[[RowValues, WindowEpisodes], str]


def describe_row(section: str, values: RowValues, episodes: WindowEpisodes) -> str:
    """Return the sentence of a row of a section.

    Args:
        section: key of the section.
        values: of the row, by column.
        episodes: of the window.
    """
    return _DESCRIBE_BY_SECTION[section](values, episodes)


def _number(value: TableCell) -> str:
    return f"{float(value):.1f}"


def _signed(value: TableCell) -> str:
    text = _number(value)
    return text.replace("-", "−") if text.startswith("-") else f"+{text}"


def _interval(values: RowValues) -> str:
    return f"95 % interval {_signed(values['low'])} to {_signed(values['high'])}"


def _describe_standard(values: RowValues) -> str:
    return (
        f"{_number(values['standardBefore'])} → {_number(values['standardAfter'])} % in "
        f"{_same_shows(values)}, {_signed(values['change'])} points ({_interval(values)})"
    )


def _same_shows(values: RowValues) -> str:
    count = values["sameShows"]
    return "the one show of both" if count == 1 else f"the {count} shows of both"


def _describe_all(values: RowValues, episodes: WindowEpisodes) -> str:
    counts = (
        f"{values['from']} of {len(episodes.before)} → {values['to']} of {len(episodes.inside)}"
    )
    shares = f"{_number(values['shareBefore'])} → {_number(values['shareAfter'])} %"
    fewer, more = sorted((int(values["fromShows"]), int(values["toShows"])))
    alone = {(0, 1): ", all of one show", (1, 1): ", in each window of one show"}
    return f"{counts} episodes ({shares}{alone.get((fewer, more), '')})"


def _describe_change(values: RowValues, episodes: WindowEpisodes) -> str:
    return f"{_describe_standard(values)}; of all, {_describe_all(values, episodes)}."


def _describe_unclear(values: RowValues, episodes: WindowEpisodes) -> str:
    return f"{_describe_all(values, episodes)}, but {_describe_standard(values)}."


def _describe_new(values: RowValues, episodes: WindowEpisodes) -> str:
    shows = pluralize(int(values["shows"]), "show")
    text = (
        f"{values['type']}, in {pluralize(int(values['episodes']), 'episode')} of {shows}, first "
        f"on {values['first']}."
    )
    if undated := int(values["undated"]):
        verb = "mentions" if undated == 1 else "mention"
        text += (
            f" {pluralize(undated, 'further episode')} without a date of publication {verb} it "
            "and may be older."
        )
    return text


def _describe_together(values: RowValues, episodes: WindowEpisodes) -> str:
    earlier = int(values["earlier"])
    before = {0: "no earlier episode did", 1: "one earlier episode did"}.get(
        earlier, f"{earlier} earlier episodes did"
    )
    return (
        f"{values['episodes']} episodes mention both (of {values['ofName']} and "
        f"{values['ofOther']}), {_number(values['lift'])} times as many as chance would bring "
        f"together (association {float(values['association']):.2f}); {before}, of "
        f"{values['earlierOfName']} and {values['earlierOfOther']}.{_describe_owner(values)}"
    )


def _describe_owner(values: RowValues) -> str:
    return f" Both belong to {values['owner']}." if values["owner"] else ""


def _describe_closer(values: RowValues, episodes: WindowEpisodes) -> str:
    return (
        f"of the episodes with either, {_number(values['shareBefore'])} → "
        f"{_number(values['shareAfter'])} % mention both in {_same_shows(values)}, "
        f"{_signed(values['change'])} points ({_interval(values)}); of all, "
        f"{values['earlier']} earlier episodes and "
        f"{values['episodes']} of the window do.{_describe_owner(values)}"
    )


def _describe_gap(values: RowValues, episodes: WindowEpisodes) -> str:
    sides = [
        f"{pluralize(int(values[count]), 'episode')} of {pluralize(int(values[shows]), 'show')}"
        for count, shows in (("episodes", "shows"), ("otherEpisodes", "otherShows"))
    ]
    probability = float(values["probability"])
    so_few = "below 0.001" if probability < 0.001 else f"{probability:.3f}"
    bridges = f" Closest to both: {values['bridges']} episodes." if values["bridges"] else ""
    return (
        f"“{values['group']}” in {sides[0]}, “{values['other']}” in {sides[1]}. Both in "
        f"{pluralize(int(values['both']), 'episode')}, where chance would bring "
        f"{_number(values['expected'])} together (probability of so few: {so_few}); shows "
        f"with episodes on both: {values['bothShows']}.{bridges}"
    )


def _describe_quote(values: RowValues, episodes: WindowEpisodes) -> str:
    names = f"; it names {values['names']}" if values["names"] else ""
    return f"Relevance {float(values['relevance']):.2f}{names}."


def _describe_judgement(values: RowValues, episodes: WindowEpisodes) -> str:
    why = f": {values['why']}" if values["why"] else ""
    by = f", by {values['by']}" if values["by"] else ""
    return f"{values['judgement']}{why} ({values['date']}{by})."


def _describe_build_change(values: RowValues, episodes: WindowEpisodes) -> str:
    note = values["details"] or (f"before: {values['before']}" if values["before"] else "")
    # What a row is about stands before it, unless it is an episode or no longer there.
    is_named = values["what"] == "episode" or values["how"] == "lost"
    label = f" {values['label']}" if is_named else ""
    return f"{values['what']}{label} {values['how']}{f' ({note})' if note else ''}."


_DESCRIBE_BY_SECTION: dict[str, Describe] = {
    "rose": _describe_change,
    "fell": _describe_change,
    "unclear": _describe_unclear,
    "new": _describe_new,
    "together": _describe_together,
    "closer": _describe_closer,
    "gaps": _describe_gap,
    "quotes": _describe_quote,
    "judged": _describe_judgement,
    "changed": _describe_build_change,
}
"""Key of a section -> function that describes its rows."""
