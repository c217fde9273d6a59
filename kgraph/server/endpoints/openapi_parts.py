"""Parts of OpenAPI descriptions that several modules need."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def describe_query_parameter(
    name: str, schema: Document, description: str, *, required: bool = False
) -> Document:
    """Return a parameter of the query string; its schema loses its own description."""
    plain_schema = {key: value for key, value in schema.items() if key != "description"}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "schema": plain_schema,
        "description": description,
    }
