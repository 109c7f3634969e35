"""Documents to quads with evidence: files are read, structured and searched, and each find keeps its place.

Data flow: ``files`` → ``readers`` → ``structure`` → ``mentions``, ``deontic`` → ``convert``. No language model, no
network: the same file and the same tables give the same bytes.
"""
