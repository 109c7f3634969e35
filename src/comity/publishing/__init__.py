"""From the dataset to a site: a page in each language and four RDF files for every IRI of a project."""
