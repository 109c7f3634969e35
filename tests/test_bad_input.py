"""Whatever a user breaks: an error that names the file, the right exit code, no traceback, the old site untouched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.cli import cli
from comity.core.manifest import tree_digest
from comity.core.starter import start_project
from test_cli import comity

Break = Callable[[Path], object]


def write(name: str, content: bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(content)


def replace(name: str, old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def remove(name: str) -> Break:
    return lambda folder: shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()


BOOKS, STATEMENTS = "data/tables/books.csv", "data/tables/statements.csv"
META, TERMS, SHAPES = f"{BOOKS}-metadata.json", "ontology/library.ttl", "shapes/library.ttl"
REASON = "The card was written from the title page."
QUERY = "queries/examples/books-by-year.rq"

CASES: dict[str, tuple[Break, int, str]] = {
    "no table": (remove(BOOKS), 3, "books.csv"),
    "no description": (remove(META), 3, "books.csv"),
    "no ontology": (remove("ontology"), 3, "ontology"),
    "no shapes": (remove("shapes"), 3, "shapes"),
    "table is a folder": (lambda folder: ((folder / BOOKS).unlink(), (folder / BOOKS).mkdir()), 3, "books.csv"),
    "table is no UTF-8": (write(BOOKS, b"key,label,sources,grade\na,\xff,card-index,primary\n"), 3, "books.csv"),
    "table is empty": (write(BOOKS, b""), 3, "books.csv"),
    "table with an open quote": (write(BOOKS, b'key,label,sources,grade\na,"b,card-index,primary\n'), 3, "books.csv"),
    "table with NUL": (write(BOOKS, b"key,label,sources,grade\na,\0,card-index,primary\n"), 1, "books.csv"),
    "header only": (write(BOOKS, b"key,label,sources,grade\n"), 1, "books.csv"),
    "a column too many": (replace(BOOKS, "key,label", "key,label,colour"), 3, "colour"),
    "description is no JSON": (write(META, b"{"), 3, "books.csv-metadata.json"),
    "description is a list": (write(META, b"[]"), 3, "books.csv-metadata.json"),
    "description with an unknown key": (replace(META, '"primaryKey"', '"primaryKye"'), 3, "primaryKye"),
    "description with an unknown datatype": (replace(META, '"base": "string"', '"base": "text"'), 3, "'text'"),
    "description with a bad pattern": (replace(META, "[a-z0-9]+(-", "[a-z0-9+(-"), 3, "books.csv-metadata.json"),
    "foreign key to no table": (replace(META, '"resource": "sources.csv"', '"resource": "no.csv"'), 3, "no.csv"),
    "ontology with a syntax error": (replace(TERMS, ":Book a", ":Book b"), 3, "library.ttl:"),
    "ontology is no UTF-8": (write(TERMS, b"\xff"), 3, "library.ttl"),
    "shape with a syntax error": (replace(SHAPES, "sh:order 1 ;", "sh:order 1 1 ;"), 3, "library.ttl:"),
    "shape that is none": (replace(SHAPES, "sh:minCount 1", 'sh:minCount "one"'), 3, "shape"),
    "query with a syntax error": (replace(QUERY, "WHERE {", "WHERE ("), 2, "books-by-year"),
    "query with an unknown header": (replace(QUERY, "# why:", "# wy:"), 3, "wy"),
    "query that asks elsewhere": (replace(QUERY, "?book a", "SERVICE <http://x/> { ?s ?p ?o } ?book a"), 2, "SERVICE"),
    "facts rule that is none": (
        lambda folder: ((folder / "queries/rules").mkdir(), (folder / "queries/rules/facts.rq").write_text("SELECT")),
        2, "facts.rq",
    ),
    "query that is none": (write(QUERY, b"# question: What?\nSELEC"), 2, "books-by-year.rq"),
    "query is no UTF-8": (write(QUERY, b"# question: What?\n# \xe9\n"), 3, "books-by-year.rq:2 is no UTF-8"),
    "row is no UTF-8": (write(BOOKS, b"key,label,sources,grade\na,\xe9,card-index,primary\n"), 3, "books.csv:2 is no"),
    "base with a space": (replace("comity.toml", "library.example", "a library.example"), 2, "base"),
    "base that is no ASCII": (replace("comity.toml", "library.example", "library.example/河"), 2, "base"),
    "base of nowhere": (replace("comity.toml", "library.example", ""), 2, "base"),
    "licence that is no IRI": (replace("comity.toml", '"https://creative', '"cc by https://creative'), 2, "license"),
    "title in another language": (replace("comity.toml", 'en = "Reading Room"', 'fr = "Salle"'), 2, "title"),
    "settings are no UTF-8": (write("comity.toml", b'base = "x"\n# \xe9\n'), 2, "comity.toml:2 is no UTF-8"),
    "two rows with one key": (replace(BOOKS, "the-sceptical-chymist", "micrographia"), 1, "books.csv:3"),
    "a key that is none": (replace(BOOKS, "micrographia", "Micro graphia"), 1, "books.csv:2"),
    "a predicate without a pattern": (replace(STATEMENTS, "writtenBy", "wroteBy"), 1, "wroteBy"),
    "a statement without a value": (replace(STATEMENTS, ",1661,", ",,"), 1, "statements.csv"),
    "a preference without a reason": (replace(STATEMENTS, f",{REASON}", ","), 1, "statements.csv"),
    "a modality that is none": (replace(STATEMENTS, ",asserted,", ",wished,"), 1, "statements.csv"),
    "a term without a definition": (replace(TERMS, 'skos:definition "Who wrote the book."@en ;', ""), 1, "writtenBy"),
    "two disjoint types": (
        replace(TERMS, ":Agent a owl:Class ;", ":Agent a owl:Class ; owl:disjointWith prov:Agent ;"), 1, "has no model"
    ),
    "template with a syntax error": (
        lambda folder: ((folder / "site/templates").mkdir(parents=True),
                        (folder / "site/templates/entity.html").write_text("{% if %}")),
        2, "entity.html",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "library"
    start_project(folder, "https://library.example/", "Reading Room")
    done = comity("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", CASES)
def test_a_broken_project_is_told_and_its_site_stays(sound: Path, tmp_path: Path, name: str) -> None:
    change, code, said = CASES[name]
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    before = tree_digest(folder / "build")
    change(folder)
    done = comity("build", cwd=folder)
    assert "Traceback" not in done.stderr, done.stderr
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert tree_digest(folder / "build") == before


def test_a_check_reads_the_questions_that_the_site_answers(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    (folder / QUERY).write_text("SELEC", encoding="utf-8")
    done = comity("check", cwd=folder)
    assert (done.returncode, "books-by-year.rq: no SPARQL query" in done.stderr) == (2, True), done.stderr


def test_marks_of_other_editors_change_nothing(sound: Path, tmp_path: Path) -> None:
    """A byte order mark, and lines that end as on Windows; a cell of two lines is a cell."""
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    for name in ("comity.toml", BOOKS, META, TERMS, SHAPES, QUERY):
        text = (folder / name).read_bytes()
        (folder / name).write_bytes(BOM_UTF8 + text.replace(b"\n", b"\r\n"))
    done = comity("build", "--force", cwd=folder)
    assert done.returncode == 0, done.stderr
    dataset = "build/site/data/dataset.nq"
    assert (folder / dataset).read_bytes() == (sound / dataset).read_bytes()
    with (folder / BOOKS).open("a", encoding="utf-8", newline="") as file:
        file.write('two,"Two\n ""lines""\\ é",card-index,primary\n')
    done = comity("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert '"Two\\n \\"lines\\"\\\\ é"@en' in (folder / dataset).read_text(encoding="utf-8")


JUNK = b"\xff\xc3junk\x00"
VERBS = sorted(
    f"{name} {below}".strip() for name, verb in cli.commands.items() for below in getattr(verb, "commands", [""])
)
LEFT = {
    "a file that is no text": (
        "CONSTRUCT.rq",
        ("convert", "sparql", "http://127.0.0.1:1/", "--query", "CONSTRUCT.rq"),
        3,
    ),
    "a mapping set that is no text": ("ontology/mappings/foaf.sssom.tsv", ("link", "check"), 3),
    "alignments from such a set": ("ontology/mappings/foaf.sssom.tsv", ("link", "write"), 3),
    "a facts rule that is no text": ("queries/rules/facts.rq", ("check",), 3),
    "a template that is no text": ("site/templates/404.html", ("publish", "--out", "there"), 2),
    "a change log that is no text": ("CHANGELOG.md", ("release", "--date", "2026-01-01", "--allow-dirty"), 3),
    "a record that is none": ("releases/2026-01-01/release.json", ("diff", "2026-01-01"), 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LEFT)
def test_a_file_that_is_no_text_is_named(sound: Path, tmp_path: Path, name: str) -> None:
    file, verb, code = LEFT[name]
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(JUNK)
    done = comity(*verb, cwd=folder)
    assert "Traceback" not in done.stderr, done.stderr
    assert (done.returncode, Path(file).name in done.stderr) == (code, True), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_ends_in_a_traceback_whatever_it_is_given(verb: str, tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(JUNK * 99)
    (tmp_path / "folder").mkdir()
    for given in ((), ("junk",), ("folder", "junk"), ("no-such-thing",), ("--no-such-option",)):
        if verb == "init" and given == ("no-such-thing",):
            continue
        done = comity(*verb.split(), *given, cwd=tmp_path)
        assert "Traceback" not in done.stderr, (given, done.stderr)
        assert done.returncode in ({0, 2} if verb == "completion" else {2, 3}), (given, done.stderr)
        assert done.stderr.strip(), given


def with_no_rights(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a verb for whom the modes of files hold: of root, without what lets it pass them by."""
    bare = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    command = [*bare, sys.executable, "-m", "comity", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


CLOSED = {
    "comity.toml": (("check",), 2),
    BOOKS: (("build",), 3),
    META: (("build",), 3),
    TERMS: (("check",), 3),
    "queries/examples": (("build",), 3),
    "build/site": (("audit",), 3),
    "build/site/data": (("query", "books-by-year"), 3),
    "texts/card-index.txt": (("sources", "verify", "--text", "texts"), 3),
}


@pytest.mark.parametrize("name", CLOSED)
def test_what_may_not_be_read_is_named(sound: Path, tmp_path: Path, name: str) -> None:
    verb, code = CLOSED[name]
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    mode = (folder / name).stat().st_mode
    (folder / name).chmod(0)
    try:
        done = with_no_rights(*verb, cwd=folder)
    finally:
        (folder / name).chmod(mode)
    assert (done.returncode, name in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr
    assert tree_digest(folder) == tree_digest(sound)


@pytest.mark.parametrize("verb", [("diff",), ("audit",), ("store", "save"), ("init",), ("publish", "--out")])
def test_a_name_that_no_file_can_have_is_an_error(sound: Path, verb: tuple[str, ...]) -> None:
    done = comity(*verb, "a" * 300, cwd=sound)
    assert "Traceback" not in done.stderr, done.stderr
    assert (done.returncode, "a: File name too long" in done.stderr) == (3, True), done.stderr


def test_a_site_of_read_only_folders_is_replaced_and_nothing_is_left(sound: Path, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    replace(STATEMENTS, ",1661,", ",1662,")(folder)
    for one in (folder / "build" / "site", *(folder / "build" / "site").rglob("*")):
        if one.is_dir():
            one.chmod(0o555)
    done = with_no_rights("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert {one.name for one in (folder / "build").iterdir()} == {"site", "manifest.json", "notes", "verdicts"}
