"""Comity: an ontology and knowledge base of global AI governance, and the publisher that makes a site of it.

The functions are those of :mod:`comity.api`; nothing heavy is imported before one of them is called.

>>> import comity
>>> sorted(comity.__all__)
['ComityError', 'Diagnostic', 'Report', '__version__', 'check', 'convert', 'load', 'publish', 'query', 'reason']
"""

from __future__ import annotations

from comity.api import check, convert, load, publish, query, reason
from comity.core.diagnostics import Diagnostic, Report
from comity.core.errors import ComityError

__version__ = "0.1.0"
__all__ = [
    "ComityError",
    "Diagnostic",
    "Report",
    "__version__",
    "check",
    "convert",
    "load",
    "publish",
    "query",
    "reason",
]
