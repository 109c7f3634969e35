"""A question that is taken along for curl is answered there; what Python and node make of theirs is tested daily."""

from __future__ import annotations

import subprocess

import pytest

from comity.core.project import Project
from debian import program
from page_scripts import run_node

SNIPPET = """
const { snippet } = await import("./site/app/live/snippets.ts");
process.stdout.write(snippet("curl", ...process.argv.slice(1)));
"""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('SELECT ?x ("it\'s" AS ?said) { ?x a comity:Event } LIMIT 2', "it's"),
        ("ASK { ?x a comity:Event }", '"boolean":true'),
        ("CONSTRUCT WHERE { ?x a comity:Event }", "/def/Event>"),
    ],
)
def test_curl_asks_what_is_taken_along(site_url: str, project: Project, query: str, expected: str) -> None:
    program("curl")
    text = f"# it's a question\nPREFIX comity: <{project.base}def/>\n{query}"
    command = run_node("--input-type=module", "--eval", SNIPPET, f"{site_url}/sparql", text)
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert expected in ran.stdout.replace(" ", ""), ran.stderr or ran.stdout or command
