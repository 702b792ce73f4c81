"""One call of a method: its parameters by name, and the operations it is made of."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request
from starlette.exceptions import HTTPException

from hansard.api.rooms import Caller, Rooms
from hansard.api.rpc.failure import RpcError, bad_params, of_envelope
from hansard.api.rpc.forward import Answer, forward
from hansard.domain.draft import Json
from hansard.domain.errors import HansardError
from hansard.domain.operation import Operation, Param
from hansard.domain.operations import BY_NAME, Scope
from hansard.lens import detail

_TEXT = ("text/", "application/x-ndjson", "application/jsonl")


@dataclass(slots=True)
class Call:
    """A call on its way.

    Attributes:
        params: by name.
        place: of the call in its batch.
    """

    request: Request
    parts: Rooms
    who: Caller
    params: Json
    place: int = 0

    def only(self, *names: str) -> None:
        """Refuse parameters that the method does not have."""
        strange = sorted(self.params.keys() - set(names))
        if strange:
            raise bad_params(f"{strange[0][:80]}: there is no such parameter")

    def text(self, name: str) -> str | None:
        """A text parameter; None when it is not given."""
        value = self.params.get(name)
        if value is not None and not isinstance(value, str):
            raise bad_params(f"{name}: a text")
        return value

    def texts(self, name: str) -> list[str]:
        """A parameter that is a text or a list of them."""
        value = self.params.get(name)
        found: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
        if any(item is not None and not isinstance(item, str) for item in found):
            raise bad_params(f"{name}: a text, or a list of texts")
        return [item for item in found if item is not None]

    def number(self, name: str, default: int, most: int, least: int = 0) -> int:
        """A whole number within bounds."""
        value = self.params.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise bad_params(f"{name}: {least} to {most}")
        return value

    def flag(self, name: str) -> bool:
        """A boolean; False when it is not given."""
        value = self.params.get(name, False)
        if not isinstance(value, bool):
            raise bad_params(f"{name}: true or false")
        return value

    async def session_id(self, name: str = "session_key") -> str:
        """The id of the session that a parameter names by its key or its id."""
        value = self.text(name)
        if not value:
            raise bad_params(f"{name}: a session key or id is needed")
        return await self.resolved(value)

    async def resolved(self, id_or_key: str) -> str:
        """The id behind an id or a key (product.md, decision 3)."""
        try:
            at = await asyncio.to_thread(
                detail.find, self.parts.store, self.who.workspace_id, id_or_key
            )
        except HansardError as problem:
            raise failed(problem, self.who.request_id) from problem
        return at.session_id

    async def ask(self, name: str, **values: Any) -> Any:
        """What an operation answers to these parameters, as JSON."""
        return (await self.answer(BY_NAME[name], values)).json()

    async def answer(self, operation: Operation, values: Mapping[str, Any]) -> Answer:
        """The answer of an operation's route."""
        path, query, body = operation.path, list[tuple[str, str]](), dict[str, Any]()
        for param in operation.params:
            if param.name not in values or values[param.name] is None:
                continue
            value = values[param.name]
            if param.where == "path":
                path = path.replace(f"{{{param.name}}}", _in_path(param, value))
            elif param.where == "body":
                body[param.name] = value
            else:
                query += [(param.name, text) for text in _in_query(param, value)]
        sent = body if operation.method == "POST" else None
        try:
            return await forward(
                self.request, operation.method, path, query=query, body=sent, place=self.place
            )
        except HTTPException as problem:
            raise of_envelope(problem.status_code, {}) from problem


Run = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """What can be called.

    Attributes:
        params: as `rpc.discover` shows them.
        scope: the least scope a credential needs.
    """

    name: str
    summary: str
    scope: Scope
    params: tuple[Param, ...]
    run: Run


def printed(operation: Operation) -> Method:
    """An operation of the table as a method of the same name and parameters."""
    named = {param.name: param for param in operation.params}
    by_key = "session_id" in named

    async def run(call: Call) -> Any:
        call.only(*named, *(("session_key",) if by_key else ()))
        values = {n: v for n, v in call.params.items() if n in named}
        if by_key and "session_key" in call.params:
            values["session_id"] = call.params["session_key"]
        for param in operation.params:
            if param.required and values.get(param.name) is None:
                raise bad_params(f"{param.name}: this parameter is needed")
        if isinstance(values.get("session_id"), str):
            values["session_id"] = await call.resolved(values["session_id"])
        return shown(await call.answer(operation, values))

    return Method(operation.name, operation.summary, operation.scope, operation.params, run)


def shown(answer: Answer) -> Any:
    """An answer as a JSON value: JSON as it is, text and bytes with their media type."""
    kind = answer.kind.partition(";")[0]
    if answer.status >= 300 or kind == "application/json":
        return answer.json()
    if kind.startswith(_TEXT):
        return {"media_type": kind, "text": answer.content.decode("utf-8", "replace")}
    return {"media_type": kind, "base64": base64.b64encode(answer.content).decode()}


def failed(problem: HansardError, request_id: str) -> RpcError:
    """A refusal of ours as a call's failure."""
    said = {"type": problem.type, "message": problem.message, **problem.details}
    return of_envelope(problem.status, {"error": said, "request_id": request_id})


def _in_path(param: Param, value: Any) -> str:
    if not isinstance(value, str) or not value or "/" in value or "\0" in value:
        raise bad_params(f"{param.name}: an id")
    return value


def _in_query(param: Param, value: Any) -> list[str]:
    if param.type == "strings":
        many: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in many):
            raise bad_params(f"{param.name}: a list of texts")
        return many
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if not isinstance(value, str | int):
        raise bad_params(f"{param.name}: a {param.type}")
    return [str(value)]
