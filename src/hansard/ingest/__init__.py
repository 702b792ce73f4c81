"""Other people's logs become our events.

Formats parse, `load` prices and appends through the journal, `watch` follows growing files.
A stranger to `control` and `runtime`; it never writes a foreign file.
"""
