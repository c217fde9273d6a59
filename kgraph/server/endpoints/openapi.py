"""Operations of the API as a table, and the API's OpenAPI 3.1 description.

Views come from :data:`kgraph.views.registry.VIEW_OPERATIONS`; search and names are rows here. The
description (https://spec.openapis.org/oas/v3.1.0) is generated from this table and that of
questions. Schemas come from the structs of parameters and answers, descriptions from their
docstrings.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from kgraph.analysis import NamedQuery, load_named_queries
from kgraph.analysis.presentation import RenderedAnswer
from kgraph.base import VERSION
from kgraph.graph.diff import CHANGE_NOUNS
from kgraph.query.parameters import MAX_INTEGER, MAX_VALUE_CHARS, Parameter
from kgraph.search import HIT_KINDS
from kgraph.search.filters import FILTER_TYPES
from kgraph.search.request import KindList, SearchRequest, ShortText, split_list
from kgraph.search.suggest import Suggestion
from kgraph.server.endpoints.openapi_parts import Document, describe_query_parameter
from kgraph.server.endpoints.reconcile_openapi import describe_reconciliation
from kgraph.server.http.problems import PROBLEM_JSON
from kgraph.server.negotiation import SOLUTION_MEDIA_TYPES
from kgraph.server.pages.parameters import make_view_task
from kgraph.server.workers.tasks import RunSearch, Searched, SuggestNames, Task
from kgraph.views.registry import VIEW_OPERATIONS


class SuggestParams(msgspec.Struct, frozen=True):
    """Parameters of a completion of names.

    Attributes:
        q: start of the name.
        kind: entity, show, theme or episode; several separated by commas; all by default.
    """

    q: ShortText
    kind: KindList = ""


class Operation(msgspec.Struct, frozen=True):
    """An operation of the API."""

    path: str  #: below ``/api/``
    summary: str
    parameters: type[msgspec.Struct]
    result: Any  #: type of the answer
    make_task: Callable[[Any], Task]
    example: str = ""  #: query string to try


#: Name of a view that needs parameters -> query string to try.
_EXAMPLES = {
    "entity": "name=NVIDIA",
    "entities": "type=crypto&limit=10",
    "episodes": "mentions=NVIDIA&beside=OpenAI",
    "theme": "name=regulation",
    "neighbourhood": "name=OpenAI&limit=12",
    "pair": "one=NVIDIA&other=OpenAI",
    "compare": "x=NVIDIA&x=OpenAI",
    "briefing": "since=2025-09&until=2025-09&limit=3",
    "shows": "limit=10",
    "how": "name=NVIDIA",
    "why-not": "name=NVIDIA&other=OpenAI",
}

#: By path. The named questions are below ``questions``, each with its own parameters.
OPERATIONS: dict[str, Operation] = {
    operation.path: operation
    for operation in (
        Operation(
            "search",
            f"Search for words: hits, best first, and their facets: {', '.join(HIT_KINDS)}.",
            SearchRequest,
            Searched,
            RunSearch,
            "q=stablecoin+yield&kind=quote",
        ),
        Operation(
            "names",
            "Complete a name: things whose name, or a word of it, starts with a text.",
            SuggestParams,
            list[Suggestion],
            lambda params: SuggestNames(params.q, split_list(params.kind)),
            "q=nvi",
        ),
        *(
            Operation(
                view.name,
                view.summary,
                view.parameters,
                view.result,
                partial(make_view_task, view.name),
                _EXAMPLES.get(view.name, ""),
            )
            for view in VIEW_OPERATIONS.values()
        ),
    )
}


# -- OpenAPI -----------------------------------------------------------------------

SCHEMA_REF = "#/components/schemas/{name}"

_MONTH = r"^(?!0000)\d{4}-(0[1-9]|1[0-2])$"
_TYPE = "|".join(FILTER_TYPES)
_NOT_BLANK = r"\S"

#: Type of a question's parameter -> its schema; other types are text.
_PARAMETER_SCHEMAS: dict[str, Document] = {
    "integer": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
    "relevance": {"type": "number", "minimum": 0, "maximum": 1},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "last-day": {"type": "string", "format": "date"},
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

#: Type of a schema -> function that converts a default; others are text.
_CONVERTERS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "boolean": lambda text: text == "true",
}

_TEXT_SCHEMA: Document = {"type": "string", "maxLength": MAX_VALUE_CHARS}

_DIFF_KINDS = "|".join(CHANGE_NOUNS)
#: Question and parameter -> keywords added to the schema of its type.
_EXTRA_SCHEMAS: dict[tuple[str, str], Document] = {
    ("changes", "what"): {"pattern": f"^({_DIFF_KINDS})([ ,]+({_DIFF_KINDS}))*$"},
}

_ATTRIBUTE = re.compile(r"^([\w, ]+): (.*(?:\n {4,}.*)*)", re.MULTILINE)


class ProblemDetails(msgspec.Struct, frozen=True):
    """An error (RFC 9457).

    Attributes:
        type: always about:blank.
        title: the status in words.
        status: HTTP status code.
        detail: the error, and how to fix it.
        suggestions: similar names, if a name was not found.
    """

    type: str
    title: str
    status: int
    detail: str
    suggestions: list[str] = []


class QuestionLine(msgspec.Struct, frozen=True):
    """A named question.

    Attributes:
        name: path below /api/questions/.
        summary: one sentence.
        answers: questions in plain language that it answers.
        kind: query if SPARQL answers it, analysis if a program does.
        parameters: one without a default is required.
    """

    name: str
    summary: str
    answers: list[str]
    kind: str
    parameters: list[Parameter]


class QuestionList(msgspec.Struct, frozen=True):
    """The named questions, by name."""

    rows: list[QuestionLine]


def list_named_questions() -> QuestionList:
    """Return the questions that :mod:`kgraph.analysis` answers."""
    questions = list(load_named_queries().values())
    return QuestionList(msgspec.convert(questions, list[QuestionLine], from_attributes=True))


def build_openapi() -> Document:
    """Return the description of the whole API."""
    operations = OPERATIONS.values()
    types = [*(op.result for op in operations), *(op.parameters for op in operations)]
    types += [RenderedAnswer, QuestionList, ProblemDetails]
    schemas, components = msgspec.json.schema_components(types, ref_template=SCHEMA_REF)
    _add_descriptions(components)
    paths = {}
    for operation, result in zip(operations, schemas, strict=False):
        struct = components[operation.parameters.__name__]
        parameters = [
            describe_query_parameter(
                name,
                schema,
                schema.get("description", name),
                required=name in struct.get("required", ()),
            )
            for name, schema in struct["properties"].items()
        ]
        paths[f"/api/{operation.path}"] = _get_operation(
            operation.path, operation.summary, parameters, result
        )
    for operation in operations:  # described as parameters, not as schemas
        components.pop(operation.parameters.__name__, None)
    paths["/api/questions"] = _get_operation(
        "questions", "List the named questions and their parameters.", [], _schema_ref(QuestionList)
    )
    for question in load_named_queries().values():
        paths[f"/api/questions/{question.name}"] = _question_operation(question)
    paths |= describe_reconciliation(_schema_ref(ProblemDetails))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kgraph",
            "version": VERSION,
            "summary": "Contents of a knowledge graph of podcast episodes, with its evidence.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _schema_ref(struct: type) -> Document:
    return {"$ref": SCHEMA_REF.format(name=struct.__name__)}


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
                    "description": "An error.",
                    "content": {PROBLEM_JSON: {"schema": _schema_ref(ProblemDetails)}},
                },
            },
        }
    }


def _question_operation(question: NamedQuery) -> Document:
    parameters = []
    for parameter in question.parameters:
        schema = _PARAMETER_SCHEMAS.get(parameter.type, _TEXT_SCHEMA)
        schema = schema | _EXTRA_SCHEMAS.get((question.name, parameter.name), {})
        is_required = parameter.default is None
        if parameter.default:  # without one, the question chooses a value, or needs it
            convert = _CONVERTERS.get(schema["type"], str)
            schema = schema | {"default": convert(parameter.default)}
        description = f"{parameter.words} ({parameter.type})"
        parameters.append(
            describe_query_parameter(parameter.name, schema, description, required=is_required)
        )
    description = "format of all rows as SPARQL results, instead of the first rows"
    schema = {"type": "string", "enum": list(SOLUTION_MEDIA_TYPES)}
    parameters.append(describe_query_parameter("format", schema, description))
    path = f"questions/{question.name}"
    operation = _get_operation(path, question.summary, parameters, _schema_ref(RenderedAnswer))
    content = operation["get"]["responses"]["200"]["content"]
    for media_type in SOLUTION_MEDIA_TYPES.values():
        type_ = "object" if media_type.endswith("+json") else "string"
        content[media_type] = {"schema": {"type": type_}}
    return operation


def _add_descriptions(components: Mapping[str, Document]) -> None:
    """Describe schemas and their properties by their structs' docstrings."""
    for schema in components.values():
        docstring = inspect.cleandoc(schema.get("description", ""))
        head, _, attributes = docstring.partition("Attributes:")
        if docstring:
            schema["description"] = " ".join(head.split())
        descriptions: dict[str, str] = {}
        for names, lines in _ATTRIBUTE.findall(inspect.cleandoc(attributes)):
            description = " ".join(lines.split()).replace("``", "")
            descriptions |= {name.strip(): description for name in names.split(",")}
        for name, property_ in schema.get("properties", {}).items():
            if name in descriptions and "description" not in property_:
                property_["description"] = descriptions[name]
