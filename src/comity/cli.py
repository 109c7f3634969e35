"""The ``comity`` command. A verb's wing is imported when the verb is called, so that ``--help`` stays quick."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity import __version__
from comity.core.errors import ComityError, FindingsError, UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from comity.core.diagnostics import Report
    from comity.core.progress import Progress
    from comity.core.project import Project
    from comity.store.answers import Table
    from comity.store.dataset import Dataset

WELCOME = """\
Comity turns tables and ontologies into a linked-data site in which every statement shows its evidence.

First steps:
  comity build        convert, check and publish the project here into build/site
  comity serve        look at it in the browser, and ask it SPARQL
  comity query        see the example questions; comity query NAME answers one
  comity --help       everything else
"""


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


def main() -> None:
    """Run the command and exit with its code: 0 clean, 1 findings, 2 usage, 3 could not run."""
    try:
        code = cli(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)  # click hands the code of an Exit back
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except ComityError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _complain(error: ComityError) -> None:
    click.echo(click.style("error: ", fg="red", bold=True) + error.message, err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)


@click.group(cls=Command, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
@click.option(
    "--project", "folder", type=click.Path(path_type=Path, file_okay=False), envvar="COMITY_PROJECT",
    help="The project's folder; otherwise the nearest one with a comity.toml, from here upwards.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, folder: Path | None) -> None:
    """Turn tables and ontologies into a linked-data site in which every statement shows its evidence."""
    ctx.obj = folder
    if ctx.invoked_subcommand is None:
        click.echo(WELCOME)


def _project(ctx: click.Context) -> Project:
    from comity.core.project import find_project, load_project

    return load_project(ctx.obj if ctx.obj else find_project(Path.cwd()))


def _dataset(project: Project) -> Dataset:
    """Return the built dataset of a project; convert it where it has not been built yet."""
    from comity.conversion.project import convert
    from comity.model.ontology import declared_prefixes, load_ontology
    from comity.store.dataset import load_dataset

    built = project.build / "site" / "data" / "dataset.nq"
    if built.is_file():
        return load_dataset(built, declared_prefixes(load_ontology(project)))
    return convert(project).dataset


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of text.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print findings only.")


def _show(report: Report, *, as_json: bool, quiet: bool = False) -> None:
    """Print a report; end with exit code 1 if it holds a violation."""
    if as_json:
        click.echo(report.jsonl(), nl=False)
    else:
        from comity.core.diagnostics import Severity

        colours = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
        for found in report.findings:
            click.echo(_coloured(found.text(), found.severity, colours[found.severity]), err=True)
        if not quiet:
            click.echo("\n".join(report.summary()), err=True)
    if not report.ok:
        raise click.exceptions.Exit(FindingsError.exit_code)


def _coloured(text: str, word: str, colour: str) -> str:
    return text.replace(f"{word}:", click.style(f"{word}:", fg=colour, bold=True), 1)


@cli.command()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@json_option
@quiet_option
@click.pass_context
def build(ctx: click.Context, *, force: bool, as_json: bool, quiet: bool) -> None:
    """Convert, check and publish the project into build/site.

    With findings nothing is written: the site of before stays as it was.
    """
    from comity.publishing.build import build as run

    project = _project(ctx)
    with _progress(show=not (as_json or quiet)) as progress:
        summary = run(project, progress, force=force)
    if not summary.report.ok:
        _show(summary.report, as_json=as_json, quiet=quiet)
    if as_json:
        click.echo(json.dumps({"unchanged": summary.unchanged, **summary.counts}))
    elif not quiet:
        _tell_build(summary.counts, project.relative(summary.site), unchanged=summary.unchanged)


def _tell_build(counts: dict[str, int], site: str, *, unchanged: bool) -> None:
    numbers = {name: f"{number:,}" for name, number in counts.items()}
    click.echo("Nothing has changed since the last build:" if unchanged else "Built:")
    click.echo("  read     {tables} tables, {rows} rows".format(**numbers))
    click.echo("  holds    {statements} statements, {facts} facts, {quads} quads".format(**numbers))
    click.echo(f"  site     {numbers['pages']} pages, {numbers['files']} files in {site}")
    click.echo("Next: `comity serve` (or `make serve`) shows it; `comity query` lists questions to ask.")


@cli.command()
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="File; otherwise standard output.")
@click.pass_context
def convert(ctx: click.Context, out: Path | None) -> None:
    """Turn the project's ontology and tables into N-Quads: statements, records, facts."""
    from comity.conversion.project import convert as run
    from comity.core.output import write_file
    from comity.core.rdf import serialise_quads

    conversion = run(_project(ctx))
    if not conversion.report.ok:
        _show(conversion.report, as_json=False)
    content = serialise_quads(conversion.dataset.quads)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        write_file(out, content)
        click.echo(f"{len(conversion.dataset.quads):,} quads in {out}", err=True)


@cli.command()
@json_option
@quiet_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool, quiet: bool) -> None:
    """Check tables, references, provenance, shapes, hygiene and consistency; write nothing."""
    from comity.checking.project import check as run
    from comity.conversion.project import convert as read

    project = _project(ctx)
    with _progress(show=not (as_json or quiet)) as progress:
        progress.step("Converting tables")
        conversion = read(project)
        progress.step("Checking")
        report = run(project, conversion)
    _show(report, as_json=as_json, quiet=quiet)


@cli.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the built dataset.")
@click.pass_context
def query(ctx: click.Context, name: str | None, form: str, endpoint: str | None) -> None:
    """Answer an example question by NAME, a .rq file, or a query from standard input (-).

    Without NAME, list the questions.
    """
    project = _project(ctx)
    if name is None:
        _list_queries(project)
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
    _print_answer(answer, form, {**prefixes, "": project.base})


def _list_queries(project: Project) -> None:
    from comity.model.queries import load_queries

    for found in load_queries(project.queries / "examples"):
        click.echo(f"{click.style(found.name, bold=True)}\n  {found.said('question')}")


def _query_text(project: Project, name: str) -> str:
    from comity.model.queries import load_queries, load_query

    if name == "-":
        return sys.stdin.read()
    if name.endswith(".rq"):
        return load_query(Path(name)).text
    named = {found.name: found.text for found in load_queries(project.queries / "examples")}
    if name not in named:
        raise UnknownName("query", name, named)
    return named[name]


def _print_answer(answer: Table, form: str, namespaces: dict[str, str]) -> None:
    if form == "csv":
        click.echo(answer.csv(), nl=False)
    elif form == "json":
        click.echo(answer.json(), nl=False)
    else:
        _print_table(answer, namespaces)


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
    click.echo(f"{len(answer.rows):,} rows", err=True)


@cli.command()
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file that `comity convert` wrote; otherwise the project is converted now.",
)  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the site; otherwise build/site.",
)
@click.pass_context
def publish(ctx: click.Context, data: Path | None, out: Path | None) -> None:
    """Write the site of a converted dataset: a page and four RDF files for every IRI."""
    from comity.conversion.project import convert as read
    from comity.model.ontology import declared_prefixes, load_ontology, load_shapes
    from comity.model.queries import load_queries
    from comity.publishing.site import publish as run
    from comity.store.dataset import load_dataset

    project = _project(ctx)
    if data is None:
        conversion = read(project)
        if not conversion.report.ok:
            _show(conversion.report, as_json=False)
        dataset = conversion.dataset
    else:
        dataset = load_dataset(data, declared_prefixes(load_ontology(project)))
    queries = load_queries(project.queries / "examples")
    target = out or project.build / "site"
    with _progress(show=True) as progress:
        summary = run(project, dataset, queries, load_shapes(project), target, progress)
    click.echo(f"{summary.pages:,} pages, {summary.files:,} files in {project.relative(target)}", err=True)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, help="0 takes any free port and says which.")
@click.option("--timeout", default=10.0, show_default=True, help="Seconds after which a query is stopped.")
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, timeout: float) -> None:
    """Serve the built site with content negotiation, and a read-only SPARQL endpoint at /sparql."""
    from comity.serving.server import serve as run

    project = _project(ctx)
    site = project.build / "site"
    if not site.is_dir():
        raise UsageError(f"{project.relative(site)} is not there yet", "run `comity build` (or `make site`) first")
    run(site, host, port, base=project.base, timeout=timeout)


@cli.group(cls=Command)
def sources() -> None:
    """The sources: list them, re-verify passages against their texts, describe a new passage."""


@sources.command("list")
@click.pass_context
def sources_list(ctx: click.Context) -> None:
    """List the sources with their statements and passages."""
    from comity.checking.passages import source_rows

    for iri, label, statements, passages in source_rows(_dataset(_project(ctx))):
        click.echo(f"{click.style(label, bold=True)}\n  {iri}\n  {statements} statements, {passages} passages")


@sources.command("verify")
@click.option(
    "--text", "folder", required=True, type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the sources' texts.",
)  # fmt: skip
@json_option
@quiet_option
@click.pass_context
def sources_verify(ctx: click.Context, folder: Path, *, as_json: bool, quiet: bool) -> None:
    """Re-read every passage in the sources' texts and compare words and digests."""
    from comity.checking.passages import coverage, verify_passages

    dataset = _dataset(_project(ctx))
    report = verify_passages(dataset, folder)
    if not (as_json or quiet):
        for name, share in coverage(dataset, folder).items():
            click.echo(f"{name}: {share:.0%} of its characters lie in a passage")
    _show(report, as_json=as_json, quiet=quiet)


@sources.command("passage")
@click.argument("source")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.option(
    "--text", "file", required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The source's text.",
)  # fmt: skip
def sources_passage(source: str, start: int, end: int, file: Path) -> None:
    """Print the row of passages.csv for the characters START to END of a source's text."""
    from comity.checking.passages import passage_row, read_text

    click.echo(passage_row(source, read_text(file), start, end), nl=False)


@cli.group(cls=Command)
def link() -> None:
    """The mappings to other vocabularies: write the alignments they make, check them against the vocabularies."""


@link.command("write")
@click.pass_context
def link_write(ctx: click.Context) -> None:
    """Write ontology/alignments anew: the signed axioms and the matches between concepts."""
    from comity.model.mappings import write_alignments

    for name, triples in write_alignments(_project(ctx)).items():
        click.echo(f"{name}: {triples} triples")


@link.command("check")
@click.option(
    "--vocab", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the foreign vocabularies that the headers of the mapping sets name.",
)  # fmt: skip
@json_option
@quiet_option
@click.pass_context
def link_check(ctx: click.Context, folder: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Check the mapping sets; with --vocab also that their objects exist and that they entail nothing absurd."""
    from comity.checking.mappings import check_mappings
    from comity.conversion.project import convert as read
    from comity.model.mappings import alignments_folder, asserted_triples, load_mappings

    project = _project(ctx)
    with _progress(show=not (as_json or quiet)) as progress:
        progress.step("Checking mappings")
        dataset = read(project).dataset
        sets = load_mappings(project)
        report = check_mappings(sets, dataset, asserted_triples(project), alignments_folder(project), folder)
    _show(report, as_json=as_json, quiet=quiet)


@cli.group(cls=Command)
def store() -> None:
    """The dataset: what it holds, and a copy of it as an Oxigraph store on disk."""


@store.command("info")
@json_option
@click.pass_context
def store_info(ctx: click.Context, *, as_json: bool) -> None:
    """Say how many quads each graph holds."""
    dataset = _dataset(_project(ctx))
    sizes = {str(getattr(graph, "value", "default graph")): len(quads) for graph, quads in dataset.by_graph.items()}
    if as_json:
        click.echo(json.dumps(sizes, indent=2, sort_keys=True))
        return
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"{size:7,}  {name}")


@store.command("save")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def store_save(ctx: click.Context, folder: Path) -> None:
    """Write the dataset as an Oxigraph store into FOLDER, which must not exist yet."""
    from comity.store.dataset import save_store

    dataset = _dataset(_project(ctx))
    save_store(dataset, folder)
    click.echo(f"{len(dataset.quads):,} quads in {folder}", err=True)


def _progress(*, show: bool) -> AbstractContextManager[Progress]:
    """Return a listener as a context manager: rich's on a terminal, otherwise a silent one."""
    from contextlib import nullcontext

    from comity.core.progress import Silent

    if not (show and sys.stderr.isatty()):
        return nullcontext(Silent())
    return _rich_progress()


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
