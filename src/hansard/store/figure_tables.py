"""The tables of what lists are sorted and narrowed by; of the database like those of `tables`."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from hansard.store.columns import Big, Word, metadata

session_figures = Table(
    "session_figures",
    metadata,
    Column("sid", Big, primary_key=True, autoincrement=False),
    Column("workspace_id", Text, nullable=False),
    Column("shelf", Integer, nullable=False),
    Column("child", Boolean, nullable=False),
    *(Column(name, Word, nullable=False) for name in ("title", "agent")),
    *(
        Column(name, Big, nullable=False)
        for name in (
            *("messages", "tokens_in", "tokens_out", "cache_read", "tool_calls"),
            *("cost", "turns", "errors", "duration"),
        )
    ),
)
"""What lists are sorted by beside times (S1-13). It follows the rows, at most a second behind;
`cost` is -1 while no price is known."""
for _name in session_figures.c.keys()[4:]:
    Index(
        f"session_figures_{_name}",
        *(session_figures.c[n] for n in ("workspace_id", "shelf", "child", _name, "sid")),
    )

session_marks = Table(
    "session_marks",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("axis", Text, primary_key=True),
    Column("value", Word, primary_key=True),
    Column("sid", Big, primary_key=True),
    Column("shelf", Integer, nullable=False),
    Column("child", Boolean, nullable=False),
    Index("session_marks_sid", "sid"),
    sqlite_with_rowid=False,
)
"""Tags of a session, its repository and what else it has; follows the rows likewise."""
