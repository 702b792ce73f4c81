"""Bytes at rest: SQLite and PostgreSQL behind one interface, SQL nowhere else.

Methods are synchronous and run in threads, behind one writer. `event_log` is importable by
the journal alone.
"""
