"""What can go wrong, in the words of the wire protocol (product.md, decision 1)."""


class HansardError(Exception):
    """A refusal that a caller may read: carries the protocol's error type and HTTP status.

    Attributes:
        type: the protocol's error word, for example ``not_found_error``.
        status: the HTTP status code that goes with it.
        details: extra JSON fields for the error object, never secrets.
    """

    type = "api_error"
    status = 500

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidRequest(HansardError):
    """The request is malformed; nothing was changed."""

    type = "invalid_request_error"
    status = 400


class Unauthenticated(HansardError):
    """No valid credential came with the request (S3-19)."""

    type = "authentication_error"
    status = 401


class PermissionDenied(HansardError):
    """The credential is valid but its scopes do not cover the operation."""

    type = "permission_error"
    status = 403


class NotFound(HansardError):
    """There is no such thing here, or it belongs to another workspace: the same answer."""

    type = "not_found_error"
    status = 404


class Conflict(HansardError):
    """The thing is not in the state that the request assumes (P3)."""

    type = "conflict_error"
    status = 409


class Unprocessable(HansardError):
    """An idempotency key came again with another body (P4)."""

    type = "invalid_request_error"
    status = 422


class TooLarge(HansardError):
    """A body or an event is over its limit."""

    type = "request_too_large"
    status = 413


class Overloaded(HansardError):
    """Refused before anything was accepted; try again later (P18)."""

    type = "overloaded_error"
    status = 503


class StorageFull(HansardError):
    """The disk is full: nothing was accepted, reading goes on (P16)."""

    type = "storage_full"
    status = 507


class Corrupt(HansardError):
    """Stored bytes do not read as what they should be."""

    type = "api_error"
    status = 500
