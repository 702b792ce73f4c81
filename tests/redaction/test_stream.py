"""A text that comes in pieces is shown redacted, and is what is stored (reliability.md 4.2.6)."""

import random
from collections.abc import Sequence

import pytest
from benchmarks.redaction.encodings import ENCODINGS
from hypothesis import given
from hypothesis import strategies as st

from hansard.redaction.outcome import FAILED
from hansard.redaction.pack import RulePack, default_rules
from hansard.redaction.registry import Secrets
from hansard.redaction.scan import Scanner
from hansard.redaction.stream import IDLE_S, Stream

KNOWN = "p4ss W0rd=q9x Zz-end"
RANDOM = "q7W9" + "eR2t" + "Y5u8" + "Io0p" + "Lk3j" + "Hg6f" + "Ds1a" + "Zx4c" + "Vb5n"
PAT = "ghp" + "_" + RANDOM
DASHES = "-" * 5
PEM = "\n".join(
    [
        f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}",
        *(RANDOM[n:] + RANDOM + RANDOM[:n] for n in range(20)),
        "q7W9eR==",
        f"{DASHES}END RSA PRIVATE KEY{DASHES}",
    ]
)


def scanner() -> Scanner:
    secrets = Secrets()
    secrets.register("K", KNOWN)
    secrets.register("LINES", "first line of it\nsecond line of it\nthird one")
    return Scanner(secrets, default_rules(), b"key of the tests")


SCANNER = scanner()


def streamed(pieces: Sequence[str]) -> str:
    stream = Stream(SCANNER)
    return "".join([*(stream.feed(piece, 0.0) for piece in pieces), stream.close()])


def paused(pieces: Sequence[str]) -> str:
    """Every piece is followed by a silence."""
    stream, now, shown = Stream(SCANNER), 0.0, list[str]()
    for piece in pieces:
        shown.append(stream.feed(piece, now))
        now += IDLE_S
        shown.append(stream.rest(now))
    return "".join([*shown, stream.close()])


TEXTS = {
    "prose": "Hello, the token was refreshed; nothing else happened.\nBye.\n",
    "known": f"it is {KNOWN}, or was {KNOWN}",
    "pattern": f"push with {PAT} and go on",
    "header": f"> Authorization: Bearer {RANDOM}\n> Accept: */*\n",
    "assignment": f"export API_KEY='{RANDOM}' && deploy --password hunter2-long-1",
    "url": f"postgres://app:{RANDOM[:12]}@db:5432/x?sslmode=require",
    "pem": f"key:\n{PEM}\nend\n",
    "pem escaped": ("key: " + PEM + " end").replace("\n", "\\n"),
    "lines": "cat it\nfirst line of it\nsecond line of it\nthird one\n",
    "jwt": f"token eyJ{RANDOM}.eyJ{RANDOM}.{RANDOM} done",
    "wide letters": f"пароль: {KNOWN} 密码是 {PAT} 👍",
    "placeholder": f"[secret:K] token=[secret:gone#12ab] {PAT}",
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_place_to_cut_shows_more_than_the_whole_would(name: str) -> None:
    """Every split offset: two pieces, and one character at a time."""
    text = TEXTS[name]
    whole, _ = SCANNER.scan_text(text)
    assert streamed(list(text)) == whole
    for cut in range(len(text)):
        assert streamed([text[:cut], text[cut:]]) == whole


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_spelling_of_a_known_value_is_held_back_until_it_is_whole(encoding: str) -> None:
    """S2-34: all encodings, all split offsets."""
    text = f"before\n{ENCODINGS[encoding](KNOWN)}\nafter it comes more"
    whole, found = SCANNER.scan_text(text)
    assert found
    for size in (1, 2, 3, 7, 19):
        assert streamed([text[at : at + size] for at in range(0, len(text), size)]) == whole


PIECES = st.sampled_from(
    [
        *(KNOWN, KNOWN[:9], PAT, PAT[:8], RANDOM, "password: ", "token=", "Bearer ", "api_key = '"),
        *("'", '"', "\n", " ", "\\n", "https://me:", "@host/", f"{DASHES}BEGIN ", "PRIVATE KEY"),
        *(
            DASHES,
            f"{DASHES}END RSA PRIVATE KEY{DASHES}",
            "eyJ",
            ".",
            "[secret:K]",
            "[secret:",
            "]",
        ),
        *(
            "-u me:",
            "curl ",
            "mysql -p",
            "name: DB_PASSWORD\nvalue: ",
            "70 34 ",
            "\\u0070",
            "é",
            "密",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=10), max_size=16).map("".join), st.randoms())
def test_whatever_comes_is_shown_as_the_redaction_of_the_whole(
    text: str, source: random.Random
) -> None:
    text = text.encode("utf-8", "replace").decode()
    cuts = sorted(source.choices(range(len(text) + 1), k=source.choice((1, 3, 9))))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert streamed(pieces) == SCANNER.scan_text(text)[0]


@given(st.lists(PIECES, max_size=14))
def test_silence_anywhere_shows_no_secret(pieces: list[str]) -> None:
    """A forced cut shows at most four characters of a known value, and none of a token."""
    shown = paused(pieces)
    assert not any(KNOWN[at : at + 5] in shown for at in range(len(KNOWN) - 4)) or (
        KNOWN not in "".join(pieces)
    )
    if PAT in pieces and "[secret:" not in pieces:
        assert RANDOM[8:] not in shown.replace(RANDOM, "") or RANDOM in pieces


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["Hel", "lo wor", "ld, the tok", "en re", "freshed"], "Hello world, the token refreshed"),
        (["see p4ss W0r", "d=q9x Zz-end and", " more"], "see [secret:K] and more"),
        (["see p4ss W0r", "ld peace"], "see [secret:K]ld peace"),
    ],
)
def test_silence_shows_what_cannot_be_a_secret_and_takes_out_what_could(
    pieces: list[str], shown: str
) -> None:
    assert paused(pieces) == shown


@pytest.mark.parametrize(
    "pieces",
    [
        ["use gh", "p_" + RANDOM[:10], RANDOM[10:], " ok"],
        ["password: hun", "ter2-long-9", " next"],
        ["Authorization: Bearer " + RANDOM[:5], RANDOM[5:], "\nHost: x"],
        ["postgres://app:" + RANDOM[:4], RANDOM[4:12] + "@db/x", " done"],
        ["eyJ" + RANDOM + ".eyJ" + RANDOM[:10], RANDOM[10:] + "." + RANDOM, " done"],
        [PEM[:200], PEM[200:400], PEM[400:], "\nafter"],
        ["Cookie: session_id=" + RANDOM[:6], RANDOM[6:], " theme=dark"],
    ],
)
def test_a_secret_that_comes_with_pauses_is_taken_out_once(pieces: list[str]) -> None:
    shown = paused(pieces)
    assert shown.count("[secret:") == 1
    assert FAILED not in shown
    text = "".join(pieces)
    assert not any(piece in shown for piece in (RANDOM[4:12], RANDOM[12:24], "ter2", PEM[300:320]))
    assert shown.endswith(text[text.rindex(pieces[-1]) :].lstrip("@"))


def test_nothing_is_held_back_for_longer_than_a_silence_or_four_kibibytes() -> None:
    stream = Stream(SCANNER)
    assert stream.feed("an unfinished wor", 0.0) == "an unfinished "
    assert stream.rest(IDLE_S / 2) == ""
    assert stream.rest(IDLE_S) == "wor"
    assert stream.feed("d", IDLE_S) + stream.close() == "d"
    held = Stream(SCANNER)
    shown = "".join(held.feed("iVBORw0KGgo" * 10, 0.0) for _ in range(100))
    assert len(shown) > 11_000 - 4_300


def test_a_private_key_is_withheld_whole_until_it_is_closed() -> None:
    stream = Stream(SCANNER)
    assert stream.feed("key:\n" + PEM[:-10], 0.0) == "key:\n"
    assert stream.feed(PEM[-10:] + "\nend\n", 0.0).startswith("[secret:private-key#")


def test_a_stream_that_cannot_be_scanned_shows_nothing() -> None:
    stream = Stream(Scanner(Secrets(), default_rules(), "not bytes"))  # type: ignore[arg-type]
    assert stream.feed(f"push with {PAT} now ", 0.0) == FAILED
    assert PAT not in stream.feed(f"{PAT} ", 0.0) + stream.close()


def test_characters_that_come_in_two_halves_are_put_together() -> None:
    stream = Stream(Scanner(Secrets(), RulePack([]), b"k"))
    shown = stream.feed("a \ud83d", 0.0) + stream.feed("\ude00 b \ud83d x", 0.0) + stream.close()
    assert shown == "a \U0001f600 b \ufffd x"
