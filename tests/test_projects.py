"""Projects of other fields: settings from three places, the starter through every verb, an engine without our words."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import rdflib

from comity.core.errors import ConfigError, UsageError
from comity.core.project import load_project
from comity.core.starter import start_project
from test_cli import comity

PACKAGE = Path(__file__).parent.parent / "src" / "comity"
BASE = "https://library.example/"
FIELD = re.compile(
    r"governance|instrument|provision|principle|institution|treat(?:y|ies)\b|\bactors?\b|policy_|\bAI\b|waico|waic",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects") / "library"
    done = comity("init", str(folder), "--base", BASE, "--title", "Reading Room", cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder


def run(folder: Path, *arguments: str, stdin: str = "") -> str:
    done = comity(*arguments, cwd=folder, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_library_goes_through_every_verb(library: Path, tmp_path: Path) -> None:
    assert run(library, "check", "--json").endswith("}\n")
    assert json.loads(run(library, "build", "--json"))["statements"] == 5
    assert json.loads(run(library, "build", "--json"))["unchanged"] is True
    assert f"<{BASE}id/book/micrographia>" in run(library, "convert")
    run(library, "convert", "-o", str(tmp_path / "all.nq"))
    run(library, "publish", "--data", str(tmp_path / "all.nq"), "--out", str(tmp_path / "out"))
    assert (tmp_path / "out" / "id" / "book" / "micrographia.html").is_file()
    assert "books-by-year" in run(library, "query")
    assert run(library, "query", "books-by-year", "--format", "csv").count("\n") == 3
    assert "Card index" in run(library, "sources", "list")
    run(library, "sources", "verify", "--text", "texts")
    row = run(library, "sources", "passage", "card-index", "9", "38", "--text", "texts/card-index.txt")
    assert row.rstrip(",\n") in (library / "data/tables/passages.csv").read_text(encoding="utf-8")
    assert json.loads(run(library, "store", "info", "--json"))["default graph"] > 100
    run(library, "store", "save", str(tmp_path / "store"))
    assert "remedy" in run(library, "explain", "REF001")


def test_a_library_is_served(library: Path) -> None:
    run(library, "build")
    server = subprocess.Popen(
        [sys.executable, "-m", "comity", "serve", "--port", "0"], cwd=library, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        line = next(line for line in server.stdout if "http://" in line)
        url = line[line.index("http://") :].split()[0].rstrip("/")
        graph = rdflib.Graph().parse(f"{url}/id/book/micrographia")
        assert (None, rdflib.URIRef(f"{BASE}def/printedIn"), None) in graph
        with urlopen(Request(f"{url}/id/book/micrographia", headers={"Accept": "text/html"}), timeout=60) as page:
            text = page.read().decode()
        assert "1667" in text
        assert not FIELD.search(re.sub(r"https://w3id.org/comity/\S*", "", text))
    finally:
        server.terminate()
        server.wait(timeout=60)


def test_the_preferred_year_is_the_fact_and_the_other_is_not(library: Path) -> None:
    years = run(
        library, "query", "-", "--format", "csv", stdin=f"SELECT ?y {{ ?b <{BASE}def/printedIn> ?y }} ORDER BY ?y"
    )
    assert years.split() == ["y", "1661", "1665"]


def words_of(path: Path) -> list[str]:
    """Return the names and texts of a module, without docstrings' and comments' IRIs of the evidence core."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return [token.string for token in tokens if token.type in (tokenize.NAME, tokenize.STRING)]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_engine_knows_no_word_of_the_field(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return  # says what the project is
    assert [word for word in words_of(path) if FIELD.search(word)] == []


def test_the_starter_refuses_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        start_project(tmp_path, BASE, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("base", ["library", "https://library.example", "ftp://x/", 'https://x/"/'])
def test_the_starter_refuses_a_base_that_is_none(tmp_path: Path, base: str) -> None:
    with pytest.raises(UsageError, match="is no base IRI"):
        start_project(tmp_path / "new", base, "x")


def test_a_title_with_quotation_marks_stays_a_title(tmp_path: Path) -> None:
    start_project(tmp_path / "new", BASE, 'The "Room" \\')
    assert load_project(tmp_path / "new").title == {"en": 'The "Room" \\'}


def test_flag_beats_environment_beats_file(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_project(library).base == BASE
    monkeypatch.setenv("COMITY_BASE", "https://environment.example/")
    assert load_project(library).base == "https://environment.example/"
    assert load_project(library, ["base=https://flag.example/"]).base == "https://flag.example/"
    assert load_project(library, ["title.de=Lesesaal"]).title["de"] == "Lesesaal"
    assert load_project(library, ["languages=en, de"]).languages == ("en", "de")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["bsae=x"], "unknown key 'bsae'"),
        (["base=library"], "will not do"),
        (["base"], "no value"),
        (["build=."], "would take the place of .*site"),
        (["build=..", "site=../site/mine"], "would take the place of .*mine"),
    ],
)
def test_a_setting_that_will_not_do(library: Path, settings: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_project(library, settings)


@pytest.mark.parametrize(
    "text",
    ["base = 1", "base = ", 'base = "https://x/"', 'title = "x"', 'languages = "en"\nbase = "https://x/"', "\x00"],
)
def test_a_file_that_will_not_do_is_a_config_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "comity.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load_project(tmp_path)


def test_a_change_of_settings_builds_anew(library: Path) -> None:
    run(library, "build")
    assert json.loads(run(library, "--set", "title.en=Other", "build", "--json"))["unchanged"] is False
    assert "Other" in (library / "build/site/index.html").read_text(encoding="utf-8")
