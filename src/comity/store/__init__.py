"""The dataset: source quads in memory, embedded SPARQL over them, or a SPARQL endpoint elsewhere."""
