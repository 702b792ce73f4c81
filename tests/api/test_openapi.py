"""The description of the API is whole and true, and can be read from this server alone."""

import re
from pathlib import Path
from typing import Any

import pytest

from hansard import __version__
from hansard.api import answers, docs, server
from hansard.api.shapes.base import Refusal
from hansard.domain.operations import BY_NAME, ENDPOINTS, OPERATIONS, Operation

Json = dict[str, Any]
SAID = {"type": "user.message", "content": "hello"}
FILES = Path(docs.__file__).parent
DESCRIBED = {**BY_NAME, **{n: o for n, o in ENDPOINTS.items() if n != "rpc.call"}}
every = pytest.mark.parametrize("operation", DESCRIBED.values(), ids=lambda o: o.name)


@pytest.fixture(scope="module")
def api() -> Json:
    return server.description(__version__)


def entry_of(api: Json, operation: Operation) -> Json:
    return api["paths"][operation.path][operation.method.lower()]


async def test_the_server_gives_the_description_that_the_code_has(desk: Any, api: Json):
    assert await desk.get("/openapi.json", token=None) == api
    assert api["openapi"].startswith("3.1")


@every
def test_every_operation_says_what_it_takes(api: Json, operation: Operation):
    entry = entry_of(api, operation)
    assert entry["operationId"] == operation.name
    assert entry["x-scope"] == operation.scope
    assert not re.search(r"[SX]\d-|\.md", entry["description"]), "a word for us alone"
    told = {p["name"]: p for p in entry.get("parameters", [])}
    for name, parameter in told.items():
        if "[" not in name:
            assert parameter["description"], name
            assert parameter["schema"], name
    if operation.name in BY_NAME:
        asked = {p.name for p in operation.params if p.where != "body"}
        assert asked == {name for name in told if "[" not in name}
    if any(p.where == "body" and p.required for p in operation.params):
        assert entry["requestBody"]["content"]


@every
def test_every_operation_says_what_it_answers(api: Json, operation: Operation):
    responses = entry_of(api, operation)["responses"]
    for media, content in responses["200"]["content"].items():
        shape = content["itemSchema"] if operation.streams else content["schema"]
        assert shape, "an answer without a shape"
        assert (media == "text/event-stream") == operation.streams
    for status in ("400", "401", "403", "404", "409", "default"):
        schema = responses[status]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Refusal"}
    assert "HTTPValidationError" not in str(responses), "validation is answered with 400"


def test_every_reference_leads_somewhere(api: Json):
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', str(api).replace("'", '"')))
    assert names <= set(api["components"]["schemas"])
    assert not [name for name in names if "__" in name], "two shapes of one name"


def test_only_what_needs_no_credential_says_so(api: Json):
    for operation in OPERATIONS:
        open_ = entry_of(api, operation)["security"] == []
        assert open_ == (operation.scope == "public")


SESSION = "/v1/sessions/{session}"
ANSWERED: dict[str, tuple[str, str, Any]] = {
    "session.list": ("GET", "/v1/sessions", None),
    "session.facets": ("GET", "/v1/sessions/facets", None),
    "session.retrieve": ("GET", SESSION, None),
    "session.status": ("GET", f"{SESSION}/status", None),
    "session.history": ("GET", f"{SESSION}/history", None),
    "session.events": ("GET", f"{SESSION}/events", None),
    "session.verify": ("GET", f"{SESSION}/verify", None),
    "session.reset": ("POST", f"{SESSION}/reset", {}),
    "session.compact": ("POST", f"{SESSION}/compact", {}),
    "session.send": ("POST", f"{SESSION}/events", {"events": [SAID]}),
    "session.delete": ("DELETE", SESSION, None),
    "search.query": ("GET", "/v1/search?q=hello", None),
    "agent.retrieve": ("GET", "/v1/agents/{agent}", None),
    "agent.list": ("GET", "/v1/agents", None),
    "agent.versions": ("GET", "/v1/agents/{agent}/versions", None),
    "key.list": ("GET", "/v1/api_keys", None),
    "key.create": ("POST", "/v1/api_keys", {"name": "k", "scope": "read"}),
    "view.list": ("GET", "/v1/views", None),
    "bulk.list": ("GET", "/v1/bulk_operations", None),
    "file.list": ("GET", "/v1/files", None),
    "redact.rules": ("GET", "/v1/redaction/rules", None),
    "redact.rescans": ("GET", "/v1/redaction/rescans", None),
    "db.report": ("GET", "/v1/database", None),
    "caller.me": ("GET", "/v1/me", None),
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_an_answer_has_the_shape_that_was_described(desk: Any, name: str):
    method, path, body = ANSWERED[name]
    session = (await desk.session())["id"]
    await desk.send(session, *[SAID] * 4)
    agent = await desk.agent()
    answer = await desk.call(method, path.format(session=session, agent=agent), body)
    assert answer.status_code == 200, answer.text
    answers.SHAPES[name].model_validate(answer.json(), strict=True)


async def test_a_refusal_has_the_shape_that_was_described(desk: Any):
    for method, path in (("GET", "/v1/nothing"), ("PUT", "/v1/sessions"), ("GET", "/v1/agents/x")):
        answer = await desk.call(method, path)
        Refusal.model_validate(answer.json(), strict=True)


async def test_the_docs_page_asks_no_other_host(desk: Any):
    """ecosystem.md, API: docs at /docs from bundled assets, no CDN; the policy says so too."""
    page = await desk.call("GET", "/docs", token=None)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"/docs/page.js", "/docs/page.css", "/openapi.json"} <= set(wanted)
    for address in wanted:
        assert address.startswith("/") and not address.startswith("//")
    for name in ("page.js", "page.css"):
        answer = await desk.call("GET", f"/docs/{name}", token=None)
        assert answer.status_code == 200
        assert answer.text == (FILES / name).read_text()
        assert "://" not in answer.text
        assert "innerHTML" not in answer.text, "what an answer holds never becomes markup"
    assert (await desk.call("GET", "/docs/page.html", token=None)).status_code == 404
