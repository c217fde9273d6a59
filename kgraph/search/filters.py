"""Which hits are wanted: :class:`Filters`, and what they mean to the index.

A thing is wanted when it is of the kinds and types asked for and stands in at least one
episode that is wanted; the episode that a hit shows is one of those. So filters that speak
of episodes hold for everything: an entity stands where it is mentioned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import local_id, name_key, parse_bound, shorten
from kgraph.search.documents import HIT_KINDS, HitKind
from kgraph.search.index import Index, SqlRow, SqlValue
from kgraph.search.spelling import KnownWord, find_close_matches
from kgraph.search.syntax import SearchQuery

FILTER_TYPES: tuple[str, ...] = TYPE_NAMES

KINDS_WITH_TYPE = frozenset({"entity", "show"})
"""Kinds of things that have a type."""

KINDS_BY_FILTER: dict[str, tuple[HitKind, ...]] = {
    "company": ("entity", "show"),
    "theme": ("theme",),
    "show": ("show",),
}
"""Filter by name -> kinds of the things that it can name."""

_NAME_PRIORITY_SQL = {
    "show": "EXISTS (SELECT 1 FROM episode AS e WHERE e.series = t.number) DESC, "
}
"""Filter by name -> which of the things that share it are meant before others."""

MAX_NAME_LENGTH_DIFFERENCE = 3
"""Letters by which a name may be longer or shorter than a misspelling of it."""


class Filters(msgspec.Struct, frozen=True):
    """A filter; the default takes everything but adverts.

    Attributes:
        kinds: some of :data:`kgraph.search.documents.HIT_KINDS`; empty for all.
        types: types of entities, such as ``company``; with one, only entities are hits.
        company: name or id of something that the episode mentions.
        theme: name or id of a theme that a quote, or one of an episode's, is filed under; with
            one, only quotes and episodes are hits.
        show: name or id of the show that the episode belongs to.
        since, until: first and last day of the episode, ISO 8601, or a month or a year;
            "" for no bound. Episodes without a date are left out as soon as there is a bound.
        min_relevance: lowest relevance of a quote, in [0, 1].
        adverts: take quotes that are probably adverts, too.
    """

    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    company: str = ""
    theme: str = ""
    show: str = ""
    since: str = ""
    until: str = ""
    min_relevance: float = 0.0
    adverts: bool = False


class SqlClause(msgspec.Struct, frozen=True):
    """Conditions in SQL, with the values of their parameters in order."""

    sql: str
    values: tuple[SqlValue, ...]


SqlCondition = tuple[str, tuple[SqlValue, ...]]


def build_match_clause(query: SearchQuery) -> SqlClause:
    """The rows of ``word`` and ``thing`` (as ``t``) to choose from, before ``word MATCH``.

    Of a relaxed query they hold enough of its groups; ``held`` says how many.
    """
    both = "word JOIN thing AS t ON t.number = word.rowid"
    if not query.min_groups:
        return SqlClause(both, ())
    each = "SELECT rowid AS thing FROM word WHERE word MATCH ?"
    every = " UNION ALL ".join([each] * len(query.groups))
    held = f"SELECT thing, count(*) AS held FROM ({every}) GROUP BY thing HAVING held >= ?"
    return SqlClause(
        f"{both} JOIN ({held}) AS h ON h.thing = word.rowid",
        (*query.groups_to_fts(), query.min_groups),
    )


def build_thing_clause(index: Index, filters: Filters, standings: SqlClause) -> SqlClause:
    """What a row ``t`` of ``thing`` must be.

    Raises:
        InputError: a kind or type is not known, or the kinds have no type.
        UnknownNameError: there is no such theme; near names are suggested.
    """
    check_filter_values("kind", filters.kinds, HIT_KINDS)
    check_filter_values("type", filters.types, FILTER_TYPES)
    if filters.types and filters.kinds and not filters.kinds & KINDS_WITH_TYPE:
        raise InputError(
            f"type {', '.join(sorted(filters.types))}: only kinds {' and '.join(sorted(KINDS_WITH_TYPE))} "
            f"have a type: leave it out, or the kind {', '.join(sorted(filters.kinds))}"
        )
    return _join_conditions(_thing_conditions(index, filters, standings))


def build_posting_clause(index: Index, filters: Filters) -> SqlClause:
    """What a row ``s`` of ``standing`` must be, for a row ``t`` of ``thing``.

    Raises:
        UnknownNameError: there is no such company or show; near names are suggested.
        InputError: a bound is not a date, the last is before the first, or the relevance is none.
    """
    if not 0 <= filters.min_relevance <= 1:
        raise InputError(f"min_relevance {filters.min_relevance:g}: write a number from 0 to 1")
    return _join_conditions(_posting_conditions(index, filters))


def _join_conditions(parts: Iterator[SqlCondition]) -> SqlClause:
    found = list(parts)
    values = tuple(value for _, more in found for value in more)
    return SqlClause("".join(f" AND {sql}" for sql, _ in found), values)


def _thing_conditions(
    index: Index, filters: Filters, standings: SqlClause
) -> Iterator[SqlCondition]:
    if filters.kinds:
        yield _in_condition(
            "t.kind", [n for n, kind in enumerate(HIT_KINDS) if kind in filters.kinds]
        )
    if filters.types:
        yield _in_condition("t.type", sorted(filters.types))
    if not filters.adverts:
        yield "NOT t.advert", ()
    if filters.theme:
        theme = find_thing_number(index, "theme", filters.theme)
        yield "t.number IN (SELECT thing FROM filed WHERE theme = ?)", (theme,)
    if standings.sql:
        found = f"EXISTS (SELECT 1 FROM standing AS s WHERE s.thing = t.number{standings.sql})"
        yield found, standings.values


def _posting_conditions(index: Index, filters: Filters) -> Iterator[SqlCondition]:
    if (episodes := _join_conditions(_episode_conditions(index, filters))).sql:
        # Worked out once, since it depends on no row outside. The plus keeps the engine from
        # looking up each of these episodes for each thing: a thing stands in few.
        wanted = f"+s.episode IN (SELECT e.number FROM episode AS e WHERE 1{episodes.sql})"
        yield wanted, episodes.values
    if filters.min_relevance > 0:
        quote = HIT_KINDS.index("quote")
        yield "(t.kind != ? OR s.weight >= ?)", (quote, filters.min_relevance)


def _episode_conditions(index: Index, filters: Filters) -> Iterator[SqlCondition]:
    if filters.show:
        yield "e.series = ?", (find_thing_number(index, "show", filters.show),)
    if filters.company:
        number = find_thing_number(index, "company", filters.company)
        yield "e.number IN (SELECT episode FROM standing WHERE thing = ?)", (number,)
    since, until = parse_bound("since", filters.since), parse_bound("until", filters.until)
    if since and until and since > until:
        raise InputError(f"since {since} is after until {until}: no episode is of both")
    if since or until:
        yield "e.day BETWEEN ? AND ?", (since or "0", until or "9999")


def _in_condition(column: str, values: Collection[SqlValue]) -> SqlCondition:
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)


def check_filter_values(option: str, given: Collection[str], known: Collection[str]) -> None:
    """Let only known values through.

    Raises:
        InputError: one is not known; a near one is suggested.
    """
    for value in sorted(given):
        if value not in known:
            found = find_close_matches(
                name_key(value), [KnownWord(name, name, 0) for name in known]
            )
            hint = f"did you mean {found[0]}? " if found else ""
            raise InputError(
                f"{option} {shorten(value)}: no such {option}: {hint}choose one of "
                f"{', '.join(known)}"
            )


def find_thing_number(index: Index, option: str, name: str) -> int:
    """Number of the thing of that name: shows with episodes, and what is most often meant by it,
    first, as :class:`kgraph.graph.lookup.Lookup` has it.

    Args:
        index: where.
        option: one of :data:`KINDS_BY_FILTER`.
        name: an id such as ``company/nvidia``, a label or another name, without case, spaces
            and accents, or what it was called before a judgement.

    Raises:
        UnknownNameError: there is none; near names are suggested.
    """
    wanted, those = _in_condition(
        "t.kind", [HIT_KINDS.index(kind) for kind in KINDS_BY_FILTER[option]]
    )
    found = _find_by_id(index, name, wanted, those) or index.rows(
        "SELECT t.number FROM name AS n JOIN thing AS t ON t.number = n.thing "
        f"WHERE n.key IN (?, ?) AND {wanted} "
        f"ORDER BY {_NAME_PRIORITY_SQL.get(option, '')}n.meant DESC, t.id LIMIT 1",
        (name_key(name), f"/{local_id(name)}", *those),
    )
    if found:
        return int(found[0][0])
    names = _suggest_names(index, name_key(name), wanted, those)
    hint = f"did you mean {', '.join(names)}?" if names else "search for a part of it"
    raise UnknownNameError(
        f"{option} {shorten(name)}: no such {option} in the graph: {hint}",
        names,
        parameter=option,
    )


def _find_by_id(index: Index, name: str, wanted: str, those: tuple[SqlValue, ...]) -> list[SqlRow]:
    name = local_id(name)
    if "/" not in name:  # spares a look at every thing
        return []
    query = f"SELECT t.number FROM thing AS t WHERE t.id = ? AND {wanted}"
    return index.rows(query, (name, *those))


def _suggest_names(
    index: Index, folded: str, wanted: str, those: tuple[SqlValue, ...]
) -> list[str]:
    rows = index.rows(
        "SELECT n.key, t.page, t.place, t.worth FROM name AS n JOIN thing AS t "
        f"ON t.number = n.thing WHERE length(n.key) BETWEEN ? AND ? AND n.meant >= 0 AND {wanted}",
        (
            len(folded) - MAX_NAME_LENGTH_DIFFERENCE,
            len(folded) + MAX_NAME_LENGTH_DIFFERENCE,
            *those,
        ),
    )
    known = {str(k): (int(page), int(place), float(worth)) for k, page, place, worth in rows}
    keys = find_close_matches(
        folded, [KnownWord(k, k, worth) for k, (_, _, worth) in known.items()]
    )
    return list(dict.fromkeys(index.entry(*known[k][:2]).name for k in keys))
