"""The Files API: the stock client, large and hostile uploads, redaction, erasure (wire.md 1)."""

import asyncio
import hashlib
import io
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anthropic
import httpx
import pytest
from anthropic.types import beta

from hansard.control import files as control
from hansard.journal.sieve import Sieve
from hansard.store import tables

Json = dict[str, Any]
ADMIN = "an admin secret that only tests know"
BEARER = {"authorization": f"Bearer {ADMIN}"}
PATH = "/v1/files"
BOUND = "a-line-between"
SECRET = "ghp_" + "a1B2c3D4e5" * 3 + "F6g7H8"
HOUR = 3_600_000


def form(*parts: tuple[str, bytes], end: bool = True) -> bytes:
    """A form's bytes; each part is its headers and its content."""
    made = b"".join(
        f"--{BOUND}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts
    )
    return made + (f"--{BOUND}--\r\n".encode() if end else b"")


FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'


async def sent(desk: Any, body: Any, kind: str = f"multipart/form-data; boundary={BOUND}") -> Any:
    return await desk.call("POST", PATH, content=body, headers={"content-type": kind})


async def upload(desk: Any, content: bytes, name: str = "a.txt", **options: Any) -> Json:
    answer = await desk.call("POST", PATH, files={"file": (name, content)}, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def content_of(desk: Any, file_id: str) -> bytes:
    answer = await desk.call("GET", f"{PATH}/{file_id}/content")
    assert answer.status_code == 200
    return answer.content


def kept(desk: Any) -> dict[str, int]:
    """How many rows files take."""

    def query(connection: Any) -> dict[str, int]:
        return {
            table.name: len(connection.execute(table.select()).all())
            for table in (tables.files, tables.file_pieces)
        }

    return desk.house.store.read(query)


@pytest.fixture
def client(served: Any) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=served.url, api_key=ADMIN, timeout=20) as made:
        yield made


def test_the_stock_client_uploads_reads_lists_downloads_and_deletes(client: Any, house: Any):
    made: list[beta.BetaFileMetadata] = []
    for number in range(5):
        house[1].move(1)
        data = (f"notes-{number}.txt", b"line %d\n" % number, "text/plain")
        made.append(client.beta.files.upload(file=data))
    first = made[0]
    assert isinstance(first, beta.BetaFileMetadata)
    assert (first.type, first.filename, first.mime_type, first.size_bytes) == (
        "file", "notes-0.txt", "text/plain", 7,
    )  # fmt: skip
    assert first.downloadable
    assert client.beta.files.retrieve_metadata(first.id) == first
    assert client.beta.files.download(first.id).read() == b"line 0\n"
    listed = [file.id for file in client.beta.files.list(limit=2)]
    assert listed[:5] == [file.id for file in made[::-1]], "the client pages by itself"
    some = client.beta.files.list(ids=[first.id, "file_none", made[2].id])
    assert [file.id for file in some] == [made[2].id, first.id]
    assert list(client.beta.files.list(scope_id="sesn_1")) == []
    gone = client.beta.files.delete(first.id)
    assert (gone.id, gone.type) == (first.id, "file_deleted")
    for call in (client.beta.files.retrieve_metadata, client.beta.files.download):
        with pytest.raises(anthropic.NotFoundError):
            call(first.id)


def test_the_stock_client_s_files_may_stand_in_a_message(client: Any):
    file = client.beta.files.upload(
        file=("plan.pdf", io.BytesIO(b"%PDF-1.7 ..."), "application/pdf")
    )
    agent = client.beta.agents.create(name="reader", model="claude-opus-4-5")
    session = client.beta.sessions.create(agent=agent.id, environment_id="env_1")
    said = {"type": "document", "source": {"type": "file", "file_id": file.id}}
    event = {"type": "user.message", "content": [said]}
    client.beta.sessions.events.send(session.id, events=[event])
    (found,) = list(client.beta.sessions.events.list(session.id))
    assert found.content[0].source.file_id == file.id


def test_a_path_given_to_the_stock_client_and_an_upload_whose_answer_was_lost(
    client: Any, lossy: Any, tmp_path: Path
):
    """P4: its retry makes no second file."""
    (tmp_path / "report.csv").write_bytes(b"a,b\n1,2\n")
    made = client.beta.files.upload(file=tmp_path / "report.csv")
    assert (made.filename, made.mime_type) == ("report.csv", "text/csv")
    before = len(list(client.beta.files.list()))
    with anthropic.Anthropic(base_url=lossy.url, api_key=ADMIN, timeout=20) as shaky:
        lossy.lose = 1
        again = shaky.beta.files.upload(file=("x.bin", b"\0once"))
    assert lossy.lost == 1
    assert client.beta.files.download(again.id).read() == b"\0once"
    assert len(list(client.beta.files.list())) == before + 1


async def test_equal_contents_lie_there_once_and_go_with_their_last_file(small: Any):
    """Content-addressed, in one workspace; deleted bytes are in no file on the disk (P11)."""
    canary = b"canary of a deleted file " * 50_000
    first, second = await upload(small, canary, "a.txt"), await upload(small, canary, "b.txt")
    assert first["id"] != second["id"]
    assert first["sha256"] == second["sha256"] == hashlib.sha256(canary).hexdigest()
    assert kept(small) == {"files": 2, "file_pieces": 3}
    foreign = small.workspace()[1]
    await upload(small, canary, token=foreign)
    assert kept(small)["file_pieces"] == 6, "nobody learns what another workspace has"
    for file_id, token in ((first["id"], ADMIN), (second["id"], ADMIN)):
        assert await content_of(small, second["id"]) == canary
        assert (await small.call("DELETE", f"{PATH}/{file_id}", token=token)).status_code == 200
    assert kept(small) == {"files": 1, "file_pieces": 3}
    (theirs,) = (await small.get(PATH, token=foreign))["data"]
    await small.call("DELETE", f"{PATH}/{theirs['id']}", token=foreign)
    assert kept(small) == {"files": 0, "file_pieces": 0}
    folder = small.house.settings.data_dir
    for path in folder.glob("hansard.db*"):
        assert b"canary of a deleted file" not in path.read_bytes(), path.name


async def test_secrets_are_taken_out_of_text_before_any_of_it_is_written(small: Any):
    """S2-34, S2-35: and what was taken out stands on the file, by name."""
    filler = b"".join(b"line %06d of a log that is long enough\n" % n for n in range(40_000))
    at = 700_003
    text = filler[:at] + b"\ntoken=" + SECRET.encode() + b"\n" + filler[at:]
    made = await upload(small, text, f"of {SECRET}.log")
    assert made["scanned"]
    assert sum(one["count"] for one in made["redactions"]) == 1
    found = await content_of(small, made["id"])
    assert SECRET.encode() not in found
    assert b"[secret:" in found
    assert found.startswith(filler[:at])
    assert found.endswith(filler[at:])
    assert made["size_bytes"] == len(found)
    assert SECRET not in made["filename"]
    for path in small.house.settings.data_dir.glob("hansard.db*"):
        assert SECRET.encode() not in path.read_bytes(), path.name


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4_000,
        b"%PDF-1.7\n" + SECRET.encode() + b"\n%%EOF",
        b"",
        b"caf\xe9 \xff\xfe in another encoding\n" * 20_000,
        "snow ☃ and 👩‍👩‍👧\n".encode() * 40_000,
        b"\xf0\x9f\x91",
        b"one line " * 200_000,
    ],
    ids=["image", "pdf", "empty", "latin-1", "emoji", "half a character", "one long line"],
)
async def test_what_holds_no_secret_comes_back_byte_for_byte(desk: Any, content: bytes):
    made = await upload(desk, content, "x.bin")
    assert await content_of(desk, made["id"]) == content
    assert made["sha256"] == hashlib.sha256(content).hexdigest()


async def test_a_secret_across_every_cut_is_found():
    """Scanned in parts, a text reads as if it had been scanned whole."""

    def scan(value: Json) -> tuple[Json, list[Json]]:
        text = value["text"]
        count = text.count("begin\nmiddle\nend")
        found = [{"name": "x", "rule": "r", "count": count}] if count else []
        return {"text": text.replace("begin\nmiddle\nend", "[secret:x]")}, found

    secret, line = "begin\nmiddle\nend", "some words on a line\n"
    for gap in (15_001, 15_603):
        text = (line * gap + secret + "\n") * 6
        sieve, out = Sieve(scan), b""
        for start in range(0, len(text), 50_007):
            out += sieve.feed(text[start : start + 50_007].encode())
        out += sieve.end()
        assert out.decode() == scan({"text": text})[0]["text"]
        assert sieve.redactions() == [{"name": "x", "rule": "r", "count": 6}]


async def test_a_large_file_takes_little_memory_in_and_out(lone: Any):
    """reliability.md 2, Bodies: bounded by a piece, not by the file."""
    size, piece = 48 << 20, bytes(64 << 10)

    async def body() -> AsyncIterator[bytes]:
        yield f"--{BOUND}\r\n{FILE}\r\n\r\n".encode()
        for _ in range(size // len(piece)):
            yield piece
        yield f"\r\n--{BOUND}--\r\n".encode()

    kind = {"content-type": f"multipart/form-data; boundary={BOUND}"}
    async with httpx.AsyncClient(base_url=lone.served.url, headers=BEARER, timeout=60) as http:
        tracemalloc.start()
        try:
            made = (await http.post(PATH, content=body(), headers=kind)).json()
            got = 0
            async with http.stream("GET", f"{PATH}/{made['id']}/content") as stream:
                async for part in stream.aiter_raw():
                    got += len(part)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert got == made["size_bytes"] == size
    assert peak < 16 << 20


async def test_a_file_over_its_limit_is_refused_and_nothing_of_it_stays(small: Any):
    small.house.parts.most_upload = 2 << 20
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        yield f"--{BOUND}\r\n{FILE}\r\n\r\n".encode()
        while asked < 100 << 20:
            asked += 1 << 16
            yield b"\0" * (1 << 16)

    answer = await sent(small, endless())
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "request_too_large"
    assert str(2 << 20) in answer.json()["error"]["message"]
    assert asked < 3 << 20, "the rest is not read"
    declared = await small.call(
        "POST", PATH, content=b"x",
        headers={"content-type": f"multipart/form-data; boundary={BOUND}",
                 "content-length": str(1 << 40)},
    )  # fmt: skip
    assert declared.status_code == 413
    assert kept(small) == {"files": 0, "file_pieces": 0}


BAD: dict[str, tuple[Any, str]] = {
    "no form": (b"hello", "text/plain"),
    "json": (b"{}", "application/json"),
    "no boundary": (form((FILE, b"x")), "multipart/form-data"),
    "an endless boundary": (b"x", "multipart/form-data; boundary=" + "x" * 71),
    "no end": (form((FILE, b"x"), end=False), ""),
    "no file": (form(('Content-Disposition: form-data; name="other"', b"x")), ""),
    "two files": (form((FILE, b"x"), (FILE, b"y")), ""),
    "a part without a name": (form(("Content-Disposition: form-data", b"x")), ""),
    "a part without headers": (form(("", b"x")), ""),
    "nine parts": (form(*[('Content-Disposition: form-data; name="a"', b"x")] * 9), ""),
    "a field of a megabyte": (
        form(('Content-Disposition: form-data; name="a"', b"x" * (1 << 20)), (FILE, b"x")),
        "",
    ),
    "a header of a megabyte": (form((FILE + "\r\nX-Long: " + "x" * (1 << 20), b"x")), ""),
    "a thousand headers": (form((FILE + "\r\nX-One: 1" * 1_000, b"x")), ""),
    "a wrong line between": (form((FILE, b"x")).replace(b"--a", b"--b"), ""),
    "nothing": (b"", ""),
    "line ends only": (b"\r\n" * 1_000, ""),
    "an expiry that is none": (
        form(('Content-Disposition: form-data; name="expires_in_seconds"', b"soon"), (FILE, b"x")),
        "",
    ),
    "an expiry too soon": (
        form(('Content-Disposition: form-data; name="expires_in_seconds"', b"60"), (FILE, b"x")),
        "",
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_form_that_is_none_is_refused_and_leaves_nothing(desk: Any, name: str):
    before = kept(desk)
    body, kind = BAD[name]
    answer = await sent(desk, body, kind or f"multipart/form-data; boundary={BOUND}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert kept(desk) == before


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\notes.txt", "notes.txt"),
        ("a\tb\x7f.txt", "ab.txt"),
        ("ünïcödé ☃.txt", "ünïcödé ☃.txt"),
        ("", "unnamed.csv"),
        ("..", "unnamed.csv"),
        ("x" * 300, "x" * 255),
    ],
)
async def test_a_name_is_a_name_and_no_path(desk: Any, said: str, shown: str):
    head = f'Content-Disposition: form-data; name="file"; filename="{said}"'.replace("\\", "\\\\")
    answer = await sent(desk, form((head + "\r\nContent-Type: text/csv", b"x")))
    assert answer.status_code == 200, answer.text
    assert answer.json()["filename"] == shown
    link = f"{PATH}/{answer.json()['id']}/content"
    disposition = (await desk.call("GET", link)).headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert "\n" not in disposition


async def test_a_page_of_somebody_s_is_saved_and_never_shown(desk: Any):
    """reliability.md 2, XSS: a browser runs nothing that was uploaded."""
    made = await upload(desk, b"<script>alert(1)</script>", "x.html")
    answer = await desk.call("GET", f"{PATH}/{made['id']}/content")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_whose_time_is_over_is_gone(small: Any):
    made = await upload(small, b"short lived", data={"expires_in_seconds": "3600"})
    stays = await upload(small, b"stays")
    small.clock.move(HOUR - 1)
    assert (await small.get(f"{PATH}/{made['id']}"))["expires_at"]
    small.clock.move(1)
    assert (await small.call("GET", f"{PATH}/{made['id']}")).status_code == 404
    assert [file["id"] for file in (await small.get(PATH))["data"]] == [stays["id"]]
    await asyncio.to_thread(control.tidy, small.house.store, small.clock())
    assert kept(small) == {"files": 1, "file_pieces": 1}


async def test_an_upload_that_broke_off_is_swept_away_and_one_under_way_is_not(small: Any):
    """A process died between two pieces: nobody was told of the file, and its bytes go."""
    upload_ = control.Upload(small.house.journal, small.house.parts.workspace_id)
    await upload_.take(b"\0" * (1 << 20))
    assert kept(small) == {"files": 0, "file_pieces": 2}
    await asyncio.to_thread(control.tidy, small.house.store, small.clock() + HOUR - 1)
    assert kept(small)["file_pieces"] == 2
    await asyncio.to_thread(control.tidy, small.house.store, small.clock() + HOUR + 1)
    assert kept(small)["file_pieces"] == 0


async def test_a_client_that_falls_silent_is_not_waited_for(served_alone: Any):
    """slowloris: half a form, then nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served_alone.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1:{served_alone.port}\r\n"
        f"authorization: Bearer {ADMIN}\r\ncontent-length: 1000\r\n"
        f"content-type: multipart/form-data; boundary={BOUND}\r\n\r\n--{BOUND}\r\n"
    )
    writer.write(head.encode())
    answer = await asyncio.wait_for(reader.readline(), 5)
    assert b"408" in answer
    writer.transport.abort()


async def test_a_stranger_s_upload_is_refused_before_it_is_read(desk: Any):
    async def body() -> AsyncIterator[bytes]:
        yield b"--"
        raise AssertionError("it was read on")

    for token, status in ((None, 401), (desk.key("read")[1], 403)):
        answer = await desk.call(
            "POST", PATH, token=token, content=body(),
            headers={"content-type": f"multipart/form-data; boundary={BOUND}"},
        )  # fmt: skip
        assert answer.status_code == status
