"""SPARQL texts: what is refused, and what a syntax error means to the person who made it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kgraph.accel.rewrite.tokens import COMMENT, IRI, LONG_STRING, STRING
from kgraph.base.errors import QueryError, QueryRefusedError
from kgraph.base.vocabulary import PREFIXES

EXCERPT_CHARS = 80
"""Characters on either side of a mistake that are shown of a long line."""

_LITERAL = re.compile(
    r"""(?=[<"'#])"""  # what all of them begin with: elsewhere none is tried
    rf"(?:(?P<iri>{IRI})|(?P<long>{LONG_STRING})|(?P<string>{STRING})|(?P<comment>{COMMENT}))",
    re.DOTALL,
)
# A keyword, not a variable (?service), a prefixed name (ex:service) or a part of one. All words are
# found at once: a look of its own for each that matters took twice as long.
_KEYWORD = re.compile(r"(?<![\w?$:.\-])[A-Za-z]+(?![\w:\-])")
# The engine wants no space around a keyword (?b.SERVICE<u>{}), so that one by which a query leaves
# this machine is looked for anywhere but in a variable and behind a prefix's colon.
_VARIABLE_OR_LOCAL_NAME = re.compile(r"[?$]\w+|:[\w:-]+")
_UPDATE_KEYWORDS = {*("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD")}
_VOLATILE_FUNCTIONS = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}
_QUERY_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_USED_PREFIX = re.compile(r"(?<![\w?$:.\-])([A-Za-z][\w\-]*):")
_PREFIX_DECLARATION = re.compile(r"\b(PREFIX)\s+([A-Za-z][\w\-]*):", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_ERROR_POSITION = re.compile(r"error at (\d+):(\d+)(?:-\d+:\d+)?: ?(.*)", re.DOTALL)


def mask_literals(text: str) -> str:
    """The query with comments, strings and IRIs blanked, for looking at its keywords."""
    return _LITERAL.sub(lambda match: " " * len(match[0]), text)


def find_iris(text: str) -> list[str]:
    """The IRIs of a query in angle brackets, without the brackets.

    >>> find_iris('ASK { <a> ?p "<b>" } # <c>')
    ['a']
    """
    return [match["iri"][1:-1] for match in _LITERAL.finditer(text) if match["iri"]]


def bind_variables(text: str, terms: Mapping[str, str]) -> str:
    """A query with variables replaced by terms.

    Only variables are replaced, never text inside strings, IRIs or comments, and only by
    whole terms as the engine writes them, so no value can become syntax. (The engine's own
    substitutions reach projected variables only.)

    Args:
        text: a trusted query.
        terms: name of a variable -> term in N-Triples form.

    >>> bind_variables('SELECT ?a { ?a ?p ?who # ?who', {"who": '"x"'})
    'SELECT ?a { ?a ?p "x" # ?who'
    """
    parts: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(mask_literals(text)):
        if match[1] in terms:
            parts += [text[end : match.start()], terms[match[1]]]
            end = match.end()
    return "".join([*parts, text[end:]])


def add_prefixes(text: str) -> str:
    """A query with the prefixes declared that it uses and does not declare itself.

    >>> add_prefixes("ASK { ?x a kg:Company }")
    'PREFIX kg: <https://w3id.org/kgraph/ns#>\\nASK { ?x a kg:Company }'
    """
    used = set(_USED_PREFIX.findall(mask_literals(text)))
    own = {name for keyword, name in _PREFIX_DECLARATION.findall(mask_literals(text))}
    lines = [f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in PREFIXES if p in used - own]
    return "".join(lines) + text


def check_read_only(text: str) -> None:
    """Let only read-only queries through that stay inside the store.

    Raises:
        QueryRefusedError: it is an update, or asks another server (SERVICE).
    """
    if any(
        "SERVICE" in _VARIABLE_OR_LOCAL_NAME.sub(" ", one).upper() for one in _masked_texts(text)
    ):
        raise QueryRefusedError(
            "SERVICE asks another server, and no query leaves this machine: "
            "load the other data beside the exported Turtle instead"
        )
    if _first_keyword(text) in _UPDATE_KEYWORDS:
        raise QueryRefusedError(
            "this is an update, and the store is read-only: change the episode files or "
            "the judgements, and build again"
        )


def _first_keyword(text: str) -> str:
    """The word that says what a text is, in capitals; "" where none does."""
    words = (word.upper() for one in _masked_texts(text) for word in _KEYWORD.findall(one))
    return next((word for word in words if word in _UPDATE_KEYWORDS | _QUERY_FORMS), "")


def has_from_clause(text: str) -> bool:
    """Whether the query says itself what it is put to (FROM, FROM NAMED)."""
    return "FROM" in _find_keywords(text)


def check_no_from_clause(text: str) -> None:
    """Let only queries of our one graph through, where an empty answer would be taken for true.

    Raises:
        QueryError: it says itself what it is put to.
    """
    if has_from_clause(text):
        raise QueryError(
            "FROM: there is one graph here, the default graph, and none is fetched from "
            "elsewhere: leave FROM and FROM NAMED out"
        )


def is_volatile(text: str) -> bool:
    """Whether two askings may give two answers: it asks for the time, for chance or new names.

    >>> is_volatile("SELECT (NOW() AS ?t) {}"), is_volatile('SELECT * { ?now ?p "NOW()" }')
    (True, False)
    """
    return not _VOLATILE_FUNCTIONS.isdisjoint(_find_keywords(text))


def may_call_functions(text: str) -> bool:
    """Whether the query may call a function of ours, which the engine alone does not know.

    >>> may_call_functions('ASK { FILTER(kg:matches("a", "b")) }'), may_call_functions("ASK {}")
    (True, False)
    """
    return "matches" in text or "\\u" in text


@lru_cache(8)  # a query is looked at for one thing after the other
def _find_keywords(text: str) -> frozenset[str]:
    """The bare words of a query, in capitals."""
    return frozenset(word.upper() for one in _masked_texts(text) for word in _KEYWORD.findall(one))


@lru_cache(8)
def _masked_texts(text: str) -> tuple[str, ...]:
    """The bare text as it is, and where it has escapes without them."""
    # Outside strings (SPARQL 1.1 section 19.2) they could hide a keyword, and escaped quotes
    # could hide it from who undoes them: so both count.
    if "\\u" not in text:
        return (mask_literals(text),)
    return mask_literals(text), mask_literals(re.sub(r"\\u([0-9A-Fa-f]{4})", _decode_escape, text))


def _decode_escape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def convert_syntax_error(error: SyntaxError, text: str) -> QueryError:
    """A syntax error of the engine as one of ours: line, column, the line itself, a hint."""
    return explain_syntax_error(str(error.msg or error), text)


def explain_syntax_error(message: str, text: str) -> QueryError:
    """A syntax error in the engine's words as one of ours.

    Args:
        message: what the engine says.
        text: the query.
    """
    match = _ERROR_POSITION.search(message)
    if match is None:
        return QueryError(f"the query cannot be read: {message}{_suggest_fix(message, text)}")
    line, column, words = int(match[1]), int(match[2]), _simplify_expected(match[3])
    lines = text.splitlines() or [""]
    shown, mark = _cut_excerpt(lines[min(line, len(lines)) - 1], column - 1)
    return QueryError(
        f"line {line}, column {column}: {words}\n  {shown}\n  {' ' * mark}^{_suggest_fix(words, text)}"
    )


def _cut_excerpt(line: str, place: int) -> tuple[str, int]:
    """What is shown of a line, and where the place is in it."""
    start = max(0, place - EXCERPT_CHARS) if len(line) > 2 * EXCERPT_CHARS else 0
    shown = line[start : start + 2 * EXCERPT_CHARS]
    before, behind = "…" * (start > 0), "…" * (start + 2 * EXCERPT_CHARS < len(line))
    return f"{before}{shown}{behind}", place - start + len(before)


def _simplify_expected(words: str) -> str:
    """What the engine expected, without the character classes that tell a person nothing.

    >>> _simplify_expected('expected one of ",", "}", ["0" ..= "9"], [_]')
    'expected one of ",", "}"'
    """
    flat = " ".join(words.split())
    return re.sub(r",? ?\[[^\]]*\](?:,(?= \[))?", "", flat).replace("one of , ", "one of ")


def _suggest_fix(words: str, text: str) -> str:
    """The next move, where the mistake is a usual one."""
    if "prefix" in words.lower():
        return f"\nprefixes known without declaration: {', '.join(PREFIXES)}"
    if not _find_keywords(text) & _QUERY_FORMS:
        return "\na query starts with SELECT, ASK, CONSTRUCT or DESCRIBE"
    keywords = mask_literals(text)
    opened, closed = keywords.count("{"), keywords.count("}")
    if opened != closed:
        return f"\nit opens {opened} braces and closes {closed}"
    return "\n`kgraph queries` lists saved queries that can serve as examples"
