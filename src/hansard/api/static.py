"""The web page: built assets, and the one document that every route of the page gets."""

import secrets
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from hansard.api import auth
from hansard.domain.errors import NotFound

ASSETS = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_NO_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Hansard</title>
<h1>Hansard runs</h1><p>The web page was not built into this installation.
The API is at <code>/v1</code>, its description at <code>/openapi.json</code>.</p></html>"""
_FILES = ("theme.js", "favicon.svg", "favicon-attention.svg")
_PAGES = ("/", "/login", "/sessions", "/sessions/{rest:path}", "/s/{rest:path}")


def policy(nonce: str) -> str:
    """The one content security policy (ui.md A.2)."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "frame-src 'self' blob:",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def router(assets: Path = ASSETS) -> APIRouter:
    """Routes of the page and its files; the page itself holds no data, so it is public."""
    made = APIRouter(include_in_schema=False)

    async def page(request: Request) -> Response:
        index = assets / "index.html"
        nonce = secrets.token_urlsafe(16)
        headers = {"content-security-policy": policy(nonce), "cache-control": "no-cache"}
        if not index.is_file():
            return Response(_NO_PAGE, 200, headers, "text/html; charset=utf-8")
        content = index.read_bytes().replace(b"__NONCE__", nonce.encode())
        return Response(content, 200, headers, "text/html; charset=utf-8")

    for path in _PAGES:
        made.add_api_route(path, page, methods=["GET"])
        auth.rule("GET", path, "public")

    def asset(name: str) -> Response:
        found = (assets / name).resolve()
        if not found.is_relative_to(assets.resolve()) or not _is_file(found):
            raise NotFound("there is nothing at this address")
        hashed = name.startswith("assets/")
        return FileResponse(found, headers={"cache-control": _FOREVER if hashed else "no-cache"})

    for folder in ("assets", "fonts"):
        path = f"/{folder}/{{name:path}}"
        made.add_api_route(path, _in_folder(folder, asset), methods=["GET"])
        auth.rule("GET", path, "public")
    for name in _FILES:
        made.add_api_route(f"/{name}", _named(name, asset), methods=["GET"])
        auth.rule("GET", f"/{name}", "public")
    return made


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # a name too long for the file system is no file


def _in_folder(folder: str, serve: Callable[[str], Response]) -> Callable[[str], Response]:
    def run(name: str) -> Response:
        return serve(f"{folder}/{name}")

    return run


def _named(name: str, serve: Callable[[str], Response]) -> Callable[[], Response]:
    def run() -> Response:
        return serve(name)

    return run
