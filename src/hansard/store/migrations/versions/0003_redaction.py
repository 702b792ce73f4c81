"""Redaction: rules that workspaces keep, and searches for secrets that became known later."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "redaction_rules",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", _big(), nullable=False),
        sa.Column("updated_at", _big(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_table(
        "rescans",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("after_sid", _big(), nullable=False),
        sa.Column("sessions_done", _big(), nullable=False),
        sa.Column("sessions_total", _big(), nullable=False),
        sa.Column("events", _big(), nullable=False),
        sa.Column("started_at", _big(), nullable=False),
        sa.Column("finished_at", _big(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "mark"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("redaction_rules", "rescans"):
        op.drop_table(name)


def _big() -> Any:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
