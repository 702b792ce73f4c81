"""A login that was made with an API key ends with it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Name the key beside the login."""
    op.add_column("logins", sa.Column("key_id", sa.Text()))


def downgrade() -> None:
    """Drop the name."""
    op.drop_column("logins", "key_id")
