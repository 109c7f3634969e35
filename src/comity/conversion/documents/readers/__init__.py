"""Readers: one module a format, each a function from bytes to a ``Document``."""
