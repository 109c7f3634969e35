"""The ``comity`` command. A verb's wing is imported when the verb is called, so that ``--help`` stays quick."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from comity import __version__
from comity.core.errors import CannotRun, ComityError, FindingsError, UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from pyoxigraph import Quad

    from comity.core.diagnostics import Diagnostic, Report
    from comity.core.progress import Progress
    from comity.core.project import Project
    from comity.publishing.audit import Audit
    from comity.publishing.build import BuildSummary
    from comity.store.answers import Table
    from comity.store.dataset import Dataset

WELCOME = """\
Comity turns tables and ontologies into a linked-data site in which every statement shows its evidence.

First steps:
  comity init DIR     begin a project of your own
  comity build        convert, check and publish the project here into build/site
  comity serve        look at it in the browser, and ask it SPARQL
  comity query        see the example questions; comity query NAME answers one
  comity --help       everything else
"""
Verb = TypeVar("Verb", bound=Callable[..., None])


class Command(click.Group):
    """A group that suggests the nearest verb for a misspelt one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one may be meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            problem = UnknownName("verb", args[0], self.list_commands(ctx))
            raise click.UsageError(f"{problem.message}: {problem.hint}", ctx)
        return super().resolve_command(ctx, args)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:  # noqa: ANN401  # as click's own
        """Read the command line; ``--help`` prints already here."""
        with _readers_may_leave():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click's own
        """Call the verb, and write out what it printed."""
        with _readers_may_leave():
            returned = super().invoke(ctx)
            sys.stdout.flush()
        return returned


@contextmanager
def _readers_may_leave() -> Iterator[None]:
    """End in peace where the reader of the output has gone (``| head``): click would exit with 1, as for a finding."""
    try:
        yield
    except BrokenPipeError:
        _nobody_reads()
        raise click.exceptions.Exit(0) from None


def _nobody_reads() -> None:
    """Send what is still to be written to nowhere, so that Python does not complain when it ends."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command and exit with its code: 0 clean, 1 findings, 2 usage, 3 could not run."""
    import signal

    signal.signal(signal.SIGTERM, _stopped)
    try:
        code = cli(standalone_mode=False)
        sys.stdout.flush()
    except SystemExit:  # of _stopped: nothing else here ends so
        click.echo("stopped", err=True)
        raise
    except click.ClickException as error:
        error.show()
        sys.exit(UsageError.exit_code)
    except ComityError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _nobody_reads()
        sys.exit(0)
    except OSError as error:  # of a file that no verb foresees
        if error.filename is None:
            raise
        hint = "see that the path is the one you mean, and that whoever runs this may read and write it"
        _complain(CannotRun(f"{error.filename}: {error.strerror}", hint))
        sys.exit(CannotRun.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)  # click hands the code of an Exit back


def _stopped(number: int, _: object) -> None:
    """End as Ctrl-C does, with what was begun put away: a signal that just kills leaves folders and workers behind.

    Nothing is written here: the signal may have come in the middle of a line.
    """
    sys.exit(128 + number)


def _complain(error: ComityError) -> None:
    click.echo(_styled("error: ", fg="red", bold=True) + error.message, err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)


def _styled(text: str, **style: Any) -> str:  # noqa: ANN401  # as click.style itself
    """Style a text for a terminal, unless NO_COLOR (no-color.org) is set; click strips it where no terminal is."""
    import os

    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


@dataclass(frozen=True, slots=True)
class Session:
    """What the options before the verb say."""

    folder: Path | None
    settings: tuple[str, ...]

    def project_or_none(self) -> Project | None:
        """Load the project that is meant, for a verb that does without if there is none."""
        from comity.core.project import FILE_NAME

        here = Path.cwd().resolve()
        standing = self.folder or any((folder / FILE_NAME).is_file() for folder in (here, *here.parents))
        return self.project() if standing else None

    def project(self) -> Project:
        """Load the project that is meant.

        Raises:
            ConfigError: if there is none, or its settings will not do.
        """
        from comity.core.project import find_project, load_project

        return load_project(self.folder or find_project(Path.cwd()), self.settings)


@dataclass(frozen=True, slots=True)
class Voice:
    """How a verb speaks: as text or JSON, quietly or at length."""

    json: bool
    quiet: bool
    verbose: bool

    def progress(self) -> AbstractContextManager[Progress]:
        """Return a listener as a context manager: rich's on a terminal, otherwise a silent one."""
        from contextlib import nullcontext

        from comity.core.progress import Silent

        if self.json or self.quiet or not sys.stderr.isatty():
            return nullcontext(Silent())
        return _rich_progress()

    def tell(self, text: str) -> None:
        """Say something that is no result: to standard error, unless quiet or JSON is asked for."""
        if not (self.json or self.quiet):
            click.echo(text, err=True)

    def give(self, data: object, text: Callable[[], Iterable[str]]) -> None:
        """Print a result: as JSON, or as lines of text."""
        if self.json:
            click.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))
        else:
            for line in text():
                click.echo(line)

    def report(self, report: Report, form: str = "text") -> None:
        """Print a report; end with exit code 1 if it holds a violation."""
        if form == "text" and not self.json:
            self._report_text(report)
        else:
            click.echo(_report_in(report, "jsonl" if form == "text" else form), nl=False)
        if not report.ok:
            raise click.exceptions.Exit(FindingsError.exit_code)

    def _report_text(self, report: Report) -> None:
        from comity.core.diagnostics import Severity

        colours = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
        for found in report.findings:
            if self.verbose or found.severity is not Severity.INFO:
                click.echo(_coloured(found, colours[found.severity]), err=True)
        if not self.quiet:
            click.echo("\n".join(report.summary()), err=True)


def _report_in(report: Report, form: str) -> str:
    from comity.core.reporting import sarif, shacl

    if form == "sarif":
        return sarif(report, __version__)
    return shacl(report) if form == "shacl" else report.jsonl()


def _coloured(found: Diagnostic, colour: str) -> str:
    word = f"{found.severity}:"
    return found.text().replace(word, _styled(word, fg=colour, bold=True), 1)


def speaking(verb: Verb) -> Verb:
    """Give a verb the options ``--json``, ``--quiet`` and ``--verbose``, and hand them over as a :class:`Voice`."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text.")
    @click.option("-q", "--quiet", is_flag=True, help="Print results and findings only.")
    @click.option("-v", "--verbose", is_flag=True, help="Print more: notes beside findings, and what was done.")
    @functools.wraps(verb)
    def with_voice(*arguments: Any, as_json: bool, quiet: bool, verbose: bool, **options: Any) -> None:  # noqa: ANN401
        verb(*arguments, voice=Voice(as_json, quiet, verbose), **options)

    # click keeps the lines of a paragraph that begins with this character; the docstrings are raw, and spell it out
    with_voice.__doc__ = (verb.__doc__ or "").replace("\\b", "\b")
    return with_voice  # type: ignore[return-value]  # the same verb with other options


report_format = click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "sarif", "shacl"]), default="text", show_default=True,
    help="Form of the report: text, JSON lines, SARIF 2.1.0, or a SHACL validation report in Turtle.",
)  # fmt: skip


@click.group(cls=Command, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
@click.option(
    "--project", "folder", type=click.Path(path_type=Path, file_okay=False), envvar="COMITY_PROJECT",
    help="The project's folder; otherwise the nearest one with a comity.toml, from here upwards.",
)  # fmt: skip
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE",
    help="Set a key of comity.toml for this run; may repeat. COMITY_KEY in the environment does the same.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, folder: Path | None, settings: tuple[str, ...]) -> None:
    """Turn tables and ontologies into a linked-data site in which every statement shows its evidence.

    Exit codes: 0 clean, 1 findings, 2 usage, 3 could not run.
    """
    ctx.obj = Session(folder, settings)
    if ctx.invoked_subcommand is None:
        click.echo(WELCOME)


session = click.make_pass_decorator(Session)


def _dataset(project: Project) -> Dataset:
    """Return the built dataset of a project; convert it where it has not been built yet."""
    from comity.conversion.project import convert
    from comity.model.ontology import declared_prefixes, load_ontology
    from comity.store.dataset import load_dataset

    built = project.build / "site" / "data" / "dataset.nq"
    if built.is_file():
        return load_dataset(built, declared_prefixes(load_ontology(project)))
    conversion = convert(project)
    if not conversion.report.ok:
        raise FindingsError("the tables hold findings", "comity check names them")
    return conversion.dataset


# -- making and building -------------------------------------------------------------------------------------------


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base", default="https://example.org/", show_default=True, help="IRI under which its things are named.")
@click.option("--title", default="Reading Room", show_default=True, help="The name of the site.")
@speaking
def init(folder: Path, base: str, title: str, voice: Voice) -> None:
    r"""Begin a new project in FOLDER: a small catalogue that builds, checks and serves at once.

    \b
    Examples:
      comity init catalogue
      comity init rivers --base https://example.org/rivers/ --title Rivers
    """
    import shlex

    from comity.core.starter import start_project

    written = [str(path) for path in start_project(folder, base, title)]
    voice.give(written, lambda: written if voice.verbose else [])
    voice.tell(f"{len(written)} files in {folder}\nNext: cd {shlex.quote(str(folder))} && comity build && comity serve")


@cli.command()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@report_format
@speaking
@session
def build(here: Session, *, force: bool, form: str, voice: Voice) -> None:
    r"""Convert, check and publish the project into build/site.

    With findings nothing is written: the site of before stays as it was.

    \b
    Examples:
      comity build
      comity build --format sarif > findings.sarif
      comity --set base=http://localhost:8080/ build
    """
    from comity.publishing.build import build as run

    project = here.project()
    with voice.progress() as progress:
        summary = run(project, progress, force=force)
    if not summary.report.ok or form != "text":
        voice.report(summary.report, form)
        return
    counts = {"unchanged": summary.unchanged, **summary.counts}
    lines = _build_lines(project, summary)
    voice.give(counts, lambda: [] if voice.quiet else lines)
    if voice.verbose:
        click.echo("\n".join(summary.report.summary()), err=True)


def _build_lines(project: Project, summary: BuildSummary) -> list[str]:
    numbers = {name: f"{number:,}" for name, number in summary.counts.items()}
    site = project.relative(summary.site)
    make = " (or `make serve`)" if (project.root / "Makefile").is_file() else ""  # a project of `comity init` has none
    return [
        "Nothing has changed since the last build:" if summary.unchanged else "Built:",
        "  read     {tables} tables, {rows} rows".format(**numbers),
        "  holds    {statements} statements, {facts} facts, {quads} quads".format(**numbers),
        f"  site     {numbers['pages']} pages, {numbers['files']} files in {site}",
        f"Next: `comity serve`{make} shows it; `comity query` lists questions to ask.",
    ]


@cli.command()
@click.argument("what", nargs=-1, metavar="[FILE…|sparql URL]")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="File, not standard output.")
@click.option("--key", default="", help="What the IRIs of one file are made of, instead of its name.")
@click.option("--quote", is_flag=True, help="Give the whole text of each passage: only where you may.")
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that files are shared among."
)
@click.option(
    "--dask", "cluster", metavar="ADDRESS", default="", help="Scheduler of machines that files are shared among."
)
@click.option("--query", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="For sparql: a CONSTRUCT.")
@click.option(
    "--page",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="For sparql: solutions asked for at a time.",
)
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    help="For sparql: seconds within which a page must have come.",
)
@click.option(
    "--tries",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="For sparql: how often a page is asked for, with longer and longer waits.",
)
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), default=Path("build/endpoints"), show_default=True,
    help="For sparql: folder of what was fetched.",
)  # fmt: skip
@speaking
@session
def convert(
    here: Session, what: tuple[str, ...], out: Path | None, key: str, quote: bool, workers: int, cluster: str,
    query: Path | None, page: int, timeout: int, tries: int, keep: Path, voice: Voice,
) -> None:  # fmt: skip
    r"""Turn something into N-Quads: the project's ontology and tables, files with texts, or a SPARQL endpoint.

    A file is plain text, Markdown, HTML, PDF, DOCX, Formex 4 or Akoma Ntoso 3.

    \b
    Examples:
      comity convert | grep called-for
      comity convert -o everything.nq
      comity convert texts/charter.pdf -o charter.nq
      comity convert texts/*.pdf --dask tcp://scheduler.example:8786 -o everything.nq
      comity convert sparql https://example.org/sparql --query all.rq -o theirs.nq
    """
    if what and what[0] == "sparql":
        _convert_endpoint(here, what[1:], query, keep, out, voice, page=page, timeout=timeout, tries=tries)
    elif query:
        raise UsageError("--query is for an endpoint", "comity convert sparql URL --query all.rq")
    elif what:
        paths = [Path(name) for name in what]
        if key and len(paths) > 1:
            raise UsageError("--key names one file", "convert the files one by one")
        if cluster and workers > 1:
            raise UsageError("--workers and --dask exclude each other", "the scheduler knows its workers")
        _convert_files(here, paths, out, voice, key=key, quote=quote, workers=workers, cluster=cluster)
    else:
        _convert_project(here, out, voice)


def _convert_project(here: Session, out: Path | None, voice: Voice) -> None:
    from comity.conversion.project import convert as run

    conversion = run(here.project())
    if not conversion.report.ok:
        voice.report(conversion.report)
    _write_quads(conversion.dataset.quads, out, conversion.counts, voice, conversion.dataset.tags)


def _convert_files(here: Session, paths: list[Path], out: Path | None, voice: Voice, **options: Any) -> None:  # noqa: ANN401
    from comity.checking.documents import convert_documents

    project = here.project()
    quads, report = convert_documents(project, _dataset(project), paths, **options)
    if quads:
        _write_quads(quads, out, dict(report.inspected), voice)
    voice.report(report)


def _convert_endpoint(
    here: Session,
    words: tuple[str, ...],
    query: Path | None,
    keep: Path,
    out: Path | None,
    voice: Voice,
    **options: int,
) -> None:
    from comity.conversion.endpoints import Request, endpoint_quads, fetch
    from comity.core.input import read_utf8

    if len(words) != 1 or query is None:
        raise UsageError("sparql needs one URL and --query FILE", "comity convert sparql URL --query all.rq")
    base = here.project().base
    request = Request(words[0], read_utf8(query), **options)
    answer = fetch(request, keep)
    kept = f" ({answer.kept:,} of an earlier run)" if answer.kept else ""
    voice.tell(f"{answer.triples:,} triples on {answer.pages:,} pages{kept}, saved in {answer.path}")
    quads = list(endpoint_quads(answer, request, base))
    counts = {"pages": answer.pages, "triples": answer.triples, "source": str(answer.path), "sha256": answer.sha256}
    _write_quads(quads, out, counts, voice)


def _write_quads(
    quads: list[Quad],
    out: Path | None,
    counts: Mapping[str, object],
    voice: Voice,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write quads to a file and tell their counts, or to standard output."""
    from comity.core.output import write_file
    from comity.core.rdf import serialise_quads

    content = serialise_quads(quads, tags or {})
    if out is None:
        sys.stdout.buffer.write(content)
        return
    write_file(out, content)
    voice.give({**counts, "file": str(out)}, list)
    voice.tell(f"{len(quads):,} quads in {out}")


@cli.command()
@report_format
@speaking
@session
def check(here: Session, *, form: str, voice: Voice) -> None:
    r"""Check tables, references, provenance, shapes, hygiene and consistency; write nothing.

    \b
    Examples:
      comity check
      comity check --json | jq .message
      comity check --format sarif > findings.sarif
    """
    from comity.checking.project import check as run
    from comity.conversion.project import convert as read

    project = here.project()
    with voice.progress() as progress:
        progress.step("Converting tables")
        conversion = read(project)
        progress.step("Checking")
        report = run(project, conversion)
    voice.report(report, form)


@cli.command()
@click.argument("site", required=False, metavar="[DIR|URL]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File for the outcome as Turtle.")
@click.option("--pages", default=300, show_default=True, help="Of a URL: pages to read.")
@click.option("--seconds", default=120.0, show_default=True, help="Of a URL: time to take.")
@report_format
@speaking
@session
def audit(
    here: Session, site: str | None, out: Path | None, pages: int, seconds: float, form: str, voice: Voice
) -> None:
    r"""Audit a site: links, RDF, answers to clients, accessibility, sizes, counts, terms, FAIR tests of the ontology.

    Without DIR or URL it is build/site of the project, and the next build shows the outcome. A URL is read along its
    links as far as --pages and --seconds allow, and never left. The outcome names the site by its digest or address.

    \b
    Examples:
      comity audit
      comity audit public --out audit.ttl
      comity audit http://localhost:8080/ --pages 50
    """
    from comity.core.output import write_file
    from comity.publishing import audit as auditing
    from comity.publishing.audited import Bounds
    from comity.publishing.fairness import summary

    if site and site.startswith(("http://", "https://")):
        found = auditing.audit_served(site, Bounds(pages, seconds))
    else:
        found = _audit_folder(here, Path(site) if site else None)
    if out:
        write_file(out, dict(auditing.audit_files(found.record()))["audit.ttl"])
    if found.fair:
        voice.tell("\n".join(summary(found.fair)))
    voice.report(found.report, form)


def _audit_folder(here: Session, folder: Path | None) -> Audit:
    from comity.publishing import audit as auditing
    from comity.serving.asking import asking

    project = None if folder else here.project()
    site = folder or here.project().build / "site"
    if not site.is_dir():
        raise UsageError(f"{site} is no folder", "run `comity build` first, or name a folder or an address")
    found = auditing.audit(site, asking(site, auditing.base_of(site)))
    if project:
        auditing.write_record(project, found)
    return found


def _publish_files(files: tuple[Path, ...], base: str | None, out: Path | None, voice: Voice) -> None:
    from comity.publishing.foreign import publish_files

    if base is None or out is None:
        raise UsageError("files need --base IRI and --out DIR", "say what their IRIs begin with, and where to write")
    with voice.progress() as progress:
        summary = publish_files(files, base, out, progress)
    voice.give({"pages": summary.pages, "files": summary.files, "changed": summary.changed}, list)
    voice.tell(f"{summary.pages:,} pages, {summary.files:,} files in {out}")


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file that `comity convert` wrote; otherwise the project is converted now.",
)  # fmt: skip
@click.option("--base", metavar="IRI", help="What the IRIs in FILES begin with; ends in # or /.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the site, not build/site: new, empty, or of a site that goes.",
)  # fmt: skip
@speaking
@session
def publish(
    here: Session, files: tuple[Path, ...], data: Path | None, base: str | None, out: Path | None, voice: Voice
) -> None:
    r"""Write the site of a dataset: a page and four RDF files for every IRI.

    With FILES it is the site of any RDF, of any vocabulary, and no project is needed.

    \b
    Examples:
      comity publish --out public
      comity publish --data everything.nq --out public
      comity publish prov-o.ttl --base http://www.w3.org/ns/prov# --out public
    """
    if files:
        _publish_files(files, base, out, voice)
        return
    from comity.conversion.project import convert as read
    from comity.model.ontology import declared_prefixes, load_ontology, load_shapes
    from comity.model.queries import named_queries
    from comity.publishing.site import publish as run
    from comity.store.dataset import load_dataset

    project = here.project()
    if data is None:
        conversion = read(project)
        if not conversion.report.ok:
            voice.report(conversion.report)
        dataset = conversion.dataset
    else:
        dataset = load_dataset(data, declared_prefixes(load_ontology(project)))
    queries = named_queries(project).values()
    target = out or project.build / "site"
    with voice.progress() as progress:
        summary = run(project, dataset, queries, load_shapes(project), target, progress)
    voice.give({"pages": summary.pages, "files": summary.files, "changed": summary.changed}, list)
    voice.tell(f"{summary.pages:,} pages, {summary.files:,} files in {project.relative(target)}")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True,
    help="0 takes any free port and says which.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True,
    help="Seconds after which a query is stopped.",
)  # fmt: skip
@speaking
@session
def serve(here: Session, host: str, port: int, timeout: float, voice: Voice) -> None:
    r"""Serve the built site with content negotiation, and a read-only SPARQL endpoint at /sparql.

    \b
    Examples:
      comity serve
      comity serve --port 0
    """
    from comity.serving.server import leave
    from comity.serving.server import serve as run

    project = here.project()
    site = project.build / "site"
    if not site.is_dir():
        raise UsageError(f"{project.relative(site)} is not there yet", "run `comity build` first")
    announce = (lambda line: voice.give({"ready": line}, list)) if voice.json else click.echo
    run(site, host, port, base=project.base, timeout=timeout, announce=announce)
    leave()


# -- versions ------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("old")
@click.argument("new", required=False)
@speaking
@session
def diff(here: Session, old: str, new: str | None, voice: Voice) -> None:
    r"""Say which terms and statements differ between OLD and NEW: RDF files, or releases by name.

    Without NEW, OLD is compared with the project as it stands. Below the numbers stands what the changes ask of the
    ontology's version.

    \b
    Examples:
      comity diff old.ttl new.ttl
      comity diff 2026-11-22
    """
    from comity.store.changes import compare
    from comity.store.releases import read_release

    project = here.project_or_none()
    after = read_release(project, new) if new else _current(here.project())
    changes = compare(read_release(project, old), after)
    voice.give(changes.as_dict(), changes.markdown)


def _current(project: Project) -> Dataset:
    from comity.conversion.project import convert as read

    return read(project).dataset


@cli.command()
@click.option("--date", help="Name of the release; otherwise today (UTC), or SOURCE_DATE_EPOCH.")
@click.option("--allow-dirty", is_flag=True, help="Release what is not committed, too.")
@report_format
@speaking
@session
def release(here: Session, date: str | None, *, allow_dirty: bool, form: str, voice: Voice) -> None:
    r"""Freeze the data under releases/DATE, list what changed, and move [Unreleased] in CHANGELOG.md there.

    The ontology's and the package's versions must be Semantic Versions that rise as the changes ask; with findings
    nothing is written.

    \b
    Examples:
      comity release
      comity release --date 2026-12-01
    """
    from comity.publishing.release import release as run
    from comity.publishing.release import today

    project = here.project()
    report, made = run(project, date or today(), allow_dirty=allow_dirty)
    if made is None:
        voice.report(report, form)
        return
    voice.give(made.as_dict(), list)
    voice.tell(f"{made.quads:,} quads frozen in {project.relative(made.folder)}")
    voice.tell("Next: commit it, and tag it with the date")


# -- asking ----------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the built dataset.")
@speaking
@session
def query(here: Session, name: str | None, form: str, endpoint: str | None, voice: Voice) -> None:
    r"""Answer a question of the project by NAME, a .rq file, or a query from standard input (-).

    Without NAME, list the questions.

    \b
    Examples:
      comity query
      comity query books-by-year --format csv
      echo 'SELECT * { ?s ?p ?o } LIMIT 5' | comity query -
    """
    project = here.project()
    if name is None:
        _list_queries(project, voice)
        return
    text = _query_text(project, name)
    if endpoint:
        from comity.store.endpoint import ask_endpoint

        answer = ask_endpoint(endpoint, text)
        prefixes: dict[str, str] = {}
    else:
        from comity.store.answers import ask

        dataset = _dataset(project)
        answer, prefixes = ask(dataset, text), dataset.prefixes
    _print_answer(answer, "json" if voice.json else form, {**prefixes, "": project.base}, voice)


def _list_queries(project: Project, voice: Voice) -> None:
    from comity.model.queries import named_queries

    found = named_queries(project).values()
    voice.give(
        {query.name: query.said("question") for query in found},
        lambda: [f"{_styled(query.name, bold=True)}\n  {query.said('question')}" for query in found],
    )


def _query_text(project: Project, name: str) -> str:
    from comity.core.input import as_utf8
    from comity.model.queries import load_query, named_queries

    if name == "-":
        return as_utf8(sys.stdin.buffer.read(), "standard input")
    if name.endswith(".rq"):
        return load_query(Path(name)).text
    named = named_queries(project)
    if name not in named:
        raise UnknownName("query", name, named)
    return named[name].text


def _print_answer(answer: Table, form: str, namespaces: dict[str, str], voice: Voice) -> None:
    if form == "csv":
        click.echo(answer.csv(), nl=False)
    elif form == "json":
        click.echo(answer.json(), nl=False)
    else:
        _print_table(answer, namespaces)
        voice.tell(f"{len(answer.rows):,} rows")


def _print_table(answer: Table, namespaces: dict[str, str]) -> None:
    """Print rows with IRIs shortened: by prefix, and without anything before it under the project's own base."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from comity.store.answers import plain

    def short(text: str) -> Text:
        fitting = [item for item in namespaces.items() if text.startswith(item[1]) and text != item[1]]
        prefix, namespace = max(fitting, key=lambda item: len(item[1]), default=("", ""))
        return Text(f"{prefix}:{text[len(namespace) :]}" if prefix else text[len(namespace) :])

    grid = Grid()
    for column in answer.columns:
        grid.add_column(column, overflow="fold")
    for row in answer.rows:
        grid.add_row(*(short(plain(node)) for node in row))
    Console().print(grid)


@cli.command()
@click.argument("what")
@click.option(
    "--text", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the sources' texts, for an IRI.",
)  # fmt: skip
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file that `comity convert` wrote, for an IRI in it.",
)  # fmt: skip
@speaking
@session
def explain(here: Session, what: str, folder: Path | None, data: Path | None, voice: Voice) -> None:
    r"""Say what a diagnostic code or a key of comity.toml stands for, or what an IRI is and the passages behind it.

    The IRI may be short: a path of the project's, or a name with a prefix. With --text the sentences are read anew.

    \b
    Examples:
      comity explain CSV003
      comity explain comity.toml
      comity explain id/statement/s1
      comity explain id/statement/s1 --text texts
      comity explain https://example.org/id/statement/s1 --text texts
    """
    if "/" in what or ":" in what:
        _explain_iri(here, what.removeprefix("<").removesuffix(">"), folder, data, voice)
        return
    from comity.core.catalogue import catalogue, entry
    from comity.core.project import FILE_NAME, KEYS, keys_table

    if what == FILE_NAME:
        keys = {name: item.metadata["what"] for name, item in KEYS.items()}
        voice.give(keys, lambda: [keys_table().rstrip()])
    elif what in KEYS:
        text = KEYS[what].metadata["what"]
        voice.give({what: text}, lambda: [f"{what}: {text}"])
    elif what.upper() not in catalogue():
        raise UnknownName("diagnostic code or key", what, [*catalogue(), *KEYS, FILE_NAME])
    else:
        found = entry(what)
        voice.give({name: getattr(found, name) for name in found.__slots__}, lambda: [found.text()])


def _explain_iri(here: Session, name: str, folder: Path | None, data: Path | None, voice: Voice) -> None:
    """Print what an IRI is, and each passage behind it: with the sentence around it, if there are texts to read.

    A passage that does not hold is a finding.
    """
    from comity.checking.explanation import account, evidence
    from comity.conversion.documents.lexicon import lexicon_folder
    from comity.store.dataset import load_dataset

    project = here.project()
    dataset = load_dataset(data, {}) if data else _dataset(project)
    iri = _whole(name, project.base, dataset.prefixes)
    found = evidence(dataset, iri, folder, lexicon_folder(project))
    keys = ("about", "says", "place", *(("sentence", "holds") if folder else ()))
    called, described = account(dataset, iri)
    itself = [] if folder else [{"about": iri, "label": called, "description": described}]
    voice.give(
        [*itself, *({key: getattr(one, key) for key in keys} for one in found)],
        lambda: [
            f"{called}\n  {described}" if described else called,
            *(
                f"{_styled(one.place, bold=True)}{f'  {one.says}' if one.says else ''}"
                + (f"\n  {one.sentence or one.fault}" if folder else "")
                for one in found
            ),
            *([] if found else ["no passage is behind it"]),
        ],
    )
    if not all(one.holds for one in found):
        raise click.exceptions.Exit(FindingsError.exit_code)


def _whole(name: str, base: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that a path under the base or a name with a prefix is short for."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return base + name.removeprefix("/")
    return prefixes[prefix] + local if prefix in prefixes else name


# -- sources and store -----------------------------------------------------------------------------------------------


@cli.group(cls=Command)
def sources() -> None:
    """The sources: list them, re-verify passages against their texts, describe a new passage."""


@sources.command("list")
@speaking
@session
def sources_list(here: Session, voice: Voice) -> None:
    r"""List the sources with their statements and passages.

    \b
    Examples:
      comity sources list
    """
    from comity.checking.passages import source_rows

    rows = list(source_rows(_dataset(here.project())))
    voice.give(
        [{"iri": row.iri, "label": row.label, "statements": row.statements, "passages": row.passages} for row in rows],
        lambda: [
            f"{_styled(row.label, bold=True)}\n  {row.iri}\n  {row.statements} statements, {row.passages} passages"
            for row in rows
        ],
    )


@sources.command("verify")
@click.option(
    "--text", "folder", required=True, type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the sources' texts.",
)  # fmt: skip
@report_format
@speaking
@session
def sources_verify(here: Session, folder: Path, form: str, voice: Voice) -> None:
    r"""Re-read every passage in the sources' texts and compare words and digests.

    \b
    Examples:
      comity sources verify --text texts
    """
    from comity.checking.passages import verified_rows, verify_passages

    dataset = _dataset(here.project())
    report = verify_passages(dataset, folder)
    for row in verified_rows(dataset, folder, report):
        voice.tell(
            f"{row.label}\n  {row.statements} statements, {row.passages} passages, "
            f"{row.covered or 0:.0%} of its characters in a passage, {row.failures} failures"
        )
    voice.report(report, form)


@sources.command("passage")
@click.argument("source")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.option(
    "--text", "file", required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The source's text.",
)  # fmt: skip
@speaking
@session
def sources_passage(here: Session, source: str, start: int, end: int, file: Path, voice: Voice) -> None:
    r"""Print the row of passages.csv for the characters START to END of a source's text.

    \b
    Examples:
      comity sources passage card-index 9 38 --text texts/card-index.txt >> data/tables/passages.csv
    """
    from comity.checking.passages import passage_row, read_text, source_rows
    from comity.conversion.project import convert as read

    # Read from the tables: a source that has only just got its row is in no build yet.
    keys = {row.iri.rpartition("/")[2] for row in source_rows(read(here.project()).dataset)}
    if source not in keys:
        raise UnknownName("source", source, keys)
    row = passage_row(source, read_text(file), start, end).rstrip("\n")
    voice.give(row, lambda: [row])


@sources.command("mentions")
@click.option(
    "--text", "folder", required=True, type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the sources' texts.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write the table mentions.csv of the project anew instead of printing it.")
@speaking
@session
def sources_mentions(here: Session, folder: Path, *, write: bool, voice: Voice) -> None:
    r"""Make the index of mentions: where the sources' texts name what the project knows, by its labels and aliases.

    \b
    Examples:
      comity sources mentions --text texts
      comity sources mentions --text texts --write
    """
    from comity.conversion.documents.index import TABLE, mention_index
    from comity.conversion.project import convert as read
    from comity.core.output import write_file

    project = here.project()
    table, report = mention_index(project, read(project).dataset, folder)
    if write and report.ok:
        write_file(project.tables / TABLE, table.encode())
        voice.tell(f"{table.count(chr(10)) - 1:,} rows in {project.relative(project.tables / TABLE)}")
    elif not write:
        voice.give(table, lambda: [table.rstrip("\n")])
    voice.report(report)


@sources.command("align")
@click.argument("left", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("right", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@speaking
@session
def sources_align(here: Session, left: Path, right: Path, voice: Voice) -> None:
    r"""Match the parts of two editions of one text: same, changed, moved, missing, added.

    \b
    Examples:
      comity sources align texts/charter-2024.txt texts/charter-2025.html
    """
    from comity.conversion.documents.alignment import align
    from comity.conversion.documents.lexicon import lexicon_folder, load_lexicon
    from comity.conversion.documents.reading import read_document
    from comity.conversion.documents.structure import structure

    lexicon = load_lexicon(lexicon_folder(here.project()))
    documents = [read_document(path, lexicon) for path in (left, right)]
    one, other = ((document, structure(document, lexicon)) for document in documents)
    pairs = align(one, other)
    keys = ("left", "right", "status", "likeness")
    voice.give(
        [{key: getattr(pair, key) for key in keys} for pair in pairs],
        lambda: [f"{pair.status:8} {pair.left or '-':30} {pair.right or '-':30} {pair.likeness:.2f}" for pair in pairs],
    )


@cli.group(cls=Command)
def link() -> None:
    """The mappings to other vocabularies: write the alignments they make, check them against the vocabularies."""


@link.command("write")
@speaking
@session
def link_write(here: Session, voice: Voice) -> None:
    r"""Write ontology/alignments anew: the signed axioms and the matches between concepts.

    \b
    Examples:
      comity link write
    """
    from comity.model.mappings import write_alignments

    written = write_alignments(here.project())
    voice.give(written, lambda: [f"{name}: {triples} triples" for name, triples in written.items()])


@link.command("check")
@click.option(
    "--vocab", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the foreign vocabularies that the headers of the mapping sets name.",
)  # fmt: skip
@report_format
@speaking
@session
def link_check(here: Session, folder: Path | None, form: str, voice: Voice) -> None:
    r"""Check the mapping sets; with --vocab also that their objects exist and that they entail nothing absurd.

    \b
    Examples:
      comity link check
      comity link check --vocab vocabularies
    """
    from comity.checking.mappings import check_mappings
    from comity.conversion.project import convert as read
    from comity.model.mappings import alignments_folder, asserted_triples, load_mappings

    project = here.project()
    with voice.progress() as progress:
        progress.step("Checking mappings")
        dataset = read(project).dataset
        sets = load_mappings(project)
        report = check_mappings(sets, dataset, asserted_triples(project), alignments_folder(project), folder)
    voice.report(report, form)


@cli.group(cls=Command)
def store() -> None:
    """The dataset: what it holds, and a copy of it as an Oxigraph store on disk."""


@store.command("info")
@speaking
@session
def store_info(here: Session, voice: Voice) -> None:
    r"""Say how many quads each graph holds.

    \b
    Examples:
      comity store info
    """
    dataset = _dataset(here.project())
    sizes = {str(getattr(graph, "value", "default graph")): len(quads) for graph, quads in dataset.by_graph.items()}
    ordered = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    voice.give(sizes, lambda: [f"{size:7,}  {name}" for name, size in ordered])


@store.command("save")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@speaking
@session
def store_save(here: Session, folder: Path, voice: Voice) -> None:
    r"""Write the dataset as an Oxigraph store into FOLDER, which must not exist yet.

    \b
    Examples:
      comity store save everything.oxigraph
    """
    from comity.store.dataset import save_store

    dataset = _dataset(here.project())
    save_store(dataset, folder)
    voice.give({"quads": len(dataset.quads), "folder": str(folder)}, list)
    voice.tell(f"{len(dataset.quads):,} quads in {folder}")


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@speaking
def completion(shell: str, voice: Voice) -> None:
    r"""Print the lines that make SHELL complete verbs and options of comity.

    \b
    Examples:
      comity completion bash >> ~/.bashrc
      comity completion fish > ~/.config/fish/completions/comity.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  # the three shells of the choice are click's own
    lines = kind(cli, {}, "comity", "_COMITY_COMPLETE").source()
    voice.give(lines, lambda: [lines])


def _rich_progress() -> AbstractContextManager[Progress]:
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    class Listener:
        def __init__(self, bars: Bars) -> None:
            self.bars = bars
            self.task: Any = None

        def step(self, name: str, total: int | None = None) -> None:
            if self.task is not None:
                self.bars.update(self.task, total=1, completed=1)
            self.task = self.bars.add_task(name, total=total)

        def advance(self, units: int = 1) -> None:
            self.bars.advance(self.task, units)

    @contextmanager
    def running() -> Iterator[Progress]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
            yield Listener(bars)

    return running()
