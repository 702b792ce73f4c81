"""/docs: the API to read and to try, from this server alone (no foreign host, works offline)."""

import secrets
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Response

from hansard.api import auth, static

_HERE = Path(__file__).parent
_KINDS = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}


def router() -> APIRouter:
    """The page and its two files; they hold no data, so they are public."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/docs", _page, methods=["GET"])
    auth.rule("GET", "/docs", "public")
    for name, kind in _KINDS.items():
        made.add_api_route(f"/docs/{name}", _file(name, kind), methods=["GET"])
        auth.rule("GET", f"/docs/{name}", "public")
    return made


def _page() -> Response:
    policy = static.policy(secrets.token_urlsafe(16))
    headers = {"content-security-policy": policy, "cache-control": "no-cache"}
    content = (_HERE / "page.html").read_bytes()
    return Response(content, 200, headers, "text/html; charset=utf-8")


def _file(name: str, kind: str) -> Callable[[], Response]:
    def run() -> Response:
        headers = {"cache-control": "no-cache"}
        return Response((_HERE / name).read_bytes(), 200, headers, kind)

    return run
