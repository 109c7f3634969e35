"""The command as a user meets it: real processes, their output and their exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from comity.core.project import Project
from comity.publishing.build import BuildSummary

VERBS = ("build", "convert", "check", "query", "publish", "serve", "sources", "store", "diff", "release")


def comity(*arguments: str, cwd: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comity", *arguments],
        cwd=cwd, input=stdin, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, built: BuildSummary, project: Project) -> Path:
    """A project folder whose build is the tests' own."""
    folder = tmp_path_factory.mktemp("home")
    text = (project.root / "comity.toml").read_text(encoding="utf-8")
    for name in ("ontology", "shapes", "tables", "queries", "site", "build"):
        old = {"tables": "data/tables"}.get(name, name)
        text = text.replace(f'{name} = "{old}"', f'{name} = "{getattr(project, name)}"')
    (folder / "comity.toml").write_text(text, encoding="utf-8")
    assert built.report.ok
    return folder


def test_without_arguments_it_says_what_to_do_first(tmp_path: Path) -> None:
    done = comity(cwd=tmp_path)
    assert done.returncode == 0
    assert "comity build" in done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, tmp_path: Path) -> None:
    done = comity(verb, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_a_misspelt_verb_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = comity("biuld", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'build'?" in done.stderr


def test_without_a_project_it_says_so(tmp_path: Path) -> None:
    done = comity("build", cwd=tmp_path)
    assert done.returncode == 2
    assert "comity.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_key_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "comity.toml").write_text('bsae = "http://example.org/"\n', encoding="utf-8")
    done = comity("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown key 'bsae'" in done.stderr
    assert "did you mean 'base'?" in done.stderr


def test_query_lists_the_questions(home: Path) -> None:
    done = comity("query", cwd=home)
    assert done.returncode == 0
    assert "Who proposed which institution" in done.stdout


def test_query_answers_as_table_csv_and_json(home: Path) -> None:
    table = comity("query", "who-proposed-what", cwd=home)
    assert table.returncode == 0, table.stderr
    assert "id/actor/china" in table.stdout
    assert table.stderr.endswith("rows\n")
    rows = list(csv.DictReader(io.StringIO(comity("query", "who-proposed-what", "--format", "csv", cwd=home).stdout)))
    found = json.loads(comity("query", "who-proposed-what", "--format", "json", cwd=home).stdout)
    assert len(rows) == len(found["results"]["bindings"]) > 0
    assert {row["who"] for row in rows} >= {
        "https://w3id.org/comity/id/actor/china", "https://w3id.org/comity/id/actor/li-qiang"
    }  # fmt: skip


def test_query_reads_standard_input(home: Path) -> None:
    done = comity("query", "-", "--format", "csv", cwd=home, stdin="SELECT (1 AS ?one) {}")
    assert done.stdout.split() == ["one", "1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT nonsense", "no SPARQL query"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE is not answered here"),
    ],
)
def test_a_bad_query_is_a_usage_error(home: Path, text: str, said: str) -> None:
    done = comity("query", "-", cwd=home, stdin=text)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_query_names_the_nearest(home: Path) -> None:
    done = comity("query", "who-proposed", cwd=home)
    assert done.returncode == 2
    assert "did you mean 'who-proposed-what'?" in done.stderr


def test_query_asks_an_endpoint(home: Path, site_url: str) -> None:
    there = comity("query", "who-proposed-what", "--format", "csv", "--endpoint", f"{site_url}/sparql", cwd=home)
    here = comity("query", "who-proposed-what", "--format", "csv", cwd=home)
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout


def test_an_endpoint_that_does_not_answer_could_not_run(home: Path) -> None:
    done = comity("query", "who-proposed-what", "--endpoint", "http://127.0.0.1:9/sparql", cwd=home)
    assert done.returncode == 3
    assert "does not answer" in done.stderr


def test_store_info_and_save(home: Path, tmp_path: Path) -> None:
    sizes = json.loads(comity("store", "info", "--json", cwd=home).stdout)
    assert sizes["default graph"] > 1000
    saved = comity("store", "save", str(tmp_path / "store"), cwd=home)
    assert saved.returncode == 0, saved.stderr
    again = comity("store", "save", str(tmp_path / "store"), cwd=home)
    assert again.returncode == 2
    nowhere = comity("store", "save", "/dev/null/store", cwd=home)
    assert (nowhere.returncode, "cannot write /dev/null/store" in nowhere.stderr) == (3, True), nowhere.stderr


def test_convert_then_publish_gives_the_site_of_build(home: Path, built: BuildSummary, tmp_path: Path) -> None:
    from comity.core.manifest import tree_digest

    assert comity("convert", "-o", str(tmp_path / "all.nq"), cwd=home).returncode == 0
    done = comity("publish", "--data", str(tmp_path / "all.nq"), "--out", str(tmp_path / "out"), cwd=home)
    assert done.returncode == 0, done.stderr
    assert tree_digest(tmp_path / "out") == tree_digest(built.site)


@pytest.mark.shared
def test_sources_verify(home: Path, texts: Path) -> None:
    done = comity("sources", "verify", "--text", str(texts), cwd=home)
    assert done.returncode == 0, done.stderr
    assert "5 sources" in done.stderr


def test_colours_respect_no_color(tmp_path: Path) -> None:
    done = comity("build", cwd=tmp_path, NO_COLOR="1")
    assert "\x1b[" not in done.stderr


def test_examples_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    lines = [line.strip() for line in comity("release", "--help", cwd=tmp_path).stdout.splitlines()]
    assert {"Examples:", "comity release", "comity release --date 2026-12-01"} <= set(lines)


@pytest.mark.parametrize(
    "verb", [("--help",), ("completion", "bash"), ("explain", "comity.toml"), ("explain", "CSV003")]
)
def test_a_reader_who_leaves_is_no_finding(tmp_path: Path, verb: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "comity", *verb], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_publish_never_replaces_what_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "zoo.ttl").write_text("<http://example.org/zoo#A> a <http://example.org/zoo#B> .\n", encoding="utf-8")
    publish = ("publish", "zoo.ttl", "--base", "http://example.org/zoo#", "--out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letters").write_text("dear", encoding="utf-8")
    for folder in ("mine", "."):
        done = comity(*publish, folder, cwd=tmp_path)
        assert (done.returncode, "is no site of ours" in done.stderr) == (2, True), done.stderr
    assert (tmp_path / "mine" / "letters").read_text(encoding="utf-8") == "dear"
    (tmp_path / "site").mkdir()
    (tmp_path / "zoo").symlink_to("site")
    for folder in ("site", "site", "zoo"):  # an empty folder, a site of ours, a link to one
        assert comity(*publish, folder, cwd=tmp_path).returncode == 0
    assert comity(*publish, ".", cwd=tmp_path / "site").returncode == 2  # the files are not there
    assert (tmp_path / "zoo").is_symlink()


def test_build_never_replaces_what_is_no_site(tmp_path: Path) -> None:
    assert comity("init", "rooms", cwd=tmp_path).returncode == 0
    (tmp_path / "home" / "site").mkdir(parents=True)
    letters = tmp_path / "home" / "site" / "letters"
    letters.write_text("dear", encoding="utf-8")
    build = ("--set", "build=../home", "build")
    done = comity(*build, cwd=tmp_path / "rooms")
    assert (done.returncode, "is no site of ours" in done.stderr) == (2, True), done.stderr
    assert letters.read_text(encoding="utf-8") == "dear"
    letters.unlink()
    for _ in range(2):  # an empty folder, then the site that stands there
        assert comity(*build, "--force", cwd=tmp_path / "rooms").returncode == 0


def test_a_new_project_may_have_any_name(tmp_path: Path) -> None:
    done = comity("init", "two rivers 河", "--title", 'The "two" \\ rivers', cwd=tmp_path)
    assert "cd 'two rivers 河' &&" in done.stderr, done.stderr
    folder = tmp_path / "two rivers 河"
    assert tomllib.loads((folder / "comity.toml").read_text(encoding="utf-8"))["title"]["en"] == 'The "two" \\ rivers'
    assert (folder / "README.md").read_text(encoding="utf-8").startswith('# The "two" \\ rivers\n')
    for title in ("", "two\nlines"):
        done = comity("init", "other", "--title", title, cwd=tmp_path)
        assert (done.returncode, "is no title" in done.stderr, (tmp_path / "other").exists()) == (2, True, False)


@pytest.mark.parametrize("option", [("--port", "65536"), ("--port", "-1"), ("--timeout", "0"), ("--timeout", "-1")])
def test_serve_refuses_what_cannot_be_meant(tmp_path: Path, option: tuple[str, str]) -> None:
    done = comity("serve", *option, cwd=tmp_path)
    assert (done.returncode, option[0] in done.stderr) == (2, True), done.stderr


def test_explain_tells_names_from_iris(home: Path, texts: Path) -> None:
    for what, said in (("languges", "'languages'"), ("CSV03", "'CSV003'")):
        done = comity("explain", what, cwd=home)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    done = comity("explain", "no-such-prefix:thing", "--text", str(texts), cwd=home)
    assert (done.returncode, len(done.stderr) < 10_000) == (2, True), done.stderr[:300]


def _heeding_ctrl_c() -> None:
    """Undo what a shell does to a job in the background: it begins with SIGINT ignored, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_a_run_does_not_wait_for_its_workers(tmp_path: Path, number: signal.Signals) -> None:
    assert comity("init", "library", cwd=tmp_path).returncode == 0
    folder = tmp_path / "library"
    names = [f"texts/{letter}.txt" for letter in "abcd"]
    for name in names:
        articles = (f"Article {at}\n\nMembers shall keep the book {name} in order.\n" for at in range(1, 40_000))
        (folder / name).write_text("\n".join(articles), encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "comity", "convert", *names, "--workers", "2", "-o", "all.nq"],
        cwd=folder, stderr=subprocess.PIPE, text=True, preexec_fn=_heeding_ctrl_c,
    )  # fmt: skip
    try:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        while running.poll() is None and len(children.read_text().split()) < 3:  # two workers, and who looks after them
            time.sleep(0.05)
        time.sleep(1)  # they have been told what they are for
        running.send_signal(number)
        # Each file takes a worker longer than this; it ends when the last of them has let go of the pipe.
        said = running.communicate(timeout=25)[1]
    finally:
        running.kill()
    assert (running.returncode, said.split()[0]) == (128 + number, "stopped"), said
    assert "Traceback" not in said
    assert not (folder / "all.nq").exists()


def test_a_passage_is_of_a_source_that_the_tables_have(tmp_path: Path) -> None:
    assert comity("init", "library", cwd=tmp_path).returncode == 0
    folder = tmp_path / "library"
    rest = ("9", "38", "--text", "texts/card-index.txt")
    done = comity("sources", "passage", "cardindex", *rest, cwd=folder)
    assert (done.returncode, done.stdout, "did you mean 'card-index'?" in done.stderr) == (2, "", True), done.stderr
    sources = folder / "data" / "tables" / "sources.csv"
    row = sources.read_text(encoding="utf-8").splitlines()[1]
    with sources.open("a", encoding="utf-8") as file:
        file.write(row.replace("card-index", "new-index") + "\n")  # which no build has seen
    assert comity("sources", "passage", "new-index", *rest, cwd=folder).stdout.startswith("new-index/9-38,")


def test_explain_says_what_a_thing_is_and_where_its_evidence_stands_without_texts(tmp_path: Path) -> None:
    assert comity("init", "library", cwd=tmp_path).returncode == 0
    folder = tmp_path / "library"
    term = comity("explain", "lib:Book", cwd=folder)
    assert (term.returncode, term.stdout.splitlines()) == (
        0, ["book", "  A written work of which the library holds a copy.", "no passage is behind it"]
    ), term.stderr  # fmt: skip
    said = "The library states that Micrographia was written by Robert Hooke."
    book = comity("explain", "id/book/micrographia", cwd=folder).stdout.splitlines()
    assert (book[0], book[1], len(book)) == ("Micrographia", f"card-index.txt:9-38  {said}", 4)
    found = json.loads(comity("explain", "id/statement/c1", "--json", cwd=folder).stdout)
    iri = "https://example.org/id/statement/c1"
    assert found == [
        {"about": iri, "label": said, "description": ""},
        {"about": iri, "says": said, "place": "card-index.txt:9-38"},
    ]
    read = json.loads(comity("explain", "id/statement/c1", "--text", "texts", "--json", cwd=folder).stdout)
    assert [(one["sentence"], one["holds"]) for one in read] == [("Micrographia, by Robert Hooke.", True)]
    unknown = comity("explain", "lib:Bok", cwd=folder)
    assert (unknown.returncode, "did you mean" in unknown.stderr) == (2, True), unknown.stderr


def test_an_endpoint_has_an_address(home: Path) -> None:
    done = comity("query", "who-proposed-what", "--endpoint", "sparql", cwd=home)
    assert (done.returncode, "is no address of an endpoint" in done.stderr) == (2, True), done.stderr
