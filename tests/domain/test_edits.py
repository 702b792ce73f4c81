"""Files and what was changed in them, each edit and all together (S2-31)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansard.domain import difference
from hansard.domain.projections import edits

OLD, NEW = "one\ntwo\nthree\n", "one\n2\nthree\nfour\n"
HUNK = {"old_start": 4, "old_lines": 1, "new_start": 4, "new_lines": 2, "lines": ["-a", "+b", "+c"]}


def files(log: Any, **options: Any) -> list[dict[str, Any]]:
    return edits.fold_all(log.events, **options)


def edit(log: Any, path: str = "app.py", **fields: Any) -> Any:
    return log.add("file.edited", path=path, **fields)


def applied(before: str, hunks: list[dict[str, Any]]) -> list[str]:
    """The lines of a text with hunks put in at the places that they name."""
    old = before.removesuffix("\n").split("\n") if before else []
    new: list[str] = []
    at = 0
    for hunk in hunks:
        start = hunk["old_start"] - (1 if hunk["old_lines"] else 0)
        new += old[at:start]
        assert hunk["new_start"] == len(new) + (1 if hunk["new_lines"] else 0)
        kept = [line[1:] for line in hunk["lines"] if line[0] in " -"]
        assert old[start : start + hunk["old_lines"]] == kept
        new += [line[1:] for line in hunk["lines"] if line[0] in " +"]
        at = start + hunk["old_lines"]
    return new + old[at:]


_LINES = st.lists(st.sampled_from(["a", "b", "c", "x = 1", ""]), max_size=30)


@given(_LINES, _LINES)
def test_the_hunks_between_two_texts_turn_one_into_the_other(old: list[str], new: list[str]):
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    hunks = difference.of_texts(before, after)
    assert hunks is not None
    assert applied(before, hunks) == new
    came, went = difference.counted(hunks)
    assert came - went == len(new) - len(old)


def test_an_edit_with_both_sides_has_its_lines_and_the_file_its_net_change(log: Any):
    call = log.call("edit")
    made = edit(log, before=OLD, after=NEW, change="update", tool_use_id=call.id, turn="turn_1")
    edit(log, before=NEW, after=OLD + "five\n", change="update")
    (file,) = files(log)
    assert (file["path"], file["change"], file["additions"], file["deletions"]) == (
        "app.py", "update", 4, 3
    )  # fmt: skip
    first = file["edits"][0]
    assert (first["event_id"], first["seq"], first["turn_id"]) == (made.id, made.seq, "turn_1")
    assert (first["tool_use_id"], first["additions"], first["deletions"]) == (call.id, 2, 1)
    assert first["hunks"][0]["lines"] == [" one", "-two", "+2", " three", "+four"]
    assert file["net"] == {
        "additions": 1,
        "deletions": 0,
        "hunks": [
            {
                "old_start": 1,
                "old_lines": 3,
                "new_start": 1,
                "new_lines": 4,
                "lines": [" one", " two", " three", "+five"],
            }
        ],
        "truncated": False,
        "reason": None,
    }


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        ({"hunks": [HUNK]}, {"before": OLD, "after": NEW}, "before"),
        ({"before": OLD, "after": NEW}, {"hunks": [HUNK]}, "after the last"),
        ({"after": NEW}, {"before": NEW, "after": OLD}, "before"),
    ],
)
def test_a_net_change_that_nobody_can_know_is_null_with_a_reason(
    log: Any, first: Any, last: Any, word: str
):
    edit(log, **first)
    edit(log, **last)
    net = files(log)[0]["net"]
    assert (net["additions"], net["deletions"], net["hunks"]) == (None, None, None)
    assert word in net["reason"]


def test_hunks_of_the_source_are_counted_as_they_are(log: Any):
    edit(log, hunks=[HUNK, {"lines": "no list"}, 7, {"lines": ["+d", 3]}])
    (file,) = files(log)
    assert (file["additions"], file["deletions"]) == (3, 1)
    nameless = {"old_start": None, "old_lines": None, "new_start": None, "new_lines": None}
    assert file["edits"][0]["hunks"] == [HUNK, {**nameless, "lines": ["+d"]}]


def test_what_went_is_not_known_where_a_file_was_written_over_unseen(log: Any):
    edit(log, after="a\nb\n")
    edit(log, "gone.py", change="delete")
    written, gone = files(log)
    assert (written["additions"], written["deletions"], written["change"]) == (2, None, "update")
    assert (gone["additions"], gone["deletions"], gone["change"]) == (0, None, "delete")


def test_a_created_a_deleted_and_a_moved_file_say_so_and_keep_one_history(log: Any):
    edit(log, "new.py", change="create", after="a\n")
    edit(log, "new.py", change="update", before="a\n", after="b\n")
    edit(log, "old.py", change="update", before="x\n", after="y\n")
    edit(log, "old.py", change="move", moved_to="moved.py")
    edit(log, "moved.py", change="update", before="y\n", after="z\n")
    edit(log, "old.py", change="create", after="anew\n")
    edit(log, "dead.py", change="delete", before="1\n2\n")
    found = {file["path"]: file for file in files(log)}
    assert [(p, f["change"]) for p, f in found.items()] == [
        ("new.py", "create"), ("moved.py", "rename"), ("old.py", "create"), ("dead.py", "delete")
    ]  # fmt: skip
    assert found["new.py"]["net"]["additions"] == 1
    moved = found["moved.py"]
    assert moved["moved_from"] == "old.py"
    assert [e["change"] for e in moved["edits"]] == ["update", "rename", "update"]
    assert moved["net"]["hunks"][0]["lines"] == ["-x", "+z"]
    assert (found["dead.py"]["net"]["deletions"], found["dead.py"]["net"]["additions"]) == (2, 0)


def test_a_long_difference_is_cut_and_says_so_and_its_counts_are_whole(log: Any):
    edit(log, change="create", after="line\n" * 5_000)
    edit(log, "wide.js", change="create", after="x" * 9_000)
    long, wide = files(log)
    for told in (long["edits"][0], long["net"]):
        assert sum(len(h["lines"]) for h in told["hunks"]) == difference.MOST_LINES
        assert told["truncated"] and told["additions"] == 5_000
    assert wide["edits"][0]["truncated"]
    assert len(wide["edits"][0]["hunks"][0]["lines"][0]) < 2_100


def test_texts_too_large_to_compare_are_not_compared(log: Any):
    numbers = ["".join(f"{n + shift}\n" for n in range(3_000)) for shift in (0, 100_000)]
    edit(log, before=numbers[0], after=numbers[1])
    (file,) = files(log)
    assert file["additions"] is None
    assert "too large" in file["net"]["reason"]


def test_content_that_lies_aside_is_read_where_it_is_kept(log: Any):
    aside = {"type": "blob", "blob_id": "blob_1", "media_type": "text/plain", "bytes": 9}
    edit(log, before=aside, after="one\n")
    read = files(log, blob={"blob_1": "one\ntwo\n"}.get)
    assert (read[0]["additions"], read[0]["deletions"]) == (0, 1)
    assert files(log)[0]["net"]["reason"]


@pytest.mark.parametrize(
    ("path", "generated"),
    [
        ("web/package-lock.json", True),
        ("C:\\work\\Cargo.lock", True),
        ("static/app.min.js", True),
        ("src/api_pb2.py", True),
        ("web/node_modules/x/index.js", True),
        ("src/lock.py", False),
        ("src/min.js", False),
        ("packages.json", False),
    ],
)
def test_files_that_tools_write_are_told_apart(path: str, generated: bool):
    assert edits.is_generated(path) is generated


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "blob_id", "lines", "old_start", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
NAMES = ("change", "before", "after", "hunks", "moved_to", "tool_use_id")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries({name: ANYTHING for name in NAMES}), max_size=3))
def test_fields_of_a_foreign_shape_are_passed_over(log: Any, told: list[dict[str, Any]]):
    log.open()
    for fields in told:
        edit(log, **fields)
    found = files(log)
    assert sum(len(file["edits"]) for file in found) == len(told)
