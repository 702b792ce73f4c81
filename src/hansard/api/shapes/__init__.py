"""The shapes of answers, for the description of the API. Handlers give bytes; tests compare."""
