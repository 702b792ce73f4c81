"""Secrets out, names in.

`Secrets` holds the values we know by name, `RulePack` the published token formats and the
contexts that give a secret away, `Scanner` replaces both in JSON values, log lines and raw
records before anything is written or sent. Called by journal, logging and every other sink.
Does no I/O, keeps no text, logs nothing, and never reports a value or its length.
"""
