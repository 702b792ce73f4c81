"""One operations table, and a REST surface that is exactly its print (product.md, decision 13)."""

import inspect
import re
from typing import Annotated, Any, get_args, get_origin

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.routing import BaseRoute

from hansard.api import auth
from hansard.api.operations import HANDLERS
from hansard.domain.operations import BY_NAME, ENDPOINTS, OPERATIONS, Operation

INFRASTRUCTURE = {
    ("GET", "/livez"): "the process answers",
    ("GET", "/readyz"): "the database answers",
    ("GET", "/version"): "what runs here",
    ("GET", "/openapi.json"): "the description of the API",
    ("HEAD", "/openapi.json"): "the description of the API",
    ("GET", "/docs"): "the description for people",
    ("GET", "/docs/page.js"): "a file of it",
    ("GET", "/docs/page.css"): "a file of it",
    **{(o.method, o.path): "an alias, or a door to the table" for o in ENDPOINTS.values()},
}
PAGES = re.compile(
    r"/(login|settings.*|sessions.*|s/.*|assets/.*|fonts/.*|[a-z-]+\.(js|svg|ico))?\Z"
)

# Fields that bodies take beyond the table, with the reason.
BEYOND = {
    ("session.create", "environment_id"): "the stock client sends it; there is one environment",
    ("session.create", "external_ids"): "for recorders, which are programs",
    ("session.create", "budget"): "the stock client may send it; it is refused until enforced",
    ("agent.create", "tools"): "the stock client sends them; they are kept for the runtime",
    ("agent.create", "mcp_servers"): "the same",
    ("agent.create", "skills"): "the same",
    ("agent.create", "multiagent"): "the same",
    ("agent.create", "execution_identity"): "the same",
    ("agent.update", "tools"): "the same",
    ("agent.update", "mcp_servers"): "the same",
    ("agent.update", "skills"): "the same",
    ("agent.update", "multiagent"): "the same",
    ("agent.update", "execution_identity"): "the same",
}
# Parameters in bracket form, read from the query itself: `created_at[gte]=…`.
BRACKETS = {"session.list": {"created_at", "updated_at"}, "session.events": {"created_at"}}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "strings": (list,),
    "object": (dict,),
    "objects": (list,),
}
named = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def routes(app: FastAPI) -> list[tuple[str, str, Any]]:
    """(method, path, endpoint) of every route that the application answers."""
    found: list[tuple[str, str, Any]] = []
    pending: list[BaseRoute] = list(app.routes)
    while pending:
        route: Any = pending.pop()
        if hasattr(route, "original_router"):
            pending += route.original_router.routes
        else:  # a mount or a socket has no methods: nobody could say who may call it
            found += [(m, route.path, route.endpoint) for m in sorted(route.methods)]
    return found


def undeclared(app: FastAPI) -> list[str]:
    """Routes for which nobody said who may call them."""
    return [f"{m} {path}" for m, path, _ in routes(app) if (m, path) not in auth.RULES]


def plain_types(hint: Any) -> set[type]:
    """The plain types of an annotation: `list[str] | None` gives list."""
    if get_origin(hint) is Annotated:
        return plain_types(get_args(hint)[0])
    if get_origin(hint) is None:
        return set() if hint is type(None) else {hint}
    if isinstance(get_origin(hint), type) and get_origin(hint) in (list, dict):
        return {get_origin(hint)}
    return {found for part in get_args(hint) for found in plain_types(part)}


def body_model(operation: Operation) -> type[BaseModel] | None:
    signature = inspect.signature(HANDLERS[operation.name])
    for parameter in signature.parameters.values():
        hint = parameter.annotation
        if inspect.isclass(hint) and issubclass(hint, BaseModel):
            return hint
    return None


def query_and_path(operation: Operation) -> dict[str, Any]:
    """What a handler reads from the address, by name."""
    return _read_by(HANDLERS[operation.name])


def _read_by(handler: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, parameter in inspect.signature(handler).parameters.items():
        if name == "chosen":  # the list's filters, the same for every operation that has them
            found |= _read_by(get_args(parameter.annotation)[1].dependency)
        elif name not in {"request", "parts", "who", "body"}:
            found[name] = parameter
    return found


def test_every_operation_has_a_handler_and_every_handler_an_operation():
    """S3-11 to S3-18: what the table promises is there."""
    assert set(HANDLERS) == set(BY_NAME)
    assert len(BY_NAME) == len(OPERATIONS), "two operations share a name"


@named
def test_a_handler_takes_the_parameters_of_the_table(operation: Operation):
    found = query_and_path(operation)
    assert set(found) == {p.name for p in operation.params if p.where != "body"}
    for param in operation.params:
        if param.where != "body":
            kinds = plain_types(found[param.name].annotation)
            assert kinds & set(TYPES[param.type]), f"{param.name} is {param.type}, not {kinds}"
    in_path = set(re.findall(r"{(\w+)}", operation.path))
    assert in_path == {p.name for p in operation.params if p.where == "path"}


@named
def test_a_body_has_the_fields_of_the_table(operation: Operation):
    model = body_model(operation)
    declared = {p.name: p for p in operation.params if p.where == "body"}
    fields = {} if model is None else model.model_fields
    beyond = {name for where, name in BEYOND if where == operation.name}
    assert set(fields) == set(declared) | beyond
    for name, param in declared.items():
        assert fields[name].is_required() == param.required, name
        kinds = plain_types(fields[name].annotation)
        assert kinds & set(TYPES[param.type]), f"{name} is {param.type}, the model says {kinds}"


@named
def test_required_parameters_of_an_address_have_no_default(operation: Operation):
    for param in operation.params:
        if param.where != "body":
            default = query_and_path(operation)[param.name].default
            assert (default is inspect.Parameter.empty) == param.required, param.name


def test_every_route_belongs_to_an_operation_or_is_declared_infrastructure(desk: Any):
    table = {(o.method, o.path): HANDLERS[o.name] for o in OPERATIONS}
    strangers: list[str] = []
    for method, path, endpoint in routes(desk.app):
        if (method, path) in table:
            assert inspect.unwrap(endpoint) is table.pop((method, path))
        elif (method, path) not in INFRASTRUCTURE and not PAGES.match(path):
            strangers.append(f"{method} {path}")
    assert not strangers
    assert not table, "operations without a route"


def test_every_route_says_who_may_call_it(desk: Any):
    """A forgotten route is the largest class of holes (reliability.md 0.8)."""
    assert undeclared(desk.app) == []
    for operation in (*OPERATIONS, *ENDPOINTS.values()):
        assert auth.RULES[operation.method, operation.path] == operation.scope
    public = {key for key, scope in auth.RULES.items() if scope == "public"}
    table = {(o.method, o.path) for o in OPERATIONS}
    assert public & table == {("POST", "/v1/login")}


def test_a_planted_route_without_a_rule_is_found():
    app = FastAPI(openapi_url=None)
    app.add_api_route("/v1/planted", lambda: None, methods=["POST"])
    assert undeclared(app) == ["POST /v1/planted"]


def test_an_operation_without_a_surface_says_why():
    for operation in OPERATIONS:
        assert operation.cli or operation.absent.get("cli"), operation.name


async def test_the_description_of_the_api_has_every_operation(desk: Any):
    found = await desk.get("/openapi.json", token=None)
    ids = {
        (method.upper(), path): entry["operationId"]
        for path, methods in found["paths"].items()
        for method, entry in methods.items()
    }
    assert {(o.method, o.path): o.name for o in OPERATIONS}.items() <= ids.items()


async def test_bracket_forms_narrow_the_lists_that_document_them(desk: Any):
    """wire.md section 1, Lists: `created_at[gt|gte|lt|lte]`."""
    first = await desk.session()
    desk.clock.move(60_000)
    second = await desk.session()
    for name in BRACKETS["session.list"]:
        found = await desk.get("/v1/sessions", params={f"{name}[gt]": first[name], "limit": 1000})
        shown = {row["id"] for row in found["data"]}
        assert second["id"] in shown
        assert first["id"] not in shown
    path = f"/v1/sessions/{first['id']}/events"
    for name in BRACKETS["session.events"]:
        asked = {f"{name}[lt]": first["created_at"], "include": "hansard"}
        assert (await desk.get(path, params=asked))["data"] == []
