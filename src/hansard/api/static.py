"""The web page: built assets, and the one document that every route of the page gets."""

import html
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import FileResponse, RedirectResponse
from starlette.types import Receive, Scope, Send

from hansard.api import auth
from hansard.api.rooms import rooms
from hansard.domain.errors import NotFound, Unauthenticated

ASSETS = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_NO_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Hansard</title>
<h1>Hansard runs</h1><p>The web page was not built into this installation.
The API is at <code>/v1</code>, its description at <code>/openapi.json</code>.</p></html>"""
_FILES = {
    "theme.js": "theme.js",
    "favicon.svg": "favicon.svg",
    "favicon-attention.svg": "favicon-attention.svg",
    "favicon.ico": "favicon.svg",  # asked for where no document names the icon
}
_LOGIN = "/login"
_PAGES = (
    "/",
    "/sessions",
    "/sessions/{rest:path}",
    "/s/{rest:path}",
    "/settings",
    "/settings/{rest:path}",
)
_MACHINES = frozenset({"v1", "rpc", "mcp", "assets", "fonts"})
"""First parts of addresses under which a browser, too, gets the error of the API."""
_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f]*")
_COMMAND = b'name="hansard-command" content="hansard"'


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


def install(app: FastAPI, assets: Path = ASSETS) -> None:
    """Add the page and its files, and show the page, which says so itself, where nothing is.

    The page holds no data, so it is public; a stranger is sent to sign in before it asks for any.
    """
    nothing = app.router.default

    async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        answer = nothing
        if scope["type"] == "http" and _is_reader(Request(scope)):
            answer = document(assets, rooms(Request(scope)).command, NotFound.status)
        await answer(scope, receive, send)

    app.include_router(_router(assets))
    app.router.default = elsewhere


def _is_reader(request: Request) -> bool:
    """Whether a browser asks for a page, not a program for an answer."""
    first = request.url.path.split("/")[1]
    wants = "text/html" in request.headers.get("accept", "")
    return request.method == "GET" and wants and first not in _MACHINES


def document(assets: Path, command: str, status: int = 200) -> Response:
    """The one document of the page."""
    nonce = secrets.token_urlsafe(16)
    headers = {"content-security-policy": policy(nonce), "cache-control": "no-cache"}
    index = assets / "index.html"
    content = index.read_bytes() if index.is_file() else _NO_PAGE
    typed = _COMMAND.replace(b'"hansard"', f'"{html.escape(command)}"'.encode())
    content = content.replace(b"__NONCE__", nonce.encode()).replace(_COMMAND, typed)
    return Response(content, status, headers, "text/html; charset=utf-8")


async def _is_known(request: Request) -> bool:
    try:
        await auth.identified(rooms(request), request)
    except Unauthenticated:
        return False
    return True


def _sent_to(address: str) -> Response:
    return RedirectResponse(address, 302, {"cache-control": "no-store"})


def _return(after: str) -> str:
    """Where to go after signing in: a path of this site, never another one."""
    # A browser drops tabs and line ends, so that `/<tab>/elsewhere` would be another host.
    ours = _PATH.fullmatch(after) is not None
    # The empty fragment is there so that a browser does not carry a link's token on.
    return f"{after if ours else '/sessions'}#"


def _router(assets: Path) -> APIRouter:
    made = APIRouter(include_in_schema=False)

    async def page(request: Request) -> Response:
        if await _is_known(request):
            return document(assets, rooms(request).command)
        url = request.url
        place = url.path + (f"?{url.query}" if url.query else "")
        return _sent_to(_LOGIN if place == "/" else f"{_LOGIN}?next={quote(place, safe='')}")

    async def login(request: Request) -> Response:
        if await _is_known(request):
            return _sent_to(_return(request.query_params.get("next", "")))
        return document(assets, rooms(request).command)

    for path, handler in ((_LOGIN, login), *((path, page) for path in _PAGES)):
        made.add_api_route(path, handler, methods=["GET"])
        auth.rule("GET", path, "public")

    def asset(name: str, folder: str = "") -> Response:
        home = (assets / folder).resolve()
        found = (home / name).resolve()
        if not found.is_relative_to(home) or not _is_file(found):
            raise NotFound("there is nothing at this address")
        hashed = folder == "assets"
        return FileResponse(found, headers={"cache-control": _FOREVER if hashed else "no-cache"})

    for folder in ("assets", "fonts"):
        path = f"/{folder}/{{name:path}}"
        made.add_api_route(path, _in_folder(folder, asset), methods=["GET"])
        auth.rule("GET", path, "public")
    for name, file in _FILES.items():
        made.add_api_route(f"/{name}", _named(file, asset), methods=["GET"])
        auth.rule("GET", f"/{name}", "public")
    return made


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # a name too long for the file system is no file


def _in_folder(folder: str, serve: Callable[[str, str], Response]) -> Callable[[str], Response]:
    def run(name: str) -> Response:
        return serve(name, folder)

    return run


def _named(name: str, serve: Callable[[str], Response]) -> Callable[[], Response]:
    def run() -> Response:
        return serve(name)

    return run
