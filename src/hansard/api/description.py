"""The API as OpenAPI 3.1, with what the operations table knows beside the handlers' types."""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from hansard.api import answers
from hansard.domain.draft import Json
from hansard.domain.operations import BY_NAME, ENDPOINTS, Operation

_SECURITY: Json = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "hansard_login"},
}
_TIMES = {
    "session.list": ("created_at", "updated_at"),
    "session.facets": ("created_at", "updated_at"),
    "session.events": ("created_at",),
    "agent.list": ("created_at",),
    "dashboard.list": ("created_at", "updated_at"),
    "dashboard.events": ("created_at",),
}
"""Operations that take instants in brackets, and over which times."""
_UPLOAD: Json = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "expires_in_seconds": {"type": "integer", "minimum": 3600, "maximum": 7776000},
                },
            }
        }
    },
}
_REFERENCE = re.compile(r"\s*\((?:[SXP]\d|\w+\.md)[^()]*\)")
"""Where a handler says which requirement asks for it: nothing for a reader of the API."""
_BOUNDS = {"gt": "after", "gte": "at or after", "lt": "before", "lte": "at or before"}


def install(app: FastAPI) -> None:
    """Let the application describe itself so."""

    def described() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _made(app)
        return app.openapi_schema

    app.openapi = described


def _made(app: FastAPI) -> Json:
    found: Json = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        openapi_version=app.openapi_version,
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    components: Json = found["components"]
    components["securitySchemes"] = _SECURITY
    components["schemas"] = dict(sorted({**_framed(), **components["schemas"]}.items()))
    for methods in found["paths"].values():
        for entry in methods.values():
            operation = (BY_NAME | ENDPOINTS).get(entry["operationId"])
            if operation is not None:
                _enrich(entry, operation, components["schemas"])
    return found


def _framed() -> Json:
    """The shapes that only streams carry: to FastAPI a stream is bytes."""
    shapes = {shape for carried in answers.FRAMES.values() for shape in carried}
    _, found = models_json_schema(
        [(shape, "validation") for shape in shapes], ref_template=answers.PLACE
    )
    return found["$defs"]


def _enrich(entry: Json, operation: Operation, schemas: Json) -> None:
    entry["x-scope"] = operation.scope
    entry["description"] = _REFERENCE.sub("", entry.get("description", ""))
    entry["security"] = [{name: []} for name in _SECURITY] if operation.scope != "public" else []
    named = {param.name: param.help for param in operation.params}
    parameters: list[Json] = entry.setdefault("parameters", [])
    for parameter in parameters:
        parameter["description"] = named.get(parameter["name"], "")
        parameter["schema"] = _said(parameter["schema"])
    for time in _TIMES.get(operation.name, ()):
        parameters += [_bound(time, op, said) for op, said in _BOUNDS.items()]
    if not parameters:
        del entry["parameters"]
    if operation.uploads:
        entry["requestBody"] = _UPLOAD
    body: Any = entry.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = str(body.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    for field, schema in schemas.get(name, {}).get("properties", {}).items():
        if field in named:
            schema.setdefault("description", named[field])


def _said(schema: Json) -> Json:
    """The schema of a parameter without null: an address leaves out what it does not say."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    return {**schema, **kinds[0]} if len(kinds) == 1 else schema


def _bound(time: str, op: str, said: str) -> Json:
    return {
        "name": f"{time}[{op}]",
        "in": "query",
        "required": False,
        "description": f"Only where {time} is {said} this instant",
        "schema": {"type": "string", "format": "date-time"},
    }
