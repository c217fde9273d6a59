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

from kgraph.analysis import Question, questions
from kgraph.base.version import VERSION
from kgraph.query.formats import FORMATS
from kgraph.query.parameters import LONGEST, MOST, Parameter
from kgraph.search.filters import TYPES
from kgraph.server.endpoints.operations import ANSWER, OPERATIONS
from kgraph.server.http.problems import DETAILS

Document = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"

_MONTH = r"^(?!0000)\d{4}-(0[1-9]|1[0-2])$"
_TYPE = "|".join(TYPES)
_FILLED = r"\S"

_SCHEMAS: dict[str, Document] = {
    "integer": {"type": "integer", "minimum": 1, "maximum": MOST},
    "relevance": {"type": "number", "minimum": 0, "maximum": 10},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "date": {"type": "string", "format": "date"},
    "type": {"type": "string", "enum": list(TYPES)},
    "types": {"type": "string", "pattern": f"^({_TYPE})([ ,]+({_TYPE}))*$", "maxLength": LONGEST},
    "month": {"type": "string", "pattern": _MONTH},
    "subject": {"type": "string", "pattern": _FILLED, "maxLength": LONGEST},
    "episode": {"type": "string", "pattern": _FILLED, "maxLength": LONGEST},
}
"""Type of a question's parameter -> its schema; all others are text."""

_TEXT: Document = {"type": "string", "maxLength": LONGEST}

_WHAT = "episode|entity|edge"
_OF_QUESTIONS: dict[tuple[str, str], Document] = {
    ("changes", "what"): {"pattern": f"^({_WHAT})([ ,]+({_WHAT}))*$"},
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


def question_list() -> QuestionList:
    """The questions that :mod:`kgraph.analysis` answers."""
    return QuestionList(
        [
            QuestionLine(q.name, q.summary, list(q.answers), q.kind, list(q.parameters))
            for q in questions().values()
        ]
    )


def document() -> Document:
    """The description of the whole API."""
    operations = OPERATIONS.values()
    types = [*(op.gives for op in operations), *(op.asked for op in operations)]
    types += [ANSWER, QuestionList, ProblemDetails]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    _add_words(components)
    answers, questions_ = schemas[: len(operations)], schemas[len(operations) :]
    paths = {
        f"/api/{op.path}": _get(op.path, op.summary, _parameters(components, question), given)
        for op, given, question in zip(operations, answers, questions_, strict=False)
    }
    for question in questions_[: len(operations)]:  # they are parameters, and no body
        components.pop(_name(question), None)
    paths["/api/questions"] = _get(
        "questions", "The questions with a name, and what they take.", [], _reference(QuestionList)
    )
    for asked in questions().values():
        paths[f"/api/questions/{asked.name}"] = _of_question(asked)
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


def _reference(shape: type) -> Document:
    return {"$ref": REFERENCE.format(name=shape.__name__)}


def _get(id_: str, summary: str, parameters: list[Document], schema: Document) -> Document:
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
                    "content": {DETAILS: {"schema": _reference(ProblemDetails)}},
                },
            },
        }
    }


def _name(reference: Document) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _parameters(components: Mapping[str, Document], reference: Document) -> list[Document]:
    """The parameters that a struct describes."""
    schema = components[_name(reference)]
    required = schema.get("required", ())
    found = []
    for name, of in schema["properties"].items():
        plain = {key: value for key, value in of.items() if key != "description"}
        parameter = {"name": name, "in": "query", "required": name in required, "schema": plain}
        found.append(parameter | {"description": of.get("description", name)})
    return found


def _of_question(question: Question) -> Document:
    taken = [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.default is None,
            "schema": _SCHEMAS.get(parameter.type, _TEXT)
            | _OF_QUESTIONS.get((question.name, parameter.name), {})
            | ({} if parameter.default is None else {"default": _default(parameter)}),
            "description": f"{parameter.words} ({parameter.type})",
        }
        for parameter in question.parameters
    ]
    formats = {f.name: f.media_type for f in FORMATS.values() if "solutions" in f.kinds}
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
    found = _get(path, question.summary, taken, _reference(ANSWER))
    content = found["get"]["responses"]["200"]["content"]
    for media_type in formats.values():
        kind = "object" if media_type.endswith("+json") else "string"
        content[media_type] = {"schema": {"type": kind}}
    return found


def _default(parameter: Parameter) -> str | int | float:
    """The default as a value of its schema."""
    text = parameter.default or ""
    kinds = {"integer": int, "relevance": float, "probability": float}
    return kinds[parameter.type](text) if parameter.type in kinds else text


def _add_words(components: Mapping[str, Document]) -> None:
    """Give the schemas' properties the words of their structs' docstrings."""
    for schema in components.values():
        words = _words(schema.get("description", ""))
        if words:
            schema["description"] = words.pop("")
        for name, of in schema.get("properties", {}).items():
            if name in words and "description" not in of:
                of["description"] = words[name]


def _words(docstring: str) -> dict[str, str]:
    """Words of each attribute, and those of the whole under ""."""
    text = inspect.cleandoc(docstring)
    head, _, attributes = text.partition("Attributes:")
    found = {"": " ".join(head.split())} if text else {}
    for names, words in _ATTRIBUTE.findall(inspect.cleandoc(attributes)):
        told = " ".join(words.split()).replace("``", "")
        found |= {name.strip(): told for name in names.split(",")}
    return found
