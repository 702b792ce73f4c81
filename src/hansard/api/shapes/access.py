"""Keys, logins, who is calling."""

from typing import Literal

from hansard.api.shapes.base import Person, Shape

Scope = Literal["read", "write", "admin"]


class Key(Shape):
    """An API key without its secret."""

    id: str
    type: Literal["api_key"]
    name: str
    prefix: str
    scope: Scope
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class NewKey(Key):
    """A key with its secret, which is shown once."""

    secret: str


class KeyPage(Shape):
    """The keys of the workspace."""

    data: list[Key]
    next_page: str | None


class RevokedKey(Shape):
    """A key that works no longer."""

    id: str
    type: Literal["api_key_revoked"]


class LoginLink(Shape):
    """A link that logs one browser in, once."""

    type: Literal["login_link"]
    url: str
    expires_in: int


class Login(Shape):
    """A browser that is logged in."""

    type: Literal["login"]
    workspace_id: str


class Logout(Shape):
    """A browser that is not any more."""

    type: Literal["logout"]


class Workspace(Shape):
    """Where the caller is."""

    id: str
    name: str | None


class Me(Shape):
    """Who is calling."""

    type: Literal["me"]
    user: Person | None
    principal: str
    scope: Scope
    workspace: Workspace
    version: str
