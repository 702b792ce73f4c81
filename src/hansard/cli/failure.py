"""How a command fails: what to say, and with which exit code to end."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    AUTH = 4
    CONFLICT = 5
    TIMEOUT = 6
    INTERRUPT = 130


_BY_TYPE = {
    "invalid_request_error": Exit.USAGE,
    "not_found_error": Exit.NOT_FOUND,
    "authentication_error": Exit.AUTH,
    "permission_error": Exit.AUTH,
    "conflict_error": Exit.CONFLICT,
}
_BY_STATUS = {
    400: Exit.USAGE,
    401: Exit.AUTH,
    403: Exit.AUTH,
    404: Exit.NOT_FOUND,
    409: Exit.CONFLICT,
    422: Exit.USAGE,
}
_TIMEOUTS = (408, 504)


class Failure(Exception):
    """Ends a command with a message and an exit code.

    Attributes:
        request_id: names the request in the server's log.
        hint: what to do about it.
    """

    def __init__(
        self,
        message: str,
        code: Exit = Exit.ERROR,
        *,
        request_id: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.request_id = request_id
        self.hint = hint


def exit_code(error_type: str | None, status: int) -> Exit:
    """The exit code of an API error: its type says it, else the HTTP status.

    The protocol has no word for a timeout, so there the status says it.
    """
    if status in _TIMEOUTS:
        return Exit.TIMEOUT
    return _BY_TYPE.get(error_type or "") or _BY_STATUS.get(status, Exit.ERROR)


def again(words: str) -> str:
    """A command line of ours that works where this one was typed, for a hint."""
    from hansard import config

    return f"{config.command()} {words}"
