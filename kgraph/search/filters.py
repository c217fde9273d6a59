"""The filters of a search (:class:`Filters`) as SQL on the index, and the counts beside them.

A thing passes when it has one of the kinds and types, and is in at least one episode that passes;
the episode that a hit shows is such an episode. So filters of episodes apply to everything:
an entity is in the episodes that mention it.

:func:`count_facets` counts matches by kind, type, show and theme. Each facet ignores its own
filter, so that it shows what another choice would give.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from kgraph.base.arguments import check_number
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import AmbiguousNameError, InputError
from kgraph.base.external_id import find_search_keys, is_bare_ticker
from kgraph.base.model import dump_json
from kgraph.base.text import local_id, name_key, parse_bound, replace_surrogates, shorten
from kgraph.graph.absence import Absence, explain_former_name, unknown_name_error
from kgraph.search.documents import HIT_KINDS, HitKind
from kgraph.search.index import Index, SqlRow, SqlValue
from kgraph.search.suggest import KnownWord, check_filter_values, find_close_matches
from kgraph.search.syntax import SearchQuery, parse_search

FILTER_TYPES: tuple[str, ...] = TYPE_NAMES

#: Values of the filter of kinds: those of hits, and types, each for the entities of that type.
FILTER_KINDS: tuple[str, ...] = tuple(dict.fromkeys((*HIT_KINDS, *TYPE_NAMES)))

KINDS_WITH_TYPE = frozenset({"entity", "show"})

#: Name of a filter -> kinds of the things that it can name.
KINDS_BY_FILTER: dict[str, tuple[HitKind, ...]] = {
    "company": ("entity", "show"),
    "theme": ("theme",),
    "show": ("show",),
}

#: Name of a filter -> types of these things.
TYPES_BY_FILTER = {"company": TYPE_NAMES, "theme": ("theme",), "show": ("show",)}

#: Name of a filter -> which of several things of the same name comes first.
_NAME_PRIORITY_SQL = {
    "show": "EXISTS (SELECT 1 FROM episode AS e WHERE e.series = t.number) DESC, "
}

MAX_NAME_LENGTH_DIFFERENCE = 3  #: letters between a name and a misspelling of it
MAX_FACET_VALUES = 8  #: shows and themes, the largest


class Filters(msgspec.Struct, frozen=True):
    """The filters of a search; by default everything passes but adverts and the unlikely."""

    kinds: frozenset[str] = frozenset()  #: some of FILTER_KINDS; empty for all
    types: frozenset[str] = frozenset()  #: such as ``company``; with one, only entities pass
    company: str = ""  #: name or id of something that the episode mentions
    #: Name or id of a theme of the quote; with one, only quotes and their episodes pass.
    theme: str = ""
    show: str = ""  #: name or id of the episode's show
    #: First day of the episode, ISO 8601, or a month or a year; "" for no bound. With a bound,
    #: episodes without a date do not pass.
    since: str = ""
    until: str = ""  #: last day, as ``since``
    min_relevance: float = 0.0  #: lowest relevance of a quote, in [0, 1]
    adverts: bool = False  #: quotes that are probably adverts pass, too
    #: Names that only unlikely mentions have pass, too, and episodes of an unlikely mention.
    unlikely: bool = False
    without: str = ""  #: id of a thing that does not pass

    @property
    def narrows_postings(self) -> bool:
        return bool(self.show or self.company or self.since or self.until or self.min_relevance > 0)


class SqlClause(msgspec.Struct, frozen=True):
    """Conditions in SQL, with the values of their parameters in order."""

    sql: str
    values: tuple[SqlValue, ...]


SqlCondition = tuple[str, tuple[SqlValue, ...]]


def build_match_clause(index: Index, query: SearchQuery) -> SqlClause:
    """Return the FROM clause of a search, before ``word MATCH``: ``word`` and ``thing AS t``.

    For a relaxed query, rows with enough of its groups remain, and ``held`` counts these. For one
    with signs behind a letter, rows of things whose texts have them remain.
    """
    tables, values = "word JOIN thing AS t ON t.number = word.rowid", tuple[SqlValue, ...]()
    if query.has_signs:
        tables += " JOIN json_each(?) AS j ON j.value = word.rowid"
        values = (dump_json(index.find_matching_texts(query)),)
    if not query.min_groups:
        return SqlClause(tables, values)
    group_sql = "SELECT rowid AS thing FROM word WHERE word MATCH ?"
    groups_sql = " UNION ALL ".join([group_sql] * len(query.groups))
    counts = f"SELECT thing, count(*) AS held FROM ({groups_sql}) GROUP BY thing HAVING held >= ?"
    return SqlClause(
        f"{tables} JOIN ({counts}) AS h ON h.thing = word.rowid",
        (*values, *query.groups_to_fts(), query.min_groups),
    )


def build_thing_clause(index: Index, filters: Filters, postings: SqlClause) -> SqlClause:
    """Return the conditions of a row ``t`` of ``thing``.

    Raises:
        InputError: a kind or type is not known, or the kinds have no type.
        UnknownNameError: there is no such theme; near names are suggested.
    """
    check_filter_values("kind", filters.kinds, FILTER_KINDS)
    check_filter_values("type", filters.types, FILTER_TYPES)
    if filters.types and filters.kinds and not filters.kinds & (KINDS_WITH_TYPE | filters.types):
        types, kinds = ", ".join(sorted(filters.types)), ", ".join(sorted(filters.kinds))
        raise InputError(
            f"type {types}: only kinds {' and '.join(sorted(KINDS_WITH_TYPE))} have a type: "
            f"leave it out, or the kind {kinds}"
        )
    conditions: list[SqlCondition] = []
    if filters.kinds:
        numbers = [n for n, kind in enumerate(HIT_KINDS) if kind in filters.kinds]
        of_kind, of_type = (
            _in_condition("t.kind", numbers),
            _in_condition("t.type", sorted(filters.kinds.difference(HIT_KINDS))),
        )
        conditions.append((f"({of_kind[0]} OR {of_type[0]})", (*of_kind[1], *of_type[1])))
    if filters.types:
        conditions.append(_in_condition("t.type", sorted(filters.types)))
    if not filters.adverts:
        conditions.append(("NOT t.advert", ()))
    if not filters.unlikely:
        conditions.append(("NOT t.unlikely", ()))
    if filters.without:
        conditions.append(("t.id != ?", (filters.without,)))
    if filters.theme:
        theme = find_thing_number(index, "theme", filters.theme)
        conditions.append(("t.number IN (SELECT thing FROM filed WHERE theme = ?)", (theme,)))
    if filters.narrows_postings:
        sql = f"EXISTS (SELECT 1 FROM standing AS s WHERE s.thing = t.number{postings.sql})"
        conditions.append((sql, postings.values))
    return _join_conditions(conditions)


def build_posting_clause(index: Index, filters: Filters) -> SqlClause:
    """Return the conditions of a row ``s`` of ``standing``, for a row ``t`` of ``thing``.

    Raises:
        UnknownNameError: there is no such company or show; near names are suggested.
        InputError: a bound or the relevance is invalid, or the last day is before the first.
    """
    check_number("min_relevance", filters.min_relevance, 0, 1)
    of_episode: list[SqlCondition] = []
    if filters.show:
        of_episode.append(("e.series = ?", (find_thing_number(index, "show", filters.show),)))
    if filters.company:
        number = find_thing_number(index, "company", filters.company)
        likely = "" if filters.unlikely else " AND NOT unlikely"
        sql = f"e.number IN (SELECT episode FROM standing WHERE thing = ?{likely})"
        of_episode.append((sql, (number,)))
    since, until = parse_bound("since", filters.since), parse_bound("until", filters.until)
    if since and until and since > until:
        raise InputError(f"since {since} is after until {until}: no day is in both")
    if since or until:
        of_episode.append(("e.day BETWEEN ? AND ?", (since or "0", until or "9999")))
    conditions: list[SqlCondition] = []
    if of_episode:
        # SQLite evaluates the subquery once, as it depends on no outer row. The plus keeps it from
        # looking up each of these episodes for each thing, which is in few.
        episodes = _join_conditions(of_episode)
        sql = f"+s.episode IN (SELECT e.number FROM episode AS e WHERE 1{episodes.sql})"
        conditions.append((sql, episodes.values))
    if filters.min_relevance > 0:
        quote = HIT_KINDS.index("quote")
        conditions.append(("(t.kind != ? OR s.weight >= ?)", (quote, filters.min_relevance)))
    if not filters.unlikely:
        conditions.append(("NOT s.unlikely", ()))
    return _join_conditions(conditions)


def _join_conditions(conditions: Sequence[SqlCondition]) -> SqlClause:
    values = tuple(value for _, bound in conditions for value in bound)
    return SqlClause("".join(f" AND {sql}" for sql, _ in conditions), values)


def _in_condition(column: str, values: Collection[SqlValue]) -> SqlCondition:
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)


def find_thing_number(index: Index, option: str, name: str) -> int:
    """Return the number of the thing with a name, as :class:`kgraph.graph.lookup.Lookup` finds it.

    But names that files state for shows are not in the index.

    Of several things the one that the name denotes most often is first, and a show with episodes.

    Args:
        option: one of :data:`KINDS_BY_FILTER`.
        name: an id such as ``company/nvidia``, a label or another name, regardless of case,
            spaces and accents, a name that a judgement replaced, or an id in another register.

    Raises:
        UnknownNameError: there is none; near names are suggested.
        AmbiguousNameError: it is a ticker of things of several types.
    """
    kinds = _in_condition("t.kind", [HIT_KINDS.index(kind) for kind in KINDS_BY_FILTER[option]])
    id_ = local_id(name)
    if number := index.find_number(id_, KINDS_BY_FILTER[option]):
        return number
    rows = index.rows(
        "SELECT t.number FROM name AS n JOIN thing AS t ON t.number = n.thing "
        f"WHERE n.key IN (?, ?) AND {kinds[0]} "
        f"ORDER BY {_NAME_PRIORITY_SQL.get(option, '')}n.meant DESC, t.id LIMIT 1",
        (name_key(name), f"/{id_}", *kinds[1]),
    )
    if not rows or (is_bare_ticker(name) and index.read_document(int(rows[0][0])).name != name):
        listed = _find_by_external_id(index, option, name, kinds)  # refuses a ticker of several
        rows = rows or listed
    if rows:
        return int(rows[0][0])
    absence = explain_former_name(index.former, name, TYPES_BY_FILTER[option])
    absence = absence or Absence(f"{option} {shorten(name)}: no such {option} in the graph")
    near = _suggest_names(index, name_key(name), kinds)
    raise unknown_name_error(absence, near, parameter=option)


def _find_by_external_id(index: Index, option: str, name: str, kinds: SqlCondition) -> list[SqlRow]:
    """Return the numbers of the things that an id in another register or a ticker denotes."""
    keys, values = _in_condition("n.key", [f"={key}" for key in find_search_keys(name)])
    rows = index.rows(
        "SELECT DISTINCT t.number, t.id, t.type FROM name AS n JOIN thing AS t "
        f"ON t.number = n.thing WHERE {keys} AND {kinds[0]} ORDER BY t.worth DESC, t.id",
        (*values, *kinds[1]),
    )
    if len({type_ for _, _, type_ in rows}) > 1:
        ids = [str(id_) for _, id_, _ in rows]
        raise AmbiguousNameError(
            f"{option} {shorten(name)}: a ticker of {', '.join(ids)}: give one of the ids",
            ids,
            parameter=option,
        )
    return rows


def _suggest_names(index: Index, key: str, kinds: SqlCondition) -> list[str]:
    rows = index.rows(
        "SELECT n.key, d.name, t.worth FROM name AS n JOIN thing AS t ON t.number = n.thing "
        "JOIN document AS d USING (number) "
        f"WHERE length(n.key) BETWEEN ? AND ? AND n.meant >= 0 AND {kinds[0]}",
        (
            len(key) - MAX_NAME_LENGTH_DIFFERENCE,
            len(key) + MAX_NAME_LENGTH_DIFFERENCE,
            *kinds[1],
        ),
    )
    return find_close_matches(key, (KnownWord(str(k), str(n), float(w)) for k, n, w in rows))


# -- counts beside the filters -----------------------------------------------------


class FacetCount(msgspec.Struct, frozen=True):
    """How many of the things that fit have a value: a kind, type, or name of a show or theme."""

    value: str
    things: int


class Facets(msgspec.Struct, frozen=True):
    """The matches of a search, counted.

    Attributes:
        total: how many things fit.
        kinds: by kind, in the order of :data:`kgraph.search.documents.HIT_KINDS`.
        types: entities and shows by type, most first.
        shows: things by the show of an episode in which they stand, most first.
        themes: quotes and episodes by the theme that they are filed under, most first.
    """

    total: int
    kinds: tuple[FacetCount, ...] = ()
    types: tuple[FacetCount, ...] = ()
    shows: tuple[FacetCount, ...] = ()
    themes: tuple[FacetCount, ...] = ()


def count_facets(
    index: Index,
    text: str,
    filters: Filters | None = None,
    *,
    partial: bool = False,
    query: SearchQuery | None = None,
) -> Facets:
    """Count the matches of a search; if ``partial``, things with at least half of the words.

    Args:
        query: to count in place of the text.
    """
    if not query:
        query = parse_search(replace_surrogates(text))
        query = (query.relax() if partial else None) or query.drop_stop_words()
    filters = filters or Filters()
    any_kind = msgspec.structs.replace(filters, kinds=frozenset(), types=frozenset())
    any_show = msgspec.structs.replace(filters, show="")
    any_theme = msgspec.structs.replace(filters, theme="")

    [(total,)] = _count(index, query, filters, "SELECT count(*) FROM found")
    kinds = _count(
        index, query, any_kind, "SELECT kind, count(*) FROM found GROUP BY kind ORDER BY kind"
    )
    types = _count(
        index,
        query,
        any_kind,
        "SELECT type, count(*) AS n FROM found WHERE type != '' "
        "GROUP BY type ORDER BY n DESC, type",
    )
    postings = build_posting_clause(index, any_show)  # only postings in matching episodes count
    shows = _count(
        index,
        query,
        any_show,
        "SELECT e.show, count(DISTINCT t.number) AS n FROM found AS t "
        "JOIN standing AS s ON s.thing = t.number JOIN episode AS e ON e.number = s.episode "
        f"WHERE e.show != ''{postings.sql} "
        f"GROUP BY e.show ORDER BY n DESC, e.show LIMIT {MAX_FACET_VALUES}",
        *postings.values,
    )
    themes = _count(
        index,
        query,
        any_theme,
        "SELECT d.name, count(DISTINCT f.number) AS n FROM found AS f "
        "JOIN filed ON filed.thing = f.number JOIN thing AS t ON t.number = filed.theme "
        "JOIN document AS d ON d.number = t.number "
        f"GROUP BY filed.theme ORDER BY n DESC, t.id LIMIT {MAX_FACET_VALUES}",
    )
    return Facets(
        int(total),
        tuple(FacetCount(HIT_KINDS[int(kind)], int(n)) for kind, n in kinds),
        tuple(FacetCount(str(type_), int(n)) for type_, n in types),
        tuple(FacetCount(str(show), int(n)) for show, n in shows),
        tuple(FacetCount(str(name), int(n)) for name, n in themes),
    )


def _count(
    index: Index, query: SearchQuery, filters: Filters, sql: str, *values: SqlValue
) -> list[SqlRow]:
    """Return the rows of a query of ``found``, the matching rows of ``thing``."""
    clause = build_thing_clause(index, filters, build_posting_clause(index, filters))
    match = build_match_clause(index, query)
    return index.rows(
        f"WITH found AS MATERIALIZED (SELECT t.* FROM {match.sql} "
        f"WHERE word MATCH ?{clause.sql}) {sql}",
        (*match.values, query.to_fts(), *clause.values, *values),
    )
