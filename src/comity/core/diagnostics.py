"""What we found: one ``Diagnostic`` for every kind of finding, one ``Report`` that holds them.

A report also says what was inspected: a check that looked at nothing is a violation, never a pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from html import escape


class Severity(StrEnum):
    """How bad a finding is; the names are those of SHACL 1.0 §2.1.4."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file (line and column, both from 1) or in a source (code points, from 0, end exclusive)."""

    file: str
    line: int | None = None
    column: int | None = None
    column_name: str = ""
    start: int | None = None
    end: int | None = None

    def __bool__(self) -> bool:
        """Return whether it is a place at all: what a whole site lacks stands in no file."""
        return bool(self.file)

    def __str__(self) -> str:
        if self.start is not None:
            return f"{self.file}:{self.start}-{self.end}"
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place} (column {self.column_name!r})" if self.column_name else place


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Attributes:
        code: stable name of the rule's family, such as ``CSV003`` or ``SHACL``.
        severity: see :class:`Severity`.
        message: what is wrong, in one sentence.
        hint: what to do about it.
        focus: IRI of the thing that the finding is about.
        path: IRI of the property, where one is at fault.
        value: the offending value as it stands.
        location: where it stands.
        rule: IRI or name of the rule or shape that found it.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    location: Location | None = None
    rule: str = ""

    def text(self) -> str:
        """Return the finding as a few lines for a person."""
        head = f"{self.severity}: {self.message} [{self.code}]"
        if self.location:
            head = f"{self.location}: {head}"
        details = (
            ("value", self.value),
            ("about", self.focus),
            ("property", self.path),
            ("remedy", self.hint),
        )
        return "\n".join([head, *(f"  {name}: {text}" for name, text in details if text)])

    def as_dict(self) -> dict[str, object]:
        """Return the finding for JSON: empty members left out."""
        return {key: value for key, value in asdict(self).items() if value not in ("", None)}


@dataclass(slots=True)
class Report:
    """Findings, with what was inspected to find them (a count for each name)."""

    inspected: dict[str, int] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True if something was inspected and no violation was found."""
        return bool(self.inspected) and not any(self.violations())

    def violations(self) -> Iterator[Diagnostic]:
        """Yield the findings that end a build."""
        return (found for found in self.findings if found.severity is Severity.VIOLATION)

    def add(self, *found: Diagnostic) -> None:
        """Append findings."""
        self.findings.extend(found)

    def count(self, name: str, number: int, of: str = "") -> None:
        """Note that ``number`` things called ``name`` were inspected; none at all is a violation."""
        self.inspected[name] = self.inspected.get(name, 0) + number
        if not number:
            self.add(_nothing_inspected(name, of))

    def merge(self, other: Report) -> Report:
        """Take in the findings and counts of another report; return ``self``."""
        for name, number in other.inspected.items():
            self.inspected[name] = self.inspected.get(name, 0) + number
        self.findings.extend(other.findings)
        self.not_run.update(other.not_run)
        return self

    def text(self) -> str:
        """Return the whole report for a person: findings first, then what was inspected."""
        return "\n".join([*(found.text() for found in self.findings), *self.summary()])

    def summary(self) -> list[str]:
        """Return the closing lines: what was inspected, what did not run, how many findings."""
        looked = ", ".join(f"{number:,} {name}" for name, number in self.inspected.items()) or "nothing"
        skipped = [f"not run: {name} ({why})" for name, why in self.not_run.items()]
        return [f"inspected {looked}", *skipped, f"{_tally(self.findings)}"]

    def _repr_html_(self) -> str:
        """Return the report as HTML, for notebooks: the summary, then a table of the findings."""
        rows = "".join(
            f"<tr><td>{found.severity}</td><td>{found.code}</td><td>{escape(str(found.location or found.focus))}</td>"
            f"<td>{escape(found.message)}</td><td>{escape(found.value)}</td><td>{escape(found.hint)}</td></tr>"
            for found in self.findings
        )
        summary = "<br>".join(escape(line) for line in self.summary())
        return f"<p>{summary}</p><table>{rows}</table>" if rows else f"<p>{summary}</p>"

    def jsonl(self) -> str:
        """Return one JSON object a line: the findings, then a summary."""
        rows: list[dict[str, object]] = [found.as_dict() for found in self.findings]
        rows.append({"ok": self.ok, "inspected": self.inspected, "not_run": self.not_run})
        return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def _nothing_inspected(name: str, of: str) -> Diagnostic:
    return Diagnostic(
        code="EMPTY",
        severity=Severity.VIOLATION,
        message=f"nothing was inspected: 0 {name}" + (f" in {of}" if of else ""),
        hint="a check that looked at nothing proves nothing: see that the files are where comity.toml says",
        rule="zero-inspected",
    )


def _tally(findings: Iterable[Diagnostic]) -> str:
    counts = dict.fromkeys(Severity, 0)
    for found in findings:
        counts[found.severity] += 1
    named = [f"{number} {name}{'s' if number != 1 else ''}" for name, number in counts.items() if number]
    return ", ".join(named) or "no findings"
