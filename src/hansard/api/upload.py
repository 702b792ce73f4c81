"""A form with one file, read as it comes: `multipart/form-data` with bounded memory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from hansard.api import errors
from hansard.domain.errors import InvalidRequest, TooLarge

_MOST_PARTS = 8
_MOST_HEADERS = 8
_HEADER_BYTES = 4 * 1024
_FIELD_BYTES = 1024
_FORM_BYTES = 64 * 1024
"""What a form may hold beside its file."""
_SECONDS = 3_600.0

Take = Callable[[bytes], Awaitable[None]]


@dataclass(slots=True)
class Form:
    """What came beside the bytes of the file.

    Attributes:
        filename: as the client said it, None when no file came.
    """

    filename: str | None = None
    media_type: str | None = None
    fields: dict[str, str] = field(default_factory=dict[str, str])


async def receive(request: Request, take: Take, *, most: int, seconds: float) -> Form:
    """Read a form and hand the bytes of its part `file` to `take` as they come.

    Args:
        most: bytes of the file.
        seconds: how long the client may be silent.

    Raises:
        InvalidRequest: it is no such form.
        TooLarge: it is over its limit.
        TooSlow: the client was silent for too long.
    """
    reader = _Reader(_boundary(request))
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most + _FORM_BYTES:
        raise TooLarge(f"a file is at most {most} bytes")
    came = 0
    try:
        async with asyncio.timeout(_SECONDS):
            stream = request.stream()
            while True:
                async with asyncio.timeout(seconds):
                    chunk = await anext(stream, None)
                if chunk is None:
                    break
                came += len(chunk)
                if came > most + _FORM_BYTES:
                    raise TooLarge(f"a file is at most {most} bytes")
                reader.write(chunk)
                if reader.ready:
                    data, reader.ready = bytes(reader.ready), bytearray()
                    await take(data)
    except TimeoutError as problem:
        raise errors.TooSlow("the body is too slow") from problem
    return reader.end()


def _boundary(request: Request) -> bytes:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise InvalidRequest("compressed bodies are not read")
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:
        raise InvalidRequest("the body must be multipart/form-data with a part named file")
    return boundary


class _Reader:
    """The form as far as it came; what came of the file since the last look lies in `ready`."""

    def __init__(self, boundary: bytes) -> None:
        self.ready = bytearray()
        self._form = Form()
        self._parts = 0
        self._name = ""
        self._value = bytearray()
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._headers: dict[str, bytes] = {}
        self._ended = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._ends,
            },
            max_header_count=_MOST_HEADERS,
            max_header_size=_HEADER_BYTES,
        )

    def write(self, chunk: bytes) -> None:
        """Read on."""
        try:
            self._parser.write(chunk)
        except FormParserError as problem:
            raise InvalidRequest(
                "the body is not a form as multipart/form-data has it"
            ) from problem

    def end(self) -> Form:
        """The form, which must be whole."""
        if not self._ended:
            raise InvalidRequest("the form breaks off before its end")
        if self._form.filename is None:
            raise InvalidRequest("file: a part of this name is needed")
        return self._form

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise InvalidRequest(f"a form has at most {_MOST_PARTS} parts")
        self._headers, self._value = {}, bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _headers_end(self) -> None:
        said = self._headers.get("content-disposition", b"")
        kind, options = parse_options_header(said)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or not self._name:
            raise InvalidRequest("each part of the form needs a name")
        if self._name == "file":
            if self._form.filename is not None:
                raise InvalidRequest("file: one at a time")
            self._form.filename = options.get(b"filename", b"").decode("utf-8", "replace")
            kind = self._headers.get("content-type", b"").decode("latin-1")
            self._form.media_type = kind or None

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._name == "file":
            self.ready += data[start:end]
            return
        self._value += data[start:end]
        if len(self._value) > _FIELD_BYTES:
            raise InvalidRequest(f"{self._name[:40]}: at most {_FIELD_BYTES} bytes")

    def _part_ends(self) -> None:
        if self._name != "file":
            self._form.fields[self._name] = self._value.decode("utf-8", "replace")

    def _ends(self) -> None:
        self._ended = True
