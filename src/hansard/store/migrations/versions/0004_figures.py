"""What lists are sorted and narrowed by beside times and words; filled at the start.

And the audit by what it is about, which the page of a session asks for.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WORDS = ("title", "agent")
_NUMBERS = (
    *("messages", "tokens_in", "tokens_out", "cache_read", "tool_calls"),
    *("cost", "turns", "errors", "duration"),
)


def upgrade() -> None:
    """Create their tables, and the index."""
    op.create_table(
        "session_figures",
        sa.Column("sid", _big(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        *(sa.Column(name, _word(), nullable=False) for name in _WORDS),
        *(sa.Column(name, _big(), nullable=False) for name in _NUMBERS),
        sa.PrimaryKeyConstraint("sid"),
    )
    for name in (*_WORDS, *_NUMBERS):
        columns = ["workspace_id", "shelf", "child", name, "sid"]
        op.create_index(f"session_figures_{name}", "session_figures", columns, unique=False)
    op.create_table(
        "session_marks",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("value", _word(), nullable=False),
        sa.Column("sid", _big(), nullable=False),
        sa.Column("shelf", sa.Integer(), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "axis", "value", "sid"),
        sqlite_with_rowid=False,
    )
    op.create_index("session_marks_sid", "session_marks", ["sid"], unique=False)
    about = ["workspace_id", "target", "at", "id"]
    op.create_index("audit_target", "audit", about, unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("audit_target", "audit")
    for name in ("session_figures", "session_marks"):
        op.drop_table(name)


def _big() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _word() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
