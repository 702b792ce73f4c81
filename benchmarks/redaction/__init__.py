"""How much of what should leave does leave: a seeded corpus and its scorer (docs/redaction.md)."""
