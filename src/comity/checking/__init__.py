"""Checks of a dataset, each with what it inspected: shapes, references, provenance, hygiene, reasoning, passages."""
