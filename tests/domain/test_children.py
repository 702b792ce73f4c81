"""What sub-agents add to the row of their root (architecture.md, section 10)."""

from typing import Any

from hansard.domain.session import Session, no_children
from hansard.journal.heads import Given, give, share


def child_of(log: Any, root: str | None) -> Session:
    log.open("background_task", root_id=root, parent_id=root)
    log.session.id = "sesn_child"
    log.usage(cost_micros=70)
    log.result(log.call(), is_error=True)
    return log.session


def root_row(log: Any) -> Session:
    root = log.open()
    root.id = root.root_id = "sesn_root"
    return root


def test_a_child_gives_its_root_what_it_has(log: Any):
    root = root_row(log)
    child = child_of(log, "sesn_root")
    give(root, Given(), share(child, active=True))
    assert root.children == {
        "count": 1,
        "active": 1,
        "errors": 1,
        "cost_micros": 70,
        "tokens": child.tokens,
    }
    assert (root.cost_micros, root.error_count) == (None, 0), "its own sums are its own"


def test_only_the_difference_is_given_next_time(log: Any):
    root = root_row(log)
    child = child_of(log, "sesn_root")
    before = share(child, active=True)
    give(root, Given(), before)
    child.cost_micros = 100
    child.tokens["output"] += 7
    give(root, before, share(child, active=False))
    assert (root.children["count"], root.children["active"]) == (1, 0)
    assert root.children["cost_micros"] == 100
    assert root.children["tokens"] == child.tokens


def test_a_child_that_goes_takes_its_share_along(log: Any):
    root = root_row(log)
    child = child_of(log, "sesn_root")
    before = share(child, active=True)
    give(root, Given(), before)
    child.deleted_at = log.now
    give(root, before, share(child, active=False))
    assert root.children == no_children()


def test_a_child_that_finds_its_parent_late_moves_to_it(log: Any):
    root = root_row(log)
    child = child_of(log, None)
    child.root_id = child.id
    alone = share(child, active=True)
    assert alone == Given()
    child.root_id = "sesn_root"
    give(root, alone, share(child, active=True))
    assert root.children["count"] == 1


def test_a_root_gives_nothing_to_itself(log: Any):
    root = root_row(log)
    log.usage()
    assert share(root, active=True) == Given()
