"""What every room stands on: errors, diagnostics, the project, RDF files in and out."""
