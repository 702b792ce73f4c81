import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.domain import cursor
from hansard.domain.errors import InvalidRequest

KEY = b"k" * 32
VALUES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_a_cursor_gives_back_what_was_put_in(content: dict[str, object]):
    text = cursor.encode(KEY, content)
    assert cursor.decode(KEY, text) == content
    assert text == text.strip("=")
    assert all(c.isalnum() or c in "-_" for c in text), "it goes into a URL as it is"


@given(st.text(max_size=80))
def test_a_text_that_this_server_did_not_make_is_refused(text: str):
    with pytest.raises(InvalidRequest):
        cursor.decode(KEY, text)


def test_a_cursor_of_another_installation_is_refused():
    with pytest.raises(InvalidRequest):
        cursor.decode(b"o" * 32, cursor.encode(KEY, {"after": 1}))


def test_a_cursor_cannot_be_changed_in_any_byte():
    text = cursor.encode(KEY, {"after": 41, "sort": "-updated_at"})
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for place in range(len(raw)):
        forged = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(InvalidRequest):
            cursor.decode(KEY, base64.urlsafe_b64encode(forged).decode())


def test_a_cursor_is_the_same_for_the_same_content_in_any_order():
    assert cursor.encode(KEY, {"a": 1, "b": 2}) == cursor.encode(KEY, {"b": 2, "a": 1})


def test_the_fingerprint_tells_filters_apart_and_not_their_order():
    one = cursor.fingerprint({"state": ["running"], "agent": "coder"})
    assert one == cursor.fingerprint({"agent": "coder", "state": ["running"]})
    assert one != cursor.fingerprint({"agent": "coder", "state": ["idle"]})
    assert one != cursor.fingerprint({"agent": "coder"})
