"""Documents to quads with evidence: files are read, structured, searched for known names, and each find keeps its place.

Data flow: ``files`` → ``readers`` → ``structure`` → ``mentions``, ``deontic`` → ``quads``. No language model, no network:
the same file and the same tables give the same bytes.
"""
