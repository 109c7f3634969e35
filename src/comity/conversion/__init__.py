"""Tables (CSVW) to quads with evidence, and the sentences and facts that follow from them."""
