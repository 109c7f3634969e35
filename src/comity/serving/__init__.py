"""Serving: a built site over HTTP, with content negotiation and a SPARQL endpoint whose queries run apart."""
