"""The command line: a client of the running server, and the commands that start one.

Plain commands import `domain` alone and speak HTTP; the few that need the server import it
inside the command. Nobody may import this room. Every text leaves through `terminal.Screen`.
"""
