"""Comity: an ontology and knowledge base of global AI governance, and the publisher that makes a site of it.

>>> import comity
>>> comity.__version__
'0.1.0'
"""

from __future__ import annotations

__version__ = "0.1.0"
