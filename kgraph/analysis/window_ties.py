"""Ties in a window of days: names that came together, and names that came closer than before.

A tie is that of :func:`~kgraph.graph.cooccurrence.is_tie`, in the episodes of the window alone. Two
names came together if fewer earlier episodes mention both than a tie needs. They came closer if
they had a tie before, and the share of episodes with both, among those with either, rose in the
shows of both periods: so neither a name that is spoken of more nor another mix of shows counts.

Two products of one maker, or two parts of one group of companies, are together anyway, so their
ties come last and name the owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from kgraph.analysis.tie_quotes import extract_tie_sentence, iterate_naming_quotes, rank_quotes
from kgraph.analysis.window_names import (
    EVIDENCE_EPISODES,
    NEWS_TYPES,
    choose_evidence,
    find_mentioning,
    index_mentions,
    split_window,
)
from kgraph.base.errors import InputError
from kgraph.graph import Entity, EpisodeSummary
from kgraph.graph.cooccurrence import MIN_TIE_EPISODES, CoMention, count_co_mentions, is_tie
from kgraph.graph.shares import ShareChange, ShowCalendar, compare_shares
from kgraph.graph.windows import Summaries, WindowEpisodes
from kgraph.query.parameters import QueryArguments, int_arg, text_arg
from kgraph.query.share_columns import to_hundredths
from kgraph.query.table import Finding, Findings, TableCell
from kgraph.store import Store

TIE_KINDS = ("new", "closer")

#: Earlier episodes that mention each of two names: else they could hardly have met before.
MIN_EARLIER_EPISODES = 3

MAX_TIES_PER_NAME = 2  #: rows of one name: a name in the news meets all others

WINDOW_TIE_COLUMNS = (
    *("name", "other", "kind", "episodes", "ofName", "ofOther", "lift", "association"),
    *("earlier", "earlierOfName", "earlierOfOther"),
    *("shareBefore", "shareAfter", "change", "low", "high", "sameShows", "owner", "sentence"),
)


class WindowTie(msgspec.Struct, frozen=True):
    """Two names with a tie in a window.

    Attributes:
        pair: measured in the episodes of the window.
        earlier: number of earlier episodes that mention both.
        has_earlier_tie: whether they had a tie in the earlier episodes.
        change: of the share with both among episodes with either; None if no show is in both.
        owner: id of what both belong to, as the lexicon states; "" if nothing is known.
    """

    pair: CoMention
    earlier: int
    has_earlier_tie: bool
    change: ShareChange | None
    owner: str

    @property
    def kind(self) -> str:
        """``new`` or ``closer``; "" for neither."""
        if self.earlier < MIN_TIE_EPISODES:
            return "new"
        is_closer = self.is_comparable and self.change and self.change.direction == "rose"
        return "closer" if is_closer else ""

    @property
    def is_comparable(self) -> bool:
        """Whether both periods have a tie, and a show of both speaks of either."""
        return self.has_earlier_tie and self.change is not None

    @property
    def rank(self) -> tuple[bool, float, int, str, str]:
        """Key by which ties of one kind are sorted: those of one owner come last."""
        strength = self.pair.association
        if self.kind == "closer" and self.change:
            strength = self.change.difference
        return (
            bool(self.owner),
            -strength,
            -self.pair.episodes,
            self.pair.source,
            self.pair.target,
        )


def find_window_ties(store: Store, arguments: QueryArguments) -> Findings:
    """List names that came together or closer in a window; the score is the association there.

    New ties come first, the surest first; then the closer ones, the largest change first. Of each
    kind, those within one group of companies come last. Each name is in a few rows of a kind at
    most.

    Raises:
        InputError: as of :func:`split_window`; or a kind is unknown.
    """
    kind = text_arg(arguments, "kind")
    if kind and kind not in TIE_KINDS:
        raise InputError(
            f"kind={kind}: choose {' or '.join(TIE_KINDS)}, or leave it out", parameter="kind"
        )
    episodes = split_window(store, arguments)
    ties = list_window_ties(store, episodes, int_arg(arguments, "minEpisodes"))
    rows = [
        make_tie_finding(store, episodes, tie)
        for wanted in ([kind] if kind else TIE_KINDS)
        for tie in rank_ties_of_kind(ties, wanted)
    ]
    return Findings(WINDOW_TIE_COLUMNS, rows)


def rank_ties_of_kind(ties: Iterable[WindowTie], kind: str) -> list[WindowTie]:
    """Return the ties of a kind, the strongest first and those of one owner last, a few of each \
name."""
    return _limit_per_name(sorted((t for t in ties if t.kind == kind), key=lambda tie: tie.rank))


def _limit_per_name(ties: Iterable[WindowTie]) -> list[WindowTie]:
    counts: Counter[str] = Counter()
    limited = []
    for tie in ties:
        ends = tie.pair.source, tie.pair.target
        if all(counts[id_] < MAX_TIES_PER_NAME for id_ in ends):
            counts.update(ends)
            limited.append(tie)
    return limited


def list_window_ties(
    store: Store, episodes: WindowEpisodes, min_episodes: int = MIN_TIE_EPISODES
) -> list[WindowTie]:
    """Return all ties of a window that are surer than chance, of names that were known before.

    A pair of which one belongs to the other, as a product to its maker, is left out.
    """
    entities = store.shared.entities
    counts = Counter(id_ for s in episodes.earlier.values() for id_ in s.mentions)
    known = {
        id_
        for id_, n in counts.items()
        if n >= MIN_EARLIER_EPISODES and not entities[id_].is_generic
    }
    summaries = list(episodes.inside.values())
    pairs = [
        pair
        for pair in count_co_mentions(
            summaries, NEWS_TYPES, max(MIN_TIE_EPISODES, min_episodes), entity_ids=known
        )
        if is_tie(pair) and pair.association > 0
    ]
    owners = {
        pair: owner
        for pair in pairs
        if (owner := find_owner(entities, pair.source, pair.target))
        not in (pair.source, pair.target)
    }
    ends = {id_ for pair in owners for id_ in (pair.source, pair.target)}
    before = {
        (pair.source, pair.target): pair
        for pair in count_co_mentions(
            list(episodes.earlier.values()), NEWS_TYPES, min_shared=1, entity_ids=ends
        )
    }
    calendar = ShowCalendar(store.shared.summaries)
    windows = index_mentions(episodes.earlier), index_mentions(episodes.inside)
    return [
        WindowTie(
            pair,
            earlier.episodes if earlier else 0,
            bool(earlier and is_tie(earlier)),
            _compare_meetings(calendar, windows, pair),
            owner,
        )
        for pair, owner in owners.items()
        for earlier in [before.get((pair.source, pair.target))]
    ]


def find_owner(entities: Mapping[str, Entity], source: str, target: str) -> str:
    """Return the id of what both entities belong to, by any number of relations; "" for nothing.

    An entity belongs to itself, so that the owner of a product and its maker is the maker.
    """
    owners = _list_owners(entities, target)
    return next((id_ for id_ in _list_owners(entities, source) if id_ in owners), "")


def _list_owners(entities: Mapping[str, Entity], id_: str) -> dict[str, None]:
    """Return an entity, what it belongs to, what this belongs to, and so on, the nearest first."""
    owners = {id_: None}
    queue = [id_]
    for owned in queue:
        new = [owner for _, owner in entities[owned].relations if owner not in owners]
        owners |= dict.fromkeys(new)
        queue += new
    return owners


def _compare_meetings(
    calendar: ShowCalendar,
    windows: Iterable[Mapping[str, dict[str, EpisodeSummary]]],
    pair: CoMention,
) -> ShareChange | None:
    """Compare the share of episodes with both among those with either, earlier and now.

    Args:
        windows: :func:`~kgraph.analysis.window_names.index_mentions` of both.
    """
    counts = []
    for mentioning in windows:
        ones, others = (mentioning[id_] for id_ in (pair.source, pair.target))
        counts.append(calendar.count_by_show(ones.keys() & others.keys()))
        counts.append(calendar.count_by_show(ones.keys() | others.keys()))
    return compare_shares(*counts)


def _count_mentions(summaries: Summaries, id_: str) -> int:
    return sum(id_ in summary.mentions for summary in summaries.values())


def make_tie_finding(store: Store, episodes: WindowEpisodes, tie: WindowTie) -> Finding:
    """Return the row of a tie, with the best quote that names both."""
    pair, shared = tie.pair, store.shared
    ends = (pair.source, pair.target)
    both = find_mentioning(episodes.inside, ends)
    quotes = rank_quotes(iterate_naming_quotes(store, sorted(both), ends))
    entities = [shared.entities[id_] for id_ in ends]
    sentence = extract_tie_sentence(quotes[0].text, entities) if quotes else ""
    shares: list[TableCell] = ["", "", "", "", "", 0]
    if change := tie.change:
        numbers = (change.before, change.after, change.difference, *change.interval)
        shares = [*map(to_hundredths, numbers), change.shows]
    cells = (
        *(entity.label for entity in entities),
        *(tie.kind, pair.episodes),
        *(_count_mentions(episodes.inside, id_) for id_ in ends),
        *(pair.lift, pair.association, tie.earlier),
        *(_count_mentions(episodes.earlier, id_) for id_ in ends),
        *shares,
        shared.entities[tie.owner].label if tie.owner else "",
        sentence,
    )
    slugs = [f"episode/{quote.slug}" for quote in quotes[:1]]
    evidence = dict.fromkeys([*slugs, *choose_evidence(both, ends)])
    return Finding(cells, (*ends, *list(evidence)[:EVIDENCE_EPISODES]), pair.association)
