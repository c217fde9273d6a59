"""The API's description in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0).

Takes the tables of operations and questions, gives one document. Schemas come from the
structs that answers are made of, with the words of their docstrings.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from kgraph.analysis import NamedQuery, load_named_queries
from kgraph.base.version import VERSION
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.parameters import MAX_INTEGER, MAX_VALUE_CHARS, Parameter
from kgraph.search.filters import FILTER_TYPES
from kgraph.server.endpoints.operations import ANSWER_TYPE, OPERATIONS
from kgraph.server.http.problems import PROBLEM_JSON

Document = dict[str, Any]

SCHEMA_REF = "#/components/schemas/{name}"

_MONTH = r"^(?!0000)\d{4}-(0[1-9]|1[0-2])$"
_TYPE = "|".join(FILTER_TYPES)
_NOT_BLANK = r"\S"

_PARAMETER_SCHEMAS: dict[str, Document] = {
    "integer": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
    "relevance": {"type": "number", "minimum": 0, "maximum": 1},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "date": {"type": "string", "format": "date"},
    "type": {"type": "string", "enum": list(FILTER_TYPES)},
    "types": {
        "type": "string",
        "pattern": f"^({_TYPE})([ ,]+({_TYPE}))*$",
        "maxLength": MAX_VALUE_CHARS,
    },
    "month": {"type": "string", "pattern": _MONTH},
    "subject": {"type": "string", "pattern": _NOT_BLANK, "maxLength": MAX_VALUE_CHARS},
    "episode": {"type": "string", "pattern": _NOT_BLANK, "maxLength": MAX_VALUE_CHARS},
}
"""Type of a question's parameter -> its schema; all others are text."""

_TEXT_SCHEMA: Document = {"type": "string", "maxLength": MAX_VALUE_CHARS}

_DIFF_KINDS = "episode|entity|edge"
_EXTRA_SCHEMAS: dict[tuple[str, str], Document] = {
    ("changes", "what"): {"pattern": f"^({_DIFF_KINDS})([ ,]+({_DIFF_KINDS}))*$"},
}
"""Question, and its parameter -> what its schema has beside that of its type."""

_ATTRIBUTE = re.compile(r"^([\w, ]+): (.*(?:\n {4,}.*)*)", re.MULTILINE)


class ProblemDetails(msgspec.Struct, frozen=True):
    """What went wrong (RFC 9457).

    Attributes:
        type: always about:blank.
        title: the status in words.
        status: of HTTP.
        detail: what is wrong, and the next move.
        suggestions: near names, where a name was not found.
    """

    type: str
    title: str
    status: int
    detail: str
    suggestions: list[str] = []


class QuestionLine(msgspec.Struct, frozen=True):
    """A question with a name.

    Attributes:
        name: below /api/questions/.
        summary: one sentence.
        answers: questions, as people ask them, that it answers.
        kind: query when SPARQL answers it, analysis when a program does.
        parameters: what it takes; one without a default must be given.
    """

    name: str
    summary: str
    answers: list[str]
    kind: str
    parameters: list[Parameter]


class QuestionList(msgspec.Struct, frozen=True):
    """The questions with a name, by name."""

    rows: list[QuestionLine]


def list_named_questions() -> QuestionList:
    """The questions that :mod:`kgraph.analysis` answers."""
    return QuestionList(
        [
            QuestionLine(q.name, q.summary, list(q.answers), q.kind, list(q.parameters))
            for q in load_named_queries().values()
        ]
    )


def build_openapi() -> Document:
    """The description of the whole API."""
    operations = OPERATIONS.values()
    types = [*(op.result for op in operations), *(op.parameters for op in operations)]
    types += [ANSWER_TYPE, QuestionList, ProblemDetails]
    schemas, components = msgspec.json.schema_components(types, ref_template=SCHEMA_REF)
    _add_descriptions(components)
    answers, questions_ = schemas[: len(operations)], schemas[len(operations) :]
    paths = {
        f"/api/{op.path}": _get_operation(
            op.path, op.summary, _query_parameters(components, question), given
        )
        for op, given, question in zip(operations, answers, questions_, strict=False)
    }
    for question in questions_[: len(operations)]:  # they are parameters, and no body
        components.pop(_schema_name(question), None)
    paths["/api/questions"] = _get_operation(
        "questions", "The questions with a name, and what they take.", [], _schema_ref(QuestionList)
    )
    for asked in load_named_queries().values():
        paths[f"/api/questions/{asked.name}"] = _question_operation(asked)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kgraph",
            "version": VERSION,
            "summary": "What a knowledge graph of episodes holds, with its evidence.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _schema_ref(shape: type) -> Document:
    return {"$ref": SCHEMA_REF.format(name=shape.__name__)}


def _get_operation(
    id_: str, summary: str, parameters: list[Document], schema: Document
) -> Document:
    return {
        "get": {
            "operationId": id_.replace("/", "-"),
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {
                    "description": "The answer.",
                    "content": {"application/json": {"schema": schema}},
                },
                "default": {
                    "description": "What went wrong.",
                    "content": {PROBLEM_JSON: {"schema": _schema_ref(ProblemDetails)}},
                },
            },
        }
    }


def _schema_name(reference: Document) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _query_parameters(components: Mapping[str, Document], reference: Document) -> list[Document]:
    """The parameters that a struct describes."""
    schema = components[_schema_name(reference)]
    required = schema.get("required", ())
    found = []
    for name, of in schema["properties"].items():
        plain = {key: value for key, value in of.items() if key != "description"}
        parameter = {"name": name, "in": "query", "required": name in required, "schema": plain}
        found.append(parameter | {"description": of.get("description", name)})
    return found


def _question_operation(question: NamedQuery) -> Document:
    taken = [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.default is None,
            "schema": _PARAMETER_SCHEMAS.get(parameter.type, _TEXT_SCHEMA)
            | _EXTRA_SCHEMAS.get((question.name, parameter.name), {})
            | ({} if parameter.default is None else {"default": _default_value(parameter)}),
            "description": f"{parameter.words} ({parameter.type})",
        }
        for parameter in question.parameters
    ]
    formats = {f.name: f.media_type for f in ANSWER_FORMATS.values() if "solutions" in f.kinds}
    taken.append(
        {
            "name": "format",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "enum": list(formats)},
            "description": "all rows as SPARQL results in a format, instead of the first ones",
        }
    )
    path = f"questions/{question.name}"
    found = _get_operation(path, question.summary, taken, _schema_ref(ANSWER_TYPE))
    content = found["get"]["responses"]["200"]["content"]
    for media_type in formats.values():
        kind = "object" if media_type.endswith("+json") else "string"
        content[media_type] = {"schema": {"type": kind}}
    return found


def _default_value(parameter: Parameter) -> str | int | float:
    """The default as a value of its schema."""
    text = parameter.default or ""
    kinds = {"integer": int, "relevance": float, "probability": float}
    return kinds[parameter.type](text) if parameter.type in kinds else text


def _add_descriptions(components: Mapping[str, Document]) -> None:
    """Give the schemas' properties the words of their structs' docstrings."""
    for schema in components.values():
        words = _parse_docstring(schema.get("description", ""))
        if words:
            schema["description"] = words.pop("")
        for name, of in schema.get("properties", {}).items():
            if name in words and "description" not in of:
                of["description"] = words[name]


def _parse_docstring(docstring: str) -> dict[str, str]:
    """Words of each attribute, and those of the whole under ""."""
    text = inspect.cleandoc(docstring)
    head, _, attributes = text.partition("Attributes:")
    found = {"": " ".join(head.split())} if text else {}
    for names, words in _ATTRIBUTE.findall(inspect.cleandoc(attributes)):
        told = " ".join(words.split()).replace("``", "")
        found |= {name.strip(): told for name in names.split(",")}
    return found
