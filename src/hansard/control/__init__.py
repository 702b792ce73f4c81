"""The verbs a person or program may use on a session: checks, then appends requests.

A stranger to `runtime` and `ingest`: they meet in the log.
"""
