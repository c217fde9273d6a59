"""OpenAPI description of the reconciliation service: its paths, with schemas of their answers."""

from __future__ import annotations

from kgraph.server.endpoints.openapi_parts import Document, describe_query_parameter
from kgraph.server.endpoints.reconcile_requests import (
    BATCH_SIZE,
    MAX_CURSOR,
    MAX_ID_CHARS,
    SUGGESTIONS_PER_PAGE,
)
from kgraph.server.http.problems import PROBLEM_JSON
from kgraph.server.http.responses import FORM_MEDIA_TYPE
from kgraph.server.negotiation import HTML, JSON

_TEXT: Document = {"type": "string", "maxLength": MAX_ID_CHARS}
_TYPED_ROW: Document = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "description": {"type": "string"},
    },
}
_CANDIDATE: Document = {
    "type": "object",
    "required": ["id", "name", "type", "score", "match"],
    "properties": {
        **_TYPED_ROW["properties"],
        "type": {"type": "array", "items": _TYPED_ROW},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "value"],
                "properties": {
                    "id": {"type": "string"},
                    "value": {"type": ["number", "boolean"]},
                },
            },
        },
    },
}

#: Batch of results, by the keys of the queries.
_RESULTS: Document = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": _CANDIDATE}},
    },
}
_MANIFEST: Document = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string"},
        "schemaSpace": {"type": "string"},
        "batchSize": {"const": BATCH_SIZE},
    },
}
_EXTENSION: Document = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": _TYPED_ROW},
        "rows": {"type": "object", "additionalProperties": {"type": "object"}},
    },
}
_SUGGESTIONS: Document = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {"type": "array", "items": _TYPED_ROW, "maxItems": SUGGESTIONS_PER_PAGE}
    },
}
_FLYOUT: Document = {
    "type": "object",
    "required": ["id", "html"],
    "properties": {"id": {"type": "string"}, "html": {"type": "string"}},
}
_PROPOSAL: Document = {
    "type": "object",
    "required": ["properties", "type"],
    "properties": {
        "properties": {"type": "array", "items": _TYPED_ROW},
        "type": {"type": "string"},
        "limit": {"type": "integer"},
    },
}

_KIND: Document = {
    "name": "kind",
    "in": "path",
    "required": True,
    "schema": {"enum": ["entity", "type", "property"]},
    "description": "what is suggested or described",
}
_CALLBACK = describe_query_parameter(
    "callback",
    {"type": "string", "maxLength": 100},
    "name of a function for JSONP, where any site may read the data",
)
_ID = describe_query_parameter(
    "id", _TEXT, "id of the thing, such as company/nvidia", required=True
)
_PREFIX = describe_query_parameter("prefix", _TEXT, "start of a name, or an id", required=True)
_CURSOR = describe_query_parameter(
    "cursor",
    {"type": "integer", "minimum": 0, "maximum": MAX_CURSOR, "default": 0},
    "suggestions to skip",
)
_TYPE = describe_query_parameter("type", _TEXT, "type of the entities, such as company")
_LIMIT = describe_query_parameter(
    "limit", {"type": "integer", "minimum": 1}, "number of properties at most"
)

#: Parameter of a query string or a form -> its description.
_BATCHES: dict[str, str] = {
    "queries": f"JSON of at most {BATCH_SIZE} queries by key, each with query, type, limit, "
    "properties and type_strict (Reconciliation Service API 0.2)",
    "extend": f"JSON of ids, at most {BATCH_SIZE}, and properties with their settings "
    "(Reconciliation Service API 0.2)",
}
_BATCH_PARAMETERS = tuple(
    describe_query_parameter(name, {"type": "string"}, words) for name, words in _BATCHES.items()
)

#: Path -> id, summary, media type and schema of the answer, parameters; all by GET.
_OPERATIONS: dict[str, tuple[str, str, str, Document, tuple[Document, ...]]] = {
    "/reconcile": (
        "reconcile",
        "Reconcile names: the manifest of the service, a batch of queries, or a data extension.",
        JSON,
        {"anyOf": [_MANIFEST, _RESULTS, _EXTENSION]},
        (*_BATCH_PARAMETERS, _CALLBACK),
    ),
    "/reconcile/suggest/{kind}": (
        "reconcile-suggest",
        "Suggest entities, types or properties by the start of their name.",
        JSON,
        _SUGGESTIONS,
        (_KIND, _PREFIX, _CURSOR, _CALLBACK),
    ),
    "/reconcile/flyout/{kind}": (
        "reconcile-flyout",
        "Describe an entity, type or property in a fragment of HTML.",
        JSON,
        _FLYOUT,
        (_KIND, _ID, _CALLBACK),
    ),
    "/reconcile/properties": (
        "reconcile-properties",
        "Propose properties by which a table of entities can be extended.",
        JSON,
        _PROPOSAL,
        (_TYPE, _LIMIT, _CALLBACK),
    ),
    "/reconcile/preview": (
        "reconcile-preview",
        "Show an entity in short, for a frame.",
        HTML,
        {"type": "string"},
        (_ID,),
    ),
    "/reconcile/view": (
        "reconcile-view",
        "Lead to the page of an entity.",
        HTML,
        {"type": "string"},
        (_ID,),
    ),
}


def describe_reconciliation(problem_schema: Document) -> Document:
    """Return the paths of the reconciliation service; ``problem_schema`` is that of errors."""
    paths: Document = {
        path: {
            "get": {
                "operationId": id_,
                "summary": summary,
                "parameters": list(parameters),
                "responses": _describe_responses(media_type, schema, problem_schema),
            }
        }
        for path, (id_, summary, media_type, schema, parameters) in _OPERATIONS.items()
    }
    form = {
        name: {"type": "string", "description": description}
        for name, description in _BATCHES.items()
    }
    paths["/reconcile"]["post"] = {
        "operationId": "reconcile-by-post",
        "summary": "Answer a batch of reconciliation queries, or a data extension, of a form.",
        "requestBody": {
            "required": True,
            "content": {FORM_MEDIA_TYPE: {"schema": {"type": "object", "properties": form}}},
        },
        "responses": _describe_responses(JSON, {"anyOf": [_RESULTS, _EXTENSION]}, problem_schema),
    }
    return paths


def _describe_responses(media_type: str, schema: Document, problem_schema: Document) -> Document:
    return {
        "200": {"description": "The answer.", "content": {media_type: {"schema": schema}}},
        "default": {
            "description": "An error.",
            "content": {PROBLEM_JSON: {"schema": problem_schema}},
        },
    }
