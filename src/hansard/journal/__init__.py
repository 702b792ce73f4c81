"""The only door to the event log: redact, number, chain, store, wake; and read back.

Everybody above appends here and nowhere else. It decides nothing about turns or rights.
"""
