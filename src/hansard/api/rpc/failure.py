"""Errors of JSON-RPC 2.0: the standard codes, and ours in the range the standard leaves free."""

from typing import Any

from hansard.domain import foreign
from hansard.domain.draft import Json

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603

BY_STATUS = {
    400: INVALID_PARAMS,
    401: -32001,
    403: -32003,
    404: -32004,
    408: -32008,
    409: -32009,
    413: -32013,
    422: -32022,
    429: -32029,
    503: -32050,
    507: -32051,
}
"""HTTP status of the REST answer → code; any other is an internal error."""


class RpcError(Exception):
    """A call that failed, as its answer says it.

    Args:
        data: further facts: the protocol's error type, the status, the request's id.
    """

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def to_wire(self) -> Json:
        """The `error` member of an answer."""
        made: Json = {"code": self.code, "message": self.message}
        return {**made, "data": self.data} if self.data else made


def of_envelope(status: int, envelope: Any) -> RpcError:
    """The error behind a REST answer in the protocol's envelope."""
    whole = foreign.mapping(envelope)
    said = foreign.mapping(whole.get("error"))
    message = foreign.text(said.get("message")) or "the server failed on this call"
    rest = {name: value for name, value in said.items() if name != "message"}
    data = {"status": status, **rest, "request_id": whole.get("request_id")}
    return RpcError(BY_STATUS.get(status, INTERNAL_ERROR), message, data)


def bad_params(message: str) -> RpcError:
    """Parameters that do not fit the method."""
    data = {"status": 400, "type": "invalid_request_error"}
    return RpcError(INVALID_PARAMS, message, data)
