"""A briefing on a window of days: what rose, what is new, who came together, and more.

Each section is the answer of a named question (:mod:`kgraph.analysis.window_registry`), which the
section's command repeats. Each row has a sentence with its figures
(:mod:`kgraph.views.briefing_sentences`) and the episodes that show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Annotated

import msgspec

from kgraph.analysis.comparisons import list_changes
from kgraph.analysis.questions import run_analysis
from kgraph.analysis.window_names import (
    DIRECTIONS,
    NEWS_TYPES,
    SHIFT_COLUMNS,
    list_shifts,
    make_shift_finding,
    name_direction,
)
from kgraph.analysis.window_ties import (
    TIE_KINDS,
    WINDOW_TIE_COLUMNS,
    WindowTie,
    list_window_ties,
    make_tie_finding,
    rank_ties_of_kind,
)
from kgraph.base.errors import StoreError
from kgraph.base.text import parse_bound, pluralize
from kgraph.base.web_address import safe_web_url
from kgraph.graph.cooccurrence import MIN_TIE_EPISODES
from kgraph.graph.rises import MIN_CHANGE_EPISODES, Rise
from kgraph.graph.windows import WindowEpisodes, choose_window, split_episodes
from kgraph.query.table import Finding, Findings
from kgraph.views.briefing_coverage import describe_coverage, find_shows
from kgraph.views.briefing_sentences import describe_row
from kgraph.views.briefing_values import (
    BriefingEvidence,
    BriefingFacts,
    BriefingQuery,
    BriefingRow,
    BriefingSection,
    make_query,
)
from kgraph.views.open_graph import OpenGraph

CHANCE_SHARE = 40  #: one of so many 95 % intervals lies above 0 by chance

MAX_BRIEFING_ROWS = 30  #: of a section

Day = Annotated[str, msgspec.Meta(max_length=20, examples=["2025-06", "2025-06-01"])]


class BriefingRequest(msgspec.Struct, frozen=True):
    """Parameters of a briefing.

    Attributes:
        since, until: first and last day, as a day, month or year; by default the last whole month
            with episodes of several shows.
        limit: rows of a section.
    """

    since: Day = ""
    until: Day = ""
    limit: Annotated[
        int, msgspec.Meta(ge=1, le=MAX_BRIEFING_ROWS, description="rows of a section")
    ] = 5


class _Draft(msgspec.Struct, frozen=True):
    """The answer to a question, from which a section is made."""

    columns: tuple[str, ...]
    rows: Sequence[Finding]
    total: int


class _Headline(msgspec.Struct, frozen=True):
    key: str
    title: str
    note: str
    empty: str
    query: BriefingQuery


def view_briefing(graph: OpenGraph, request: BriefingRequest) -> BriefingFacts:
    """Brief on a window of days: what rose, what is new, who came together, which groups do not \
meet, the best quotes, what was corrected; each row with its evidence and a command that repeats it.

    Raises:
        InputError: a day is wrong, or no episode has a date.
    """
    since, until = (parse_bound(name, getattr(request, name)) for name in ("since", "until"))
    window = choose_window(graph.calendar, since, until)
    episodes = split_episodes(graph.summaries, window)
    shows, shows_before = find_shows(episodes)
    writer = _SectionWriter(graph, episodes, request.limit)
    return BriefingFacts(
        since=window.since,
        until=window.until,
        before_since=episodes.previous.since,
        before_until=episodes.previous.until,
        episodes=len(episodes.inside),
        episodes_before=len(episodes.before),
        shows=len(shows),
        shows_before=len(shows_before),
        same_shows=len(shows & shows_before),
        earlier=len(episodes.earlier),
        undated=len(episodes.undated),
        total=len(graph.summaries),
        coverage=list(describe_coverage(graph, episodes, is_default=not (since or until))),
        sections=list(writer.write_sections()),
    )


class _SectionWriter:
    """Writes the sections of a briefing.

    Args:
        graph: to report on.
        episodes: of the window.
        limit: rows of a section.
    """

    def __init__(self, graph: OpenGraph, episodes: WindowEpisodes, limit: int) -> None:
        self._graph, self._episodes, self._limit = graph, episodes, limit
        self._days = {"since": episodes.window.since, "until": episodes.window.until}

    def write_sections(self) -> Iterator[BriefingSection]:
        """Yield the sections in their order."""
        yield from self._write_shifts()
        yield self._write_question(
            "new",
            "New names",
            f"None of the {pluralize(len(self._episodes.earlier), 'earlier episode')} mentions "
            "them, and three episodes or more do, of at least two shows that had episodes before.",
            "new-names",
            "No name is new in three episodes of two shows that had episodes before."
            if self._episodes.earlier
            else "No episode is earlier than these days, so every name would be new.",
        )
        yield from self._write_ties()
        yield self._write_question(
            "gaps",
            "Groups that do not meet",
            "Groups are the clusters of the whole graph, split once more. An episode speaks of a "
            "group if it mentions three of its names. Numbers after a name between two groups are "
            "episodes with each.",
            "gaps",
            "No two groups of eight names or more meet less often than chance explains, in at "
            "least five episodes each.",
        )
        yield self._write_question(
            "quotes",
            "Best quotes",
            "At most two of an episode, without adverts. Who speaks is not known.",
            "window-quotes",
            "No episode of these days has a quote.",
            count=str(self._limit),
        )
        yield self._write_judgements()
        yield self._write_changes()

    # -- rose, fell, unclear -------------------------------------------------------

    def _write_shifts(self) -> Iterator[BriefingSection]:
        store, episodes = self._graph.store, self._episodes
        shifts = list_shifts(store, episodes, NEWS_TYPES, MIN_CHANGE_EPISODES)
        if not shifts:
            why = f"none is in {MIN_CHANGE_EPISODES} episodes or more of one window"
            if set.isdisjoint(*find_shows(episodes)):
                why = "no show has episodes in both windows"
            empty, query = f"No name can be compared: {why}.", make_query("shifts", self._days, 1)
            headline = _Headline("rose", "What rose or fell", "", empty, query)
            yield self._make_section(headline, _Draft(SHIFT_COLUMNS, [], 0))
            return
        names = pluralize(len(shifts), "name")
        chance = ceil(len(shifts) / CHANCE_SHARE)
        compared = (
            f"{names} in at least {MIN_CHANGE_EPISODES} episodes of one window were compared in "
            "the shows of both, as if both windows held as many episodes of each"
        )
        titles = {
            "rose": ("What rose", f"{compared}; up to {chance} may stand here by chance."),
            "fell": (
                "What fell",
                f"{names} were compared; up to {chance} may stand here by chance.",
            ),
            "unclear": (
                "What only seems to have changed",
                "The share of all episodes changed most, and in the same shows the change may be "
                "chance.",
            ),
        }
        for direction in DIRECTIONS:
            title, note = titles[direction]
            chosen = [
                shift
                for shift in shifts
                if name_direction(shift) == direction
                and (direction != "unclear" or self._seems_changed(shift))
            ]
            draft = _Draft(
                SHIFT_COLUMNS,
                [make_shift_finding(store, episodes, shift) for shift in chosen[: self._limit]],
                len(chosen),
            )
            empty = (
                f"None of {names} that can be compared {direction} by more than chance explains."
            )
            if direction == "unclear":
                empty = (
                    "Every name that was compared rose or fell, or has the share of all episodes "
                    "that it had."
                )
            query = make_query(
                "shifts", self._days | {"direction": direction}, max(1, len(draft.rows))
            )
            yield self._make_section(_Headline(direction, title, note, empty, query), draft)

    def _seems_changed(self, shift: Rise) -> bool:
        before, after = len(self._episodes.before), len(self._episodes.inside)
        return round(abs(shift.after / after - shift.before / before), 3) > 0

    # -- ties ----------------------------------------------------------------------

    def _write_ties(self) -> Iterator[BriefingSection]:
        store, episodes = self._graph.store, self._episodes
        ties = list_window_ties(store, episodes)
        counts = {kind: sum(tie.kind == kind for tie in ties) for kind in TIE_KINDS}
        comparable = sum(tie.earlier >= MIN_TIE_EPISODES and tie.is_comparable for tie in ties)
        compared = pluralize(len(ties), "pair")
        notes = {
            "closer": (
                "closer",
                "Surprising ties: closer than before",
                f"{comparable} pairs of names have a tie in these days and had one before; "
                f"{counts['closer']} of them are together in a larger share of the episodes with "
                f"either, in the same shows. Up to {ceil(comparable / CHANCE_SHARE)} may be so by "
                "chance. A name stands in two rows at most.",
            ),
            "new": (
                "together",
                "Who came together: new ties",
                f"{compared} of names that three earlier episodes mention are together more often "
                f"than chance explains, in three episodes of two shows; {counts['new']} of them "
                "were together in at most two earlier episodes. A name stands in two rows at most.",
            ),
        }
        for kind, (key, title, note) in notes.items():
            ranked = rank_ties_of_kind(ties, kind)
            query = make_query(
                "window-ties", self._days | {"kind": kind}, max(1, min(self._limit, len(ranked)))
            )
            headline = _Headline(key, title, note, self._explain_no_ties(ties, kind), query)
            rows = [make_tie_finding(store, episodes, tie) for tie in ranked[: self._limit]]
            yield self._make_section(headline, _Draft(WINDOW_TIE_COLUMNS, rows, len(ranked)))

    def _explain_no_ties(self, ties: Sequence[WindowTie], kind: str) -> str:
        if not self._episodes.earlier:
            return "No episode is earlier than these days, so there is nothing to compare with."
        if not ties:
            return (
                "No two names that were known before are together in three episodes of two shows "
                "more often than chance explains."
            )
        pairs = pluralize(len(ties), "pair")
        return {
            "new": f"Of {pairs}, none was together in fewer than three earlier episodes.",
            "closer": f"Of {pairs}, none came closer by more than chance explains.",
        }[kind]

    # -- questions, judgements, changes ----------------------------------------------

    def _write_question(
        self, key: str, title: str, note: str, name: str, empty: str, **parameters: str
    ) -> BriefingSection:
        arguments = self._days | parameters
        findings = run_analysis(self._graph.store, name, arguments)
        draft = _Draft(findings.columns, findings.rows[: self._limit], len(findings.rows))
        limit = 0 if parameters else max(1, len(draft.rows))
        query = make_query(name, arguments, limit)
        return self._make_section(_Headline(key, title, note, empty, query), draft)

    def _write_judgements(self) -> BriefingSection:
        title = "What was corrected"
        note = "Judgements that people made in these days, as the build applied them."
        empty = "The build applied no judgement that was made in these days."
        try:
            return self._write_question("judged", title, note, "judgements", empty)
        except StoreError as error:
            query = make_query("judgements", self._days, 1)
            empty = f"It is unknown what was corrected: {error}."
            return self._make_section(
                _Headline("judged", title, "", empty, query), _Draft((), (), 0)
            )

    def _write_changes(self) -> BriefingSection:
        store = self._graph.store
        findings = list_changes(store, {"what": "episode entity"})
        if not store.changes.before:
            empty = "There was no build before this one, or it was not kept."
        else:
            empty = "No episode and no name changed since the previous build."
        query = make_query("changes", {"what": "episode entity"}, max(1, self._limit))
        headline = _Headline(
            "changed",
            "What the last build changed",
            "Whatever the days: episodes and names that the build before did not have, or had "
            "under another name or type, and those of which files or lexicon say something else.",
            empty,
            query,
        )
        return self._make_section(
            headline, _Draft(findings.columns, findings.rows[: self._limit], len(findings.rows))
        )

    def _make_section(self, headline: _Headline, draft: _Draft) -> BriefingSection:
        table = Findings(draft.columns, list(draft.rows)).table()
        evidence = self._find_evidence(draft.rows)
        rows = []
        for finding, cells in zip(draft.rows, table.rows, strict=True):
            values = dict(zip(draft.columns, cells, strict=True))
            text = describe_row(headline.key, values, self._episodes)
            quote = str(values.get("sentence", ""))
            if headline.key == "quotes":
                quote = str(values["text"])
            subjects = [
                self._graph.make_ref(id_)
                for id_ in finding.finds
                if id_ in self._graph.shared.entities and headline.key != "gaps"
            ]
            cited = [evidence[id_] for id_ in finding.finds if id_ in evidence]
            rows.append(BriefingRow(subjects, text, quote, values, finding.finds, cited))
        return BriefingSection(
            headline.key,
            headline.title,
            headline.note if rows else "",
            rows,
            draft.total,
            "" if rows else headline.empty,
            headline.query,
        )

    def _find_evidence(self, rows: Iterable[Finding]) -> dict[str, BriefingEvidence]:
        """Return the episodes that rows find, by id."""
        slugs = {
            id_.removeprefix("episode/")
            for row in rows
            for id_ in row.finds
            if id_.startswith("episode/") and id_.removeprefix("episode/") in self._graph.summaries
        }
        return {
            f"episode/{episode.slug}": BriefingEvidence(
                self._graph.make_episode_line(episode.slug),
                episode.main_file.file,
                safe_web_url(episode.main_file.text("original_url")),
            )
            for episode in self._graph.store.read_episodes(sorted(slugs))
        }
