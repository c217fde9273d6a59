"""Edit SPARQL text: bind variables, refuse queries that are not allowed, explain syntax errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kgraph.accel.rewrite.grammar import COMMENT, IRI, LONG_STRING, STRING
from kgraph.base.errors import QueryError, QueryRefusedError
from kgraph.base.text import shorten
from kgraph.base.vocabulary import PREFIXES

EXCERPT_CHARS = 80  #: characters of a long line shown on either side of a mistake

_LITERAL = re.compile(
    r"""(?=[<"'#])"""  # their first characters; elsewhere no alternative is tried
    rf"(?:(?P<iri>{IRI})|(?P<long>{LONG_STRING})|(?P<string>{STRING})|(?P<comment>{COMMENT}))",
    re.DOTALL,
)
# A keyword, not a variable (?service), a prefixed name (ex:service) or part of one. One search for
# all words takes half the time of a search for each keyword.
_KEYWORD = re.compile(r"(?<![\w?$:.\-])[A-Za-z]+(?![\w:\-])")
# The engine needs no space around a keyword (?b.SERVICE<u>{}), so SERVICE is searched for anywhere
# but in a variable and behind a prefix's colon.
_VARIABLE_OR_LOCAL_NAME = re.compile(r"[?$]\w+|:[\w:-]+")
_UPDATE_KEYWORDS = {*("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD")}
_VOLATILE_FUNCTIONS = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}
_FORMS_ADVICE = "a query starts with SELECT, ASK, CONSTRUCT or DESCRIBE"
_QUERY_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_USED_PREFIX = re.compile(r"(?<![\w?$:.\-])([A-Za-z][\w\-]*):")
_EMPTY_PREFIX = re.compile(r"(?<![\w?$:.\-]):(?=[\w\-])")
_EMPTY_PREFIX_DECLARATION = re.compile(r"\bPREFIX\s*:", re.IGNORECASE)
_PREFIX_DECLARATION = re.compile(r"\b(PREFIX)\s+([A-Za-z][\w\-]*):", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_ERROR_POSITION = re.compile(r"error at (\d+):(\d+)(?:-\d+:\d+)?: ?(.*)", re.DOTALL)


def mask_literals(text: str) -> str:
    """Return the query with comments, strings and IRIs blanked, to search it for keywords."""
    return _LITERAL.sub(lambda match: " " * len(match[0]), text)


def find_iris(text: str) -> list[str]:
    """Return the IRIs of a query that are in angle brackets, without the brackets.

    >>> find_iris('ASK { <a> ?p "<b>" } # <c>')
    ['a']
    """
    return [match["iri"][1:-1] for match in _LITERAL.finditer(text) if match["iri"]]


def bind_variables(text: str, terms: Mapping[str, str]) -> str:
    """Return a query with variables replaced by terms.

    Variables inside strings, IRIs and comments stay, and only whole terms are inserted, so no
    value can become syntax. (The engine's own substitutions reach projected variables only.)
    Terms are in N-Triples form, by name of a variable; the query is trusted.

    >>> bind_variables('SELECT ?a { ?a ?p ?who # ?who', {"who": '"x"'})
    'SELECT ?a { ?a ?p "x" # ?who'
    """
    pieces: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(mask_literals(text)):
        if match[1] in terms:
            pieces += [text[end : match.start()], terms[match[1]]]
            end = match.end()
    return "".join([*pieces, text[end:]])


def add_prefixes(text: str) -> str:
    """Return a query with declarations of the known prefixes that it uses and does not declare.

    >>> add_prefixes("ASK { ?x a kg:Company }")
    'PREFIX kg: <https://w3id.org/kgraph/ns#>\\nASK { ?x a kg:Company }'
    """
    undeclared = _find_undeclared(mask_literals(text))
    lines = [f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in PREFIXES if p in undeclared]
    return "".join(lines) + text


def _find_undeclared(masked: str) -> set[str]:
    declared = {name for _, name in _PREFIX_DECLARATION.findall(masked)}
    return set(_USED_PREFIX.findall(masked)) - declared


def check_read_only(text: str) -> None:
    """Check that a query only reads, and only from the store.

    Raises:
        QueryRefusedError: it is an update, or asks another server (SERVICE).
    """
    if any(
        "SERVICE" in _VARIABLE_OR_LOCAL_NAME.sub(" ", masked).upper()
        for masked in _masked_texts(text)
    ):
        raise QueryRefusedError(
            "SERVICE asks another server, and no query leaves this machine: "
            "load the other data beside the exported Turtle instead"
        )
    words = (word.upper() for masked in _masked_texts(text) for word in _KEYWORD.findall(masked))
    first = next((word for word in words if word in _UPDATE_KEYWORDS | _QUERY_FORMS), "")
    if first in _UPDATE_KEYWORDS:
        raise QueryRefusedError(
            "this is an update, and the store is read-only: change the episode files or "
            "the judgements, and build again"
        )


def has_from_clause(text: str) -> bool:
    """Return whether the query names its dataset (FROM, FROM NAMED)."""
    return "FROM" in _find_keywords(text)


def check_no_from_clause(text: str) -> None:
    """Check that a query names no dataset, whose empty answer would be mistaken for a fact.

    Raises:
        QueryError: it has FROM or FROM NAMED.
    """
    if has_from_clause(text):
        raise QueryError(
            "FROM: the store has one graph, the default graph, and loads no other: "
            "leave FROM and FROM NAMED out"
        )


def is_volatile(text: str) -> bool:
    """Return whether the answer may change: the query uses the time, chance or new names.

    >>> is_volatile("SELECT (NOW() AS ?t) {}"), is_volatile('SELECT * { ?now ?p "NOW()" }')
    (True, False)
    """
    return not _VOLATILE_FUNCTIONS.isdisjoint(_find_keywords(text))


def may_call_functions(text: str) -> bool:
    """Return whether the query may call a custom function, which the bare engine lacks.

    >>> may_call_functions('ASK { FILTER(kg:matches("a", "b")) }'), may_call_functions("ASK {}")
    (True, False)
    """
    return "matches" in text or "\\u" in text


@lru_cache(8)  # several checks look at the same query in turn
def _find_keywords(text: str) -> frozenset[str]:
    return frozenset(
        word.upper() for masked in _masked_texts(text) for word in _KEYWORD.findall(masked)
    )


@lru_cache(8)
def _masked_texts(text: str) -> tuple[str, ...]:
    """Return the masked text, and where it has escapes also with these decoded."""
    # Outside strings (SPARQL 1.1 section 19.2) escapes could hide a keyword, and decoded quotes
    # could hide it again: so both texts count.
    if "\\u" not in text:
        return (mask_literals(text),)
    decoded = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return mask_literals(text), mask_literals(decoded)


def explain_syntax_error(message: str, text: str) -> QueryError:
    """Convert the engine's message on a syntax error: line, column, the line itself, a hint."""
    if not text.strip():
        return QueryError(f"the query is empty: {_FORMS_ADVICE}")
    match = _ERROR_POSITION.search(message)
    if match is None:
        return QueryError(f"the query cannot be read: {message}{_suggest_fix(message, text)}")
    line, column, expected = int(match[1]), int(match[2]), _simplify_expected(match[3])
    lines = text.splitlines() or [""]
    wrong_line = lines[min(line, len(lines)) - 1]
    is_long = len(wrong_line) > 2 * EXCERPT_CHARS
    start = max(0, column - 1 - EXCERPT_CHARS) if is_long else 0
    end = start + 2 * EXCERPT_CHARS
    before, after = "…" * (start > 0), "…" * (end < len(wrong_line))
    indent = " " * (column - 1 - start + len(before))
    return QueryError(
        f"line {line}, column {column}: {expected}\n"
        f"  {before}{wrong_line[start:end]}{after}\n  {indent}^{_suggest_fix(expected, text)}"
    )


def _simplify_expected(message: str) -> str:
    """Return what the engine expected, without character classes, which help nobody.

    >>> _simplify_expected('expected one of ",", "}", ["0" ..= "9"], [_]')
    'expected one of ",", "}"'
    """
    line = " ".join(message.split())
    line = re.sub(r",? ?\[[^\]]*\](?:,(?= \[))?", "", line).replace("one of , ", "one of ")
    return "a prefix is not declared" if "Prefix not found" in line else line


def _suggest_fix(message: str, text: str) -> str:
    masked = mask_literals(text)
    unknown = sorted(_find_undeclared(masked).difference(PREFIXES))
    advice = "".join(f"\nwrite PREFIX {shorten(name)}: <its address> first" for name in unknown)
    if _EMPTY_PREFIX.search(masked) and not _EMPTY_PREFIX_DECLARATION.search(masked):
        advice += "\nwrite PREFIX : <its address> first, as the empty prefix of :name has none"
    if (
        advice or "prefix" in message.lower()
    ):  # of some places the engine only says what it expected
        return f"{advice}\nprefixes known without declaration: {', '.join(PREFIXES)}"
    if not _find_keywords(text) & _QUERY_FORMS:
        return f"\n{_FORMS_ADVICE}"
    opened, closed = masked.count("{"), masked.count("}")
    if opened != closed:
        return f"\nit opens {opened} braces and closes {closed}"
    return "\n`kgraph queries` lists saved queries that can serve as examples"
