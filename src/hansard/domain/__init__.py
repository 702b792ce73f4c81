"""The words: sessions, events, states, folds, money and cursors.

Pure: no await, no clock, no randomness, no I/O; everybody may import it, it imports the
standard library alone. Clock, ids and randomness come in as arguments.
"""
