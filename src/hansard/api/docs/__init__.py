"""The description of the API for people: one page of our own that reads /openapi.json."""
