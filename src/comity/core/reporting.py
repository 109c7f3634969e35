"""A report for other programs: SARIF 2.1.0 for code hosts, and a SHACL validation report as RDF."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from comity.core.catalogue import catalogue
from comity.core.diagnostics import Diagnostic, Location, Report, Severity
from comity.core.rdf import TURTLE, serialise

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SH = "http://www.w3.org/ns/shacl#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def sarif(report: Report, version: str) -> str:
    """Return a report as a SARIF 2.1.0 log with one run; paths are relative to the project's folder."""
    used = {found.code for found in report.findings}
    rules = [
        {"id": code, "shortDescription": {"text": entry.problem}, "help": {"text": entry.remedy}}
        for code, entry in catalogue().items()
        if code in used
    ]
    run = {
        "tool": {"driver": {"name": "comity", "version": version, "rules": rules}},
        "results": [_sarif_result(found) for found in report.findings],
        "properties": {"inspected": report.inspected, "notRun": report.not_run},
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(found: Diagnostic) -> dict[str, Any]:
    text = f"{found.message}. {found.hint}" if found.hint else found.message
    result: dict[str, Any] = {"ruleId": found.code, "level": LEVELS[found.severity], "message": {"text": text}}
    if found.location:
        result["locations"] = [{"physicalLocation": _sarif_place(found.location)}]
    return result


def _sarif_place(location: Location) -> dict[str, Any]:
    region: dict[str, int] = {}
    if location.start is not None and location.end is not None:
        region = {"charOffset": location.start, "charLength": location.end - location.start}
    elif location.line is not None:
        region = {"startLine": location.line, **({"startColumn": location.column} if location.column else {})}
    place: dict[str, Any] = {"artifactLocation": {"uri": location.file}}
    return {**place, "region": region} if region else place


def shacl(report: Report) -> str:
    """Return a report as a ``sh:ValidationReport`` in Turtle (SHACL 1.0 §3.6)."""
    head = BlankNode("report")
    triples = [
        Triple(head, RDF_TYPE, NamedNode(SH + "ValidationReport")),
        Triple(head, NamedNode(SH + "conforms"), Literal(report.ok)),
    ]
    for number, found in enumerate(report.findings):
        result = BlankNode(f"result{number}")
        triples.append(Triple(head, NamedNode(SH + "result"), result))
        triples += _shacl_result(result, found)
    return serialise(triples, TURTLE, {"sh": SH}).decode()


def _shacl_result(result: BlankNode, found: Diagnostic) -> list[Triple]:
    said = f"{found.location}: {found.message}" if found.location else found.message
    parts: list[tuple[str, NamedNode | Literal | None]] = [
        ("resultSeverity", NamedNode(SH + found.severity.value.capitalize())),
        ("resultMessage", Literal(said, language="en")),
        ("focusNode", _iri(found.focus)),
        ("resultPath", _iri(found.path)),
        ("value", _iri(found.value) or (Literal(found.value) if found.value else None)),
        ("sourceShape", _iri(found.rule)),
    ]
    typed = Triple(result, RDF_TYPE, NamedNode(SH + "ValidationResult"))
    return [typed, *(Triple(result, NamedNode(SH + name), node) for name, node in parts if node is not None)]


def _iri(text: str) -> NamedNode | None:
    if not text.startswith(("http://", "https://", "urn:")):
        return None
    try:
        return NamedNode(text)
    except ValueError:
        return None
