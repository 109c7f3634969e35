"""The model: vocabulary constants, prefixes, IRI policy, query files, the facts rule."""
