"""JSON schemas of the tools' structured results: their fields, and which are always there.

They say what a result is made of, and leave the inner values open: an agent reads the schema of
every tool before it asks anything.
"""

from __future__ import annotations

from typing import Any

_TYPES = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "list": {"type": "array"},
    "object": {"type": "object"},
}


def _make_schema(required: str, optional: str = "") -> dict[str, Any]:
    """Return a schema of fields written as ``name:type``, separated by blanks.

    >>> _make_schema("hits:list")
    {'type': 'object', 'properties': {'hits': {'type': 'array'}}, 'required': ['hits']}
    """
    fields = [field.split(":") for field in f"{required} {optional}".split()]
    return {
        "type": "object",
        "properties": {name: _TYPES[type_] for name, type_ in fields},
        "required": [field.partition(":")[0] for field in required.split()],
    }


#: Tool -> schema of its structured result.
OUTPUT_SCHEMAS = {
    "search": _make_schema("hits:list", "next:text searched_for:text note:text did_you_mean:text"),
    "look_up": _make_schema(
        "id:text iri:text",
        "name:text title:text quotes:list beside:object beside_may_be_chance:object may_mean:list",
    ),
    "pair": _make_schema(
        "one:object other:object both:object lift:number association:number quotes:list "
        "episodes:list beside_both:list months:list"
    ),
    "compare": _make_schema("things:list months:list shares:text"),
    "report": _make_schema(
        "since:text until:text episodes:number episodes_before:number coverage:list sections:list"
    ),
    "list_questions": _make_schema("questions:list"),
    "ask_question": _make_schema(
        "question:text columns:list rows:list total:number",
        "next:text note:text undated:text empty_months:text",
    ),
    "run_sparql": _make_schema("columns:list rows:list", "next:text hint:text"),
    **{tool: _make_schema("answer:text trees:list") for tool in ("explain", "how", "why_not")},
}
