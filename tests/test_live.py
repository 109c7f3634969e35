"""Questions in the page, in a real browser: answers, editor, choices, pictures, search, builder, without a network."""

from __future__ import annotations

import csv
import functools
import gzip
import hashlib
import http.server
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from SPARQLWrapper import CSV, POST, SPARQLWrapper

from browser import PATIENCE, OpenPage, hold
from comity.conversion.project import Conversion, convert
from comity.core.errors import ConfigError
from comity.core.project import Project, load_project
from comity.core.starter import start_project
from comity.model.queries import named_queries
from comity.model.vocabulary import TYPE
from comity.publishing.build import BuildSummary
from comity.publishing.holdings import gather
from comity.publishing.live import MANIFEST, TARGET, WHOLE, live_files
from comity.publishing.search import SEARCH
from comity.publishing.site import publish
from comity.publishing.texts import load_texts
from comity.store.dataset import DEFAULT, Dataset
from page_scripts import BUNDLES, MODULES, install_packages, installed, node, run_node

ROOT = Path(__file__).parent.parent
QUERIES = named_queries(load_project(ROOT))
STATUS = "/query/status-on-date.html"
BUDGET = 1_200_000
"""Bytes in brotli of all that the first query page loads before its data."""
DATA_BUDGET = 1_500_000
SEARCH_BUDGET = 250_000
"""Bytes in gzip of what the search reads when somebody goes to its box."""
ENTITY = "/id/institution/world-ai-cooperation-organization-proposal.html"
ENDLESS = "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?b ?c ?d } GRAPH ?e { ?f ?g ?h } GRAPH ?i { ?j ?k ?l } }"
BROTLI = """
const { readFileSync } = await import("node:fs");
const { brotliCompressSync } = await import("node:zlib");
const sizes = process.argv.slice(1).map((path) => brotliCompressSync(readFileSync(path)).length);
console.log(JSON.stringify(sizes));
"""

HELD = """(kind) => {
  const { postMessage } = Worker.prototype;
  const held = [];
  let holds = true;
  let asked;
  const first = new Promise((resolve) => { asked = resolve; });
  Worker.prototype.postMessage = function (request) {
    const tell = () => postMessage.call(this, request);
    if (!holds || request.do !== kind) return tell();
    held.push(tell);
    asked();
    this.addEventListener("message", ({ data }) => data.id === request.id && setTimeout(() => globalThis.heard()));
  };
  globalThis.release = async () => {
    await first;
    holds = false;
    const told = new Promise((resolve) => { globalThis.heard = resolve; });
    for (const tell of held.splice(0)) tell();
    return told;
  };
}"""
"""Keeps what is asked of the engine, of one kind, until `release` is called: done when the page has had a reply."""

ROW_READ = """(it) => {
  const top = it.getBoundingClientRect().top + it.querySelector("thead").offsetHeight;
  const rows = [...it.querySelectorAll("tbody tr")];
  const place = rows.findIndex((row) => row.getBoundingClientRect().bottom > top);
  return [place, rows[place].getBoundingClientRect().top - top];
}"""
"""The first row of a table that is seen, and where it stands."""

UNHEARD = """() => {
  const { addEventListener } = Worker.prototype;
  Worker.prototype.addEventListener = function (type, listener) {
    addEventListener.call(this, type, (event) => event.data?.say === "began" || listener(event));
  };
}"""
"""Lets the page never hear that the engine began to answer."""

CODE = {"Python": (sys.executable, "-c"), "JavaScript": (str(node()), "--input-type=module", "--eval")}
"""What runs a program that is given behind it."""

PLACE_OF_TERM = """(line) => {
  const text = [...line.childNodes].find((node) => node.textContent.includes("comity:"));
  const range = document.createRange();
  range.setStart(text, text.textContent.indexOf("comity:"));
  range.setEnd(text, text.textContent.indexOf("comity:") + 12);
  const box = range.getBoundingClientRect();
  return [box.right, box.top + box.height / 2];
}"""


def ask(page: Page, number: int = 1) -> Locator:
    """Press the button, and wait for the answer."""
    page.get_by_role("button", name=re.compile("^(Ask|提问)$")).last.click()
    return answered(page, number)


def answered(page: Page, number: int) -> Locator:
    """Wait for an answer, and for the names in it, which come later."""
    result = shown(page, number)
    expect(result).not_to_have_attribute("aria-busy", "true")
    return result


def shown(page: Page, number: int) -> Locator:
    """Wait for an answer; the names in it may still be missing."""
    result = page.locator(f'#result[data-answered="{number}"]')
    expect(result).to_be_visible()
    return result


def downloaded(page: Page, name: str) -> str:
    with page.expect_download() as waiting:
        page.locator("#result .tools").get_by_role("button", name=name, exact=True).click()
    return Path(waiting.value.path()).read_bytes().decode()


def write(page: Page, text: str) -> None:
    """Put a query into the editor as a reader would."""
    page.locator("#sparql, .cm-content").first.focus()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Escape")


def unfold(page: Page) -> None:
    """Show the query, where it is folded."""
    summary = page.locator("#query-fold > summary")
    if summary.count():
        summary.click()


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


# The data


def test_the_data_of_the_pages_is_small_and_says_what_it_is(built: BuildSummary) -> None:
    manifest = json.loads((built.site / MANIFEST).read_text(encoding="utf-8"))
    (part,) = manifest["parts"]
    packed = (built.site / part["file"]).read_bytes()
    assert len(packed) == part["bytes"] <= DATA_BUDGET
    assert hashlib.sha256(packed).hexdigest() == part["sha256"], "the page would refuse it"
    quads = set(parse(io.BytesIO(gzip.decompress(packed)), format=RdfFormat.TRIG))
    assert len(quads) == manifest["quads"] == part["quads"]


def test_a_large_dataset_is_cut_by_graphs(project: Project, conversion: Conversion) -> None:
    holdings = gather(project, conversion.dataset, ())
    files = dict(live_files(holdings, {}, whole=10_000))
    manifest = json.loads(files[MANIFEST])
    parts = manifest["parts"]
    assert len(parts) > 2
    assert parts[0]["graphs"] == []
    held: list[Quad] = []
    for part in parts:
        found = list(parse(io.BytesIO(gzip.decompress(files[part["file"]])), format=RdfFormat.TRIG))
        graphs = {q.graph_name for q in found}
        assert graphs == ({DEFAULT} if not part["graphs"] else {NamedNode(name) for name in part["graphs"]})
        held += found
    assert len(held) == manifest["quads"]
    assert sum(part["quads"] >= TARGET for part in parts[1:-1]) == len(parts) - 2


def test_every_question_has_a_page_with_its_answer_and_a_card(built: BuildSummary) -> None:
    assert len(QUERIES) > 90
    for name in QUERIES:
        for suffix in ("html", "zh.html"):
            page = (built.site / "query" / f"{name}.{suffix}").read_text(encoding="utf-8")
            assert '<textarea id="sparql"' in page
            assert "<tbody><tr>" in page, name
            assert (built.site / "data" / "cards" / f"{name}.{suffix}").is_file()


def test_what_may_be_chosen_is_typed_by_the_ontology(conversion: Conversion) -> None:
    prefixes = conversion.dataset.prefixes
    chosen = {(name, one.name): one for name, query in QUERIES.items() for one in query.parameters(prefixes)}
    assert len(chosen) >= 14
    for place, parameter in chosen.items():
        if parameter.type and not parameter.type.startswith("http://www.w3.org/2001/XMLSchema#"):
            assert NamedNode(parameter.value) in conversion.dataset.members(NamedNode(parameter.type)), place


# In words


@pytest.mark.parametrize(
    ("suffix", "before", "after", "head", "written"),
    [
        ("", "1 August 2025", "2 May 2024", "Since", r"^(\d+ )?([A-Z][a-z]+ )?\d{4}$"),
        (".zh", "2025年8月1日", "2024年5月2日", "起始时间", r"^\d{4}年(\d+月)?(\d+日)?$"),
    ],
)
def test_title_citation_and_dates_follow_a_choice(
    visit: OpenPage, suffix: str, before: str, after: str, head: str, written: str
) -> None:
    page = visit(f"/query/status-on-date{suffix}.html")
    title, cited = page.locator("h1"), page.locator(".cite .copied")
    expect(title).to_contain_text(before)
    expect(page.locator("#result th").nth(2)).to_have_text(head)
    page.locator("[data-parameter=date]").fill("2024-05-02")
    answered(page, 1)
    expect(title).to_contain_text(after)
    expect(page).to_have_title(re.compile(re.escape(after)))
    expect(cited).to_contain_text(after)
    expect(cited).to_contain_text("status-on-date#p.date=2024-05-02")
    expect(page.locator(".names")).to_be_hidden()
    expect(page.locator("#result th").nth(2)).to_have_text(re.compile(head))
    times = page.locator("#result tbody time")
    assert times.count() > 3
    for shown in times.all_inner_texts():
        assert re.match(written, shown), shown
    page.locator("#share").locator("summary").nth(1).click()
    expect(page.locator("#share textarea").first).to_have_value(re.compile(re.escape(after)))
    page.get_by_role("button", name=re.compile("^(As it was|恢复原样)$")).click()
    answered(page, 2)
    expect(title).to_contain_text(before)
    expect(cited).not_to_contain_text("#")
    expect(page.locator(".names")).to_be_visible()


def test_a_chosen_thing_is_named_after_the_title(visit: OpenPage) -> None:
    page = visit("/query/cq01-measures-of-an-article.html")
    field = page.locator("[data-parameter]").first
    names = field.locator("option").all_inner_texts()
    field.select_option(index=1 if field.input_value() != field.locator("option").nth(1).get_attribute("value") else 2)
    answered(page, 1)
    chosen = field.locator("option:checked").inner_text()
    assert chosen in names
    expect(page.locator("h1")).to_contain_text(chosen)


def test_an_answer_is_in_the_words_of_the_page(visit: OpenPage) -> None:
    """Columns, our own texts, places in a text and truth values: in the page, and when it is asked again."""
    page = visit("/query/articles-of-the-action-plan.zh.html")
    for number in (0, 1):
        if number:
            ask(page)
        expect(page.locator("#result tbody tr").first).to_contain_text("人工智能")
        assert page.locator("#result th").all_inner_texts()[0].strip().startswith("编号")
        summary = page.locator("#result tbody tr").first.locator("td").last
        expect(summary.locator("[lang=en]")).to_have_count(0)
        expect(summary).to_have_text(re.compile("[\u4e00-\u9fff]{6}"))
    page = visit("/ask.zh.html")
    query = (
        "SELECT ?place ?passage ?yes ?g { GRAPH ?g { ?passage comity:locator ?place } BIND(true AS ?yes) } LIMIT 500"
    )
    page.locator("#sparql").fill(query)
    result = ask(page)
    expect(result.locator("tbody tr").first).to_contain_text("是")
    expect(result.locator("tbody tr td:first-child").filter(has_text=re.compile(r"第\d+段")).first).to_be_visible()
    assert not [text for text in result.locator("tbody td").all_inner_texts() if re.search(r"_|(passage|graph)/", text)]
    said = page.locator("#live-status")
    expect(said).to_contain_text("您自己的设备")


@pytest.mark.parametrize(("suffix", "title"), [("", "What leads here"), (".zh", "指向这里的内容")])
def test_no_heading_of_an_entity_is_doubled(visit: OpenPage, suffix: str, title: str) -> None:
    page = visit(ENTITY.replace(".html", f"{suffix}.html"))
    headings = [text.strip() for text in page.locator("main :is(h2, h3)").all_text_contents()]
    assert title in headings
    assert [one for one in headings if headings.count(one) > 1 and one == title] == []
    expect(page.locator("main").get_by_text(title, exact=True)).to_have_count(2)  # the heading, and what leads to it


def test_every_column_has_words_in_every_language(built: BuildSummary) -> None:
    texts = {language: load_texts([ROOT / "site"], language) for language in ("en", "zh")}
    columns = {name for path in (built.site / "query").glob("*.csv") for name in rows(path.read_text("utf-8"))[0]}
    assert len(columns) > 100
    for said in texts.values():
        assert columns <= set(said["columns"]), columns - set(said["columns"])


def test_the_query_is_folded_away_where_there_is_an_answer(browser: Browser, visit: OpenPage, site_url: str) -> None:
    page = visit(STATUS)
    expect(page.locator("#sparql")).to_be_hidden()
    unfold(page)
    expect(page.locator("#sparql")).to_be_visible()
    expect(visit("/ask.html").locator("#sparql")).to_be_visible()
    linked = visit(f"{STATUS}#q=SELECT+*+%7B+%3Fa+%3Fb")
    expect(linked.locator(".problem button")).to_be_visible()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(site_url + STATUS)
    unfold(plain)
    expect(plain.locator("#sparql")).to_be_visible()
    plain.context.close()


# Sizes


@pytest.mark.parametrize("path", ["/", ENTITY])
def test_other_pages_load_no_engine(visit: OpenPage, path: str) -> None:
    page = visit(path)
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not [name for name in loaded if re.search(r"wasm|engine|editor|charts|live\.js|\.gz|\.json", name)], loaded


def test_what_a_query_page_loads_before_its_data_is_small(built: BuildSummary) -> None:
    assets = built.site / "assets"
    first = ["app.js", "live.js", "engine.js", "oxigraph.wasm", "editor.js", "comity.css", "live.css", "search.css"]
    page = built.site / STATUS.removeprefix("/")
    files = [page, *(assets / name for name in first)]
    sizes = json.loads(run_node("--input-type=module", "-e", BROTLI, *map(str, files)))
    assert sum(sizes) <= BUDGET, dict(zip(first, sizes, strict=False))
    assert set(BUNDLES) <= {path.name for path in assets.iterdir()}


# Asking


def test_a_choice_is_asked_at_once_and_stands_in_the_address(visit: OpenPage) -> None:
    page = visit(STATUS)
    before = page.locator("#result tbody tr").count()
    assert before > 5
    date = page.get_by_label("Date")
    date.fill("2026-08-01")
    result = page.locator("#result[data-answered]")
    expect(page.locator("#live-status")).to_contain_text("for what you chose")
    assert result.locator("tbody tr").count() != before
    expect(page).to_have_url(re.compile(r"#p\.date=2026-08-01$"))
    page.reload()
    answered(page, 1)
    expect(page.get_by_label("Date")).to_have_value("2026-08-01")
    expect(page.locator("#sparql")).to_have_value(re.compile("2026-08-01"))


@pytest.mark.parametrize(
    ("language", "label"), [("", "World AI Cooperation Organization"), (".zh", "世界人工智能合作组织")]
)
def test_a_thing_is_chosen_by_its_name(visit: OpenPage, language: str, label: str) -> None:
    page = visit(f"/query/cq32-statements-about-a-thing{language}.html")
    field = page.locator("[data-parameter=thing]")
    field.fill(label)
    option = page.locator("datalist option").first
    expect(option).to_be_attached()
    field.fill(str(option.get_attribute("value")))
    field.press("Tab")
    expect(page).to_have_url(re.compile("#p.thing=.*world-ai"))


def test_an_address_names_what_was_chosen_and_may_change(visit: OpenPage, project: Project) -> None:
    page = visit(f"/query/cq32-statements-about-a-thing.html#p.thing={project.base}id/event/waic-2025")
    answered(page, 1)
    field = page.locator("[data-parameter=thing]")
    expect(field).to_have_value("World Artificial Intelligence Conference 2025")
    field.fill("nothing that is known")
    field.press("Tab")
    expect(page.locator("#live-status")).to_contain_text("choose one of those that are suggested")
    page.evaluate("iri => { location.hash = `p.thing=${iri}`; }", f"{project.base}id/actor/li-qiang")
    answered(page, 2)
    expect(page.locator("h1")).to_contain_text("Li Qiang")
    expect(field).to_have_value("Li Qiang")
    page.evaluate("location.hash = 'query'")
    expect(page.locator("h1")).to_contain_text("Li Qiang")


def test_an_answer_is_sorted_linked_and_taken_along(visit: OpenPage) -> None:
    page = visit("/query/instruments-by-date.html")
    result = ask(page)
    first = result.locator("tbody tr").first
    expect(first.get_by_role("link").first).to_have_attribute("href", re.compile(r"/id/instrument/.*\.html$"))
    code = first.locator("small.iri").first
    expect(code).to_be_hidden()
    page.get_by_role("button", name="Show identifiers").click()
    expect(code).to_contain_text("instrument/")
    expect(page).to_have_url(re.compile("identifiers=1"))
    date = result.get_by_role("columnheader", name="Date")
    for order in ("ascending", "descending"):
        date.get_by_role("button").click()
        expect(date).to_have_attribute("aria-sort", order)
    times = result.locator("tbody td:nth-child(4) time")
    dates = [str(one.get_attribute("datetime")) for one in times.all()]
    assert len(dates) > 5
    assert all(one >= other for one, other in pairwise(dates))
    expect(times.first).to_have_text(re.compile(r"^\d+ [A-Z][a-z]+ \d{4}$"))
    expected = (ROOT / "queries/examples/instruments-by-date.rq").read_text(encoding="utf-8")
    assert rows(downloaded(page, "CSV"))[0] == re.findall(
        r"\?(\w+)", expected.partition("SELECT")[2].partition("\n")[0]
    )
    assert downloaded(page, "TSV").startswith("?instrument\t")
    assert json.loads(downloaded(page, "JSON"))["results"]["bindings"]
    assert len(list(parse(io.BytesIO(downloaded(page, "Turtle").encode()), format=RdfFormat.TURTLE))) > 50


@pytest.mark.parametrize(
    ("query", "view", "drawn"),
    [
        ("statements-by-modality", "Chart", "svg rect"),
        ("status-on-date", "Timeline", "svg circle"),
        ("who-proposed-what", "Network", "svg.network circle"),
    ],
)
def test_an_answer_is_pictured(visit: OpenPage, query: str, view: str, drawn: str) -> None:
    page = visit(f"/query/{query}.html")
    result = ask(page)
    result.get_by_role("tab", name=view).click()
    expect(result.locator(drawn).nth(2)).to_be_attached()
    expect(result.locator(f'[role=img][aria-label^="{view}"]')).to_be_visible()
    page.reload()
    expect(page.get_by_role("tab", name=view)).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Map").click(force=True)
    expect(page.locator("#live-status")).to_contain_text("coordinates")


def test_a_picture_is_seen_on_a_phone(visit: OpenPage) -> None:
    page = visit("/query/status-on-date.html#view=timeline", viewport={"width": 320, "height": 700})
    answered(page, 1)
    expect(page.locator("#panel svg")).to_be_visible()
    assert 200 < page.evaluate("document.querySelector('#panel svg').getBoundingClientRect().width") <= 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("#search").fill("waico")
    expect(page.locator("#search-list [role=option]").first).to_be_visible()
    found = page.locator("#search-list").bounding_box()
    assert found
    assert found["x"] >= 0
    assert found["x"] + found["width"] <= 320, "what is found is not cut off"


def test_the_order_of_an_answer_stays_and_a_remark_goes(visit: OpenPage) -> None:
    page = visit("/query/instruments-by-date.html")
    result = ask(page)
    date = result.get_by_role("columnheader", name="Date")
    date.get_by_role("button").click()
    date.get_by_role("button").click()
    page.get_by_role("button", name="Show identifiers").click()
    expect(date).to_have_attribute("aria-sort", "descending")
    page.get_by_role("tab", name="Map").click(force=True)
    expect(page.locator("#live-status")).to_contain_text("coordinates")
    page.get_by_role("tab", name="Timeline").click()
    expect(page.locator("#live-status")).to_contain_text("rows, looked up just now")
    page.get_by_role("tab", name="Table").click()
    expect(date).to_have_attribute("aria-sort", "descending")


def test_a_long_answer_goes_on_where_the_reader_is(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").fill("SELECT * { ?s ?p ?o } LIMIT 5000")
    result = ask(page)
    expect(page.locator("#live-status")).to_contain_text("5,000 rows")
    expect(result.locator("tbody tr")).to_have_count(200)
    scroll = result.locator(".scroll")
    scroll.evaluate("it => { it.scrollTop = it.scrollHeight; }")
    row, top = scroll.evaluate(ROW_READ)
    assert row > 100
    more = result.get_by_role("button", name="200 more rows")
    more.focus()
    page.keyboard.press("Enter")
    expect(result.locator("tbody tr")).to_have_count(400)
    assert scroll.evaluate(ROW_READ) == [row, pytest.approx(top, abs=2)], "the row that is read stays in its place"
    expect(more).to_be_focused()
    assert len(rows(downloaded(page, "CSV"))) == 5001


def test_names_that_come_late_take_nothing_from_under_a_reader(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.evaluate(HELD, "name")
    page.locator("#sparql").fill("SELECT * { ?s a comity:Instrument ; ?p ?o } ORDER BY ?s ?p ?o LIMIT 450")
    page.locator("#run").click()
    result = shown(page, 1)
    scroll, more = result.locator(".scroll"), result.get_by_role("button", name="more rows")
    unnamed = str(scroll.locator("tbody td").first.text_content())
    more.click()
    more.focus()
    held = {name: result.get_by_role(role, name=name) for role, name in (("tab", "Chart"), ("button", "CSV"))}
    elements = {name: one.element_handle() for name, one in held.items()}
    scroll.evaluate("it => { it.scrollTop = 3000; }")
    row, top = scroll.evaluate(ROW_READ)
    assert row > 20
    page.evaluate("release()")
    expect(scroll.locator("tbody td").first).not_to_have_text(unnamed)
    expect(scroll.locator("tbody tr")).to_have_count(400)
    assert scroll.evaluate(ROW_READ) == [row, pytest.approx(top, abs=2)], "the row that is read stays in its place"
    expect(more).to_be_focused()
    for name, one in held.items():
        assert one.evaluate("(it, before) => it === before", elements[name]), f"{name} is the same element"
    more.press("Enter")
    expect(scroll.locator("tbody tr")).to_have_count(450)
    expect(more).to_be_hidden()
    expect(scroll).to_be_focused()
    link = scroll.locator("tbody a").nth(3)
    link.focus()
    page.get_by_role("button", name="Show identifiers").evaluate("it => it.click()")
    expect(scroll.locator("tbody a").nth(3)).to_be_focused()


def test_names_that_come_late_take_no_press_from_a_reader(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.evaluate(HELD, "name")
    page.locator("#sparql").fill("SELECT * { ?event a comity:Event } LIMIT 5")
    page.locator("#run").click()
    head = shown(page, 1).get_by_role("columnheader")
    expect(page.locator("#result tbody code")).to_have_count(5)
    head.get_by_role("button").hover()
    page.mouse.down()
    page.evaluate("release()")
    expect(page.locator("#result tbody code")).to_have_count(5)
    page.mouse.up()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#result tbody code")).to_have_count(0)


def test_a_question_is_among_those_asked_before_its_names_are_there(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.evaluate(HELD, "name")
    page.locator("#sparql").fill("SELECT * { ?event a comity:Event } LIMIT 5")
    page.locator("#run").click()
    shown(page, 1)
    page.locator("#sparql").fill("ASK {}") if page.locator("#sparql").is_visible() else write(page, "ASK {}")
    page.locator("#share").get_by_text("Asked before").click()
    expect(page.locator("#share .past button")).to_have_text(re.compile("comity:Event"))
    page.evaluate("release()")
    answered(page, 1)
    assert page.evaluate("JSON.parse(localStorage[Object.keys(localStorage)[0]]).map((one) => one.query)") == [
        "SELECT * { ?event a comity:Event } LIMIT 5"
    ]


def test_what_is_offered_to_be_copied_follows_what_is_asked(visit: OpenPage) -> None:
    page = visit(STATUS)
    page.evaluate(HELD, "name")
    page.locator("[data-parameter=date]").fill("2024-05-02")
    shown(page, 1)
    page.locator("#share summary").get_by_text("Cite").click()
    cited = page.locator("#share details[open] textarea")
    expect(cited).not_to_have_value(re.compile("2 May 2024"))
    page.evaluate("release()")
    expect(cited).to_have_value(re.compile("2 May 2024"))


def test_an_editor_that_comes_up_moves_nothing_below_it(visit: OpenPage) -> None:
    page = visit("/ask.html")
    run = page.locator("#run")
    before = run.bounding_box()
    page.locator("#sparql").fill("SELECT * { ?event a comity:Event } LIMIT 5")
    expect(page.locator(".cm-content")).to_be_focused()
    assert run.bounding_box() == before


def test_the_focus_on_what_stops_goes_back_to_what_asks(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.evaluate(HELD, "ask")
    page.locator("#sparql").fill("SELECT * { ?event a comity:Event } LIMIT 5")
    page.locator("#run").click()
    reset = page.get_by_role("button", name="As it was")
    before = reset.bounding_box()
    page.get_by_role("button", name="Stop", exact=True).focus()
    page.evaluate("release()")
    answered(page, 1)
    expect(page.locator("#run")).to_be_focused()
    assert reset.bounding_box() == before, "nothing has moved under a reader who is about to press it"


def test_numbers_and_triples_are_shown_as_they_are(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").fill(
        "SELECT (12345678901234567890 AS ?large) (1.25 AS ?price) (xsd:double('INF') AS ?most) "
        "(<<( <a:b> <c:d> 1 )>> AS ?said) (CONCAT('<b>', REPLACE('xxxxxxxxxxxxxxxx', 'x', 'abcdefghij')) AS ?long) {}"
    )
    cells = ask(page).locator("tbody td")
    expect(cells.nth(0)).to_have_text("12345678901234567890")
    expect(cells.nth(1)).to_have_text("1.25")
    expect(cells.nth(2)).to_have_text("INF")
    expect(cells.nth(3)).to_contain_text("<<( <a:b> <c:d>")
    expect(cells.nth(4)).to_contain_text("<b>abcdefghij")
    shown = page.locator("#result .scroll").evaluate("it => it.scrollWidth - it.clientWidth")
    assert shown <= 0, "a long word is broken"


def test_places_are_drawn_without_a_map_from_elsewhere(visit: OpenPage) -> None:
    page = visit("/ask.html")
    query = 'SELECT ?name ?lat ?long { VALUES (?name ?lat ?long) { ("Here" 31.2 121.5) ("There" 48.9 2.4) } }'
    page.locator("#sparql").fill(query)
    result = ask(page)
    result.get_by_role("tab", name="Map").click()
    expect(result.locator("svg circle")).to_have_count(2)


def test_a_graph_is_answered_and_is_turtle(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").fill("CONSTRUCT { ?s a comity:Event } WHERE { ?s a comity:Event } LIMIT 3")
    result = ask(page)
    expect(result.locator("tbody tr")).to_have_count(3)
    assert len(list(parse(io.BytesIO(downloaded(page, "Turtle").encode()), format=RdfFormat.TURTLE))) == 3
    write(page, "ASK { ?s a comity:Event }")
    expect(ask(page, 2).locator("tbody td")).to_have_text("yes")


def test_an_error_is_shown_at_its_place(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").focus()
    write(page, "SELECT *\nWHERE { ?s ?p }")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    place = page.get_by_role("button", name=re.compile(r"Line 2, column 1\d"))
    expect(place).to_be_visible()
    expect(page.locator("#live-status")).to_contain_text("line 2, column 1")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    place.click()
    expect(page.locator(".cm-content")).to_be_focused()


def test_a_runaway_is_stopped_and_the_page_stays_usable(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").fill(ENDLESS)
    page.get_by_label("Stop after").select_option("5")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.locator("#live-status")).to_contain_text("Stopped after 5 seconds")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#live-status")).to_have_text("Stopped.")
    page.get_by_label("Stop after").select_option("60")
    page.locator("#run").click()
    expect(page.locator("#live-status")).to_have_text("Looking …")
    write(page, "SELECT * { ?s a comity:Event } LIMIT 2")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.locator("#result tbody tr")).to_have_count(2)


def test_what_is_asked_does_not_wait_for_what_has_not_begun(visit: OpenPage) -> None:
    """A question counts as asked when the engine has it, not only when the engine says that it began."""
    page = visit("/ask.html")
    page.evaluate(UNHEARD)
    write(page, ENDLESS)
    page.locator("#run").click()
    expect(page.locator("#live-status")).to_have_text("Looking …")
    write(page, "SELECT * { ?s a comity:Event } LIMIT 2")
    page.locator("#run").click()
    expect(answered(page, 2).locator("tbody tr")).to_have_count(2)


@pytest.mark.parametrize(
    ("suffix", "text", "said"),
    [
        ("", "INSERT DATA { <a:b> <c:d> 1 }", "takes no update"),
        (".zh", "PREFIX a: <x:>\nDELETE WHERE { ?s ?p ?o }", "不接受更新"),
        ("", "# nothing", "the query is empty"),
        (".zh", "", "查询是空的"),
        ("", "hello", "line 1, column 6: a query begins with SELECT"),
        (".zh", "SELECT * { ?a nowhere:is ?b }", "前缀“nowhere:”未声明"),
        ("", "SELECT * {\n  ?a a comity:Event", "line 2, column 20: one of these is expected:"),
        ("", "SELECT * { ?a ?b ?c } GROUP BY ?a", "SELECT * is not authorized with GROUP BY"),
    ],
)
def test_what_cannot_be_asked_is_said_in_the_words_of_the_page(
    visit: OpenPage, suffix: str, text: str, said: str
) -> None:
    page = visit(f"/ask{suffix}.html")
    page.locator("#sparql").fill(text)
    page.locator("#run").click()
    expect(page.locator("#live-status")).to_contain_text(said)
    expect(page.locator("#result")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#run-bar").get_by_role("button", name=re.compile("^(Stop|停止)$"))).to_have_count(0)


def test_no_query_reaches_another_server(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").fill("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    expect(page.locator("#live-status")).to_contain_text("SERVICE")


def test_the_reader_is_warned_of_what_is_slow(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").focus()
    write(page, "SELECT * { ?s ?p ?o }")
    expect(page.get_by_text("A pattern of three variables")).to_be_visible()


# The editor


def test_an_error_that_came_before_the_editor_is_marked_in_it(visit: OpenPage) -> None:
    page = visit("/ask.html", service_workers="block")
    release = hold(page, "**/editor.js")
    with page.expect_request("**/editor.js"):
        page.locator("#sparql").fill("SELECT *\nWHERE { ?s ?p }")
    page.locator("#run").click()
    expect(page.get_by_role("button", name=re.compile(r"Line 2, column 1\d"))).to_be_visible()
    release()
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()


def test_what_is_marked_before_the_editor_comes_stays_marked(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").evaluate("area => { area.select(); area.focus(); }")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text("ASK {}")
    expect(page.locator("#sparql")).to_have_value("ASK {}")


def test_terms_are_offered_by_name_and_explained(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").focus()
    write(page, "SELECT * { ?x a  }")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("机构")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("comity:Institution")
    page.locator(".cm-tooltip-autocomplete li").filter(has_text=re.compile("comity:Institution$")).click()
    expect(page.locator("#sparql")).to_have_value(
        re.compile(r"^PREFIX comity: <.*>\nSELECT \* \{ \?x a comity:Institution \}$")
    )
    x, y = page.locator(".cm-line").last.evaluate(PLACE_OF_TERM)
    for step in range(4):
        page.mouse.move(x + step, y)
    expect(page.locator(".cm-tooltip-hover")).to_contain_text("institution ·")


def test_the_whole_flow_goes_by_keyboard(visit: OpenPage) -> None:
    page = visit(STATUS)
    page.locator("[data-parameter=date]").focus()
    page.locator('nav.contents a[href="#query"]').focus()
    page.keyboard.press("Enter")  # past the links of the answer
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#query-fold > summary')"):
            page.keyboard.press("Enter")
        if page.evaluate("document.activeElement.id === 'sparql' || !!document.activeElement.shadowRoot"):
            break
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+Enter")
    answered(page, 1)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run", "Tab leads out of the editor"
    page.keyboard.press("Enter")
    answered(page, 2)
    page.locator("#tab-table").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#tab-timeline")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("path", [STATUS, "/ask.html"])
def test_without_script_the_query_and_the_answer_stand(browser: Browser, site_url: str, path: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site_url + path)
    expect(page.locator("#sparql")).to_have_value(re.compile("SELECT"))
    assert page.locator("button").count() == 0, "no button that does nothing"
    assert page.locator("a[data-search]").get_attribute("href")
    if path == STATUS:
        assert page.locator("#result tbody tr").count() > 5
    page.context.close()


def test_from_a_file_the_page_says_what_does_not_work(browser: Browser, built: BuildSummary) -> None:
    page = browser.new_page()
    page.goto((built.site / STATUS.removeprefix("/")).as_uri())
    expect(page.locator("#live-status")).to_contain_text("opened from a file")
    assert page.locator("#result tbody tr").count() > 5
    page.close()


# To take along


def test_a_question_is_linked_cited_embedded_and_coded(visit: OpenPage, site_url: str) -> None:
    page = visit(STATUS)
    ask(page)
    share = page.locator("#share")
    for title, expected in (
        ("Link to this question", "status-on-date.html"),
        ("Cite", "What was the status"),
        ("Put it into another page", "data/cards/status-on-date.html"),
        ("As curl", "sparql"),
    ):
        fold = share.locator("details").filter(has_text=title).first
        fold.locator("summary").click()
        expect(fold.locator("textarea")).to_have_value(re.compile(re.escape(expected)))
    share.get_by_text("Asked before").click()
    expect(share.locator(".past button")).to_have_count(1)
    card = visit("/data/cards/status-on-date.html")
    expect(card.locator("tbody tr").first).to_be_visible()
    held = json.loads(str(card.locator("script").text_content()))
    assert len(held["results"]["bindings"]) == card.locator("tbody tr").count()


def test_what_is_taken_along_as_code_runs(visit: OpenPage, site_url: str, project: Project) -> None:
    page = visit("/ask.html")
    for number, (query, expected) in enumerate(
        [
            ("SELECT ?x { ?x a comity:Event } LIMIT 2", "/id/event/"),
            ("ASK { ?x a comity:Event }", "True"),
            ("CONSTRUCT WHERE { ?x a comity:Event }", "/def/Event> ."),
        ],
        1,
    ):
        page.locator("#sparql").evaluate("(area, text) => { area.value = text; }", query)
        ask(page, number)
        fold = page.locator("#share details").filter(has_text="As curl")
        fold.locator("summary").click()
        expect(fold.locator("textarea")).to_have_value(re.compile("PREFIX comity:"))
        for language, run in CODE.items():
            fold.locator("select").select_option(language)
            code = fold.locator("textarea").input_value().replace(f"{project.address}sparql", f"{site_url}/sparql")
            ran = subprocess.run([*run, code], capture_output=True, text=True, check=False)
            assert expected.casefold() in ran.stdout.casefold(), ran.stderr or code
        fold.locator("summary").click()
        expect(fold.locator("textarea"), "what was chosen before is gone").to_have_count(0)


# Search


def test_what_is_found_late_does_not_open_over_another_place(visit: OpenPage, site_url: str) -> None:
    page = visit("/", service_workers="block")
    release = hold(page, "**/search.json*")
    with page.expect_request("**/search.json*") as asked:
        page.locator("#search").fill("energy")
    page.locator("#search").press("Tab")
    release()
    loaded = "([script, index]) => import(script).then((it) => it.fetchIndex(index, 'en')).then(() => undefined)"
    page.evaluate(loaded, [f"{site_url}/assets/search.js", asked.value.url])
    expect(page.locator("#search-list")).to_be_hidden()
    expect(page.locator("#search-list")).to_be_empty()
    page.locator("#search").fill("energ")
    expect(page.locator("#search-list [role=option]").first).to_be_visible()


def test_a_name_may_be_written_before_its_suggestions_are_there(visit: OpenPage) -> None:
    page = visit("/query/cq32-statements-about-a-thing.html", service_workers="block")
    release = hold(page, "**/search.json*")
    with page.expect_request("**/search.json*"):
        page.locator("[data-parameter=thing]").fill("France")
    page.locator("[data-parameter=thing]").press("Tab")
    release()
    expect(page).to_have_url(re.compile("#p.thing=.*actor%2Ffrance$"))
    expect(page.locator("h1")).to_contain_text("France")
    page = visit("/query/cq61-statements-of-a-passage.html")
    page.evaluate(HELD, "members")
    field = page.locator("[data-parameter=passage]")
    field.fill("no passage that there is")
    field.press("Tab")
    page.evaluate("release()")
    expect(page.locator("#live-status")).to_contain_text("choose one of those that are suggested")


@pytest.mark.parametrize(
    ("path", "typed", "found"),
    [
        ("/", "world ai coperation", "World AI Cooperation Organization (proposal)"),
        (ENTITY, "hiroshima", "Hiroshima"),
        ("/index.zh.html", "行动计划", "行动计划"),
        ("/", "行动计划", "Action Plan"),
    ],
)
def test_a_name_is_found_in_any_language(visit: OpenPage, path: str, typed: str, found: str) -> None:
    page = visit(path)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.insert_text(typed)
    options = page.locator("#search-list [role=option]")
    expect(options.filter(has_text=found).first).to_be_visible()
    assert page.locator("#search-list [role=group]").count() >= 1
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(id|def|scheme|query)/"))


@pytest.mark.parametrize(
    ("suffix", "typed", "found", "excerpt"),
    [
        ("", "energy", "Article VII of the Global AI Governance Action Plan", "energy"),
        ("", "WAICO", "Agreement on establishing the World AI Cooperation Organization", "WAICO"),
        (".zh", "能源", "《人工智能全球治理行动计划》第七条", "能源"),
        (".zh", "WAICO", "成立世界人工智能合作组织协定", "WAICO"),
        ("", "能源", "Article VII of the Global AI Governance Action Plan", "能源"),
    ],
)
def test_things_are_found_by_what_they_say(visit: OpenPage, suffix: str, typed: str, found: str, excerpt: str) -> None:
    page = visit(f"/index{suffix}.html")
    page.locator("#search").fill(typed)
    option = page.locator("#search-list [role=option]").filter(has_text=found).first
    expect(option).to_be_visible()
    expect(option.locator("small")).to_contain_text(excerpt)


@pytest.mark.parametrize("typed", ["WAICO", "energy", "safety", "theme", "action plan"])
def test_texts_and_bodies_are_found_first_and_comparisons_last(visit: OpenPage, typed: str) -> None:
    page = visit("/")
    page.locator("#search").fill(typed)
    expect(page.locator("#search-list [role=option]").first).to_be_visible()
    kinds = [text.lower() for text in page.locator(".search-kind").all_inner_texts()]
    last = {
        "conflict",
        "conflict variant",
        "principle link",
        "principle mapping",
        "second reading",
        "status episode",
        "quantity",
    }
    places = [place for place, kind in enumerate(kinds) if kind in last]
    assert kinds[0] not in last
    assert places == list(range(len(kinds) - len(places), len(kinds))), kinds


def test_the_search_is_small(built: BuildSummary) -> None:
    index = (built.site / SEARCH).read_bytes()
    assert len(gzip.compress(index)) <= SEARCH_BUDGET


def test_the_order_of_what_is_found_names_classes(tmp_path: Path) -> None:
    start_project(tmp_path / "library", "https://example.org/library/", "Library")
    project = replace(load_project(tmp_path / "library"), found_first=("def/Bok",))
    with pytest.raises(ConfigError, match="found_first: there is no class 'def/Bok'") as raised:
        publish(project, convert(project).dataset, [], (), tmp_path / "site")
    assert "def/Book" in raised.value.hint


def test_without_script_the_box_is_a_way_to_the_lists(browser: Browser, site_url: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site_url + ENTITY)
    link = page.locator("a.search-link")
    expect(link).to_have_text("Find by kind")
    link.click()
    expect(page.locator("#ways h3 a").first).to_be_visible()
    page.locator("#ways h3 a").first.click()
    assert page.locator("ul.entries a, table a").count() > 10
    page.context.close()


# The builder


def test_a_question_is_put_together_without_sparql(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.get_by_role("button", name="Start").click()
    kind = page.get_by_label("Kind of thing")
    expect(kind).to_be_visible()
    kind.select_option(
        label=next(one for one in kind.locator("option").all_inner_texts() if one.startswith("institution proposal"))
    )
    what = page.get_by_label("What of it").first
    expect(what.locator("option").nth(1)).to_be_attached()
    what.select_option(index=1)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    assert answered(page, 1).locator("tbody tr").count() >= 1
    expect(page.locator("#sparql")).to_have_value(re.compile(r"a/rdfs:subClassOf\* comity:InstitutionProposal"))


def test_a_built_question_is_in_the_words_of_the_page(visit: OpenPage) -> None:
    page = visit("/ask.zh.html")
    page.locator("#builder button").click()
    kind = page.locator("#build-kind")
    expect(kind).to_be_visible()
    kinds = kind.locator("option").all_inner_texts()
    assert len(kinds) == len(set(kinds)), "no two kinds look the same"
    kind.select_option(label=next(one for one in kinds if re.fullmatch(r"活动 \(\d+\) · comity:Event", one)))
    what = page.locator("#build-property-0")
    expect(what.locator("option").nth(1)).to_be_attached()
    assert not [one for one in what.locator("option").all_inner_texts() if one.startswith("rdfs:")]
    what.select_option(label=next(one for one in what.locator("option").all_inner_texts() if one.startswith("出席者")))
    page.locator("#builder button.main").click()
    expect(answered(page, 1).locator("th").nth(1)).to_have_text(re.compile("出席者"))
    page.locator("#builder .tools button").first.click()
    expect(page.locator("#build-property-1")).to_be_focused()
    page.locator(".conditions button").first.click()
    page.locator("#builder .tools button").first.click()
    expect(page.locator("#build-property-2")).to_be_focused()
    expect(page.locator("#build-property-1")).to_have_count(1)


def test_the_builder_says_that_there_are_more_values_than_it_offers(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.locator("#builder button").click()
    kind = page.locator("#build-kind")
    expect(kind).to_be_visible()
    for number, (name, more) in enumerate({"state": "", "measure": "500 values are offered here"}.items()):
        kinds = kind.locator("option").all_inner_texts()
        kind.select_option(label=next(one for one in kinds if one.startswith(f"{name} (")))
        what = page.locator(f"#build-property-{number}")
        expect(what.locator("option").nth(1)).to_be_attached()
        counts = [int(re.findall(r"\((\d+)\)", one)[-1]) for one in what.locator("option").all_inner_texts()[1:]]
        what.select_option(index=1 + counts.index(max(counts)))
        values = page.locator(f"#build-value-{number} option")
        expect(values.nth(300)).to_be_attached()
        expect(page.locator(".conditions .hint")).to_have_text(re.compile(f"^{more}" if more else "^$"))
        assert values.count() == (501 if more else 1 + max(counts))
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "long names of values make no page wider"


def test_the_builder_takes_nothing_from_a_reader_who_has_gone_on(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.get_by_role("button", name="Start").click()
    kind, mine = page.get_by_label("Kind of thing"), "ASK { ?my ?own ?words }"
    expect(kind).to_be_visible()
    write(page, mine)
    page.evaluate(HELD, "ask")
    kind.select_option(index=2)
    expect(page.locator("#sparql")).not_to_have_value(mine)
    write(page, mine)
    page.evaluate("release()")
    expect(page.get_by_label("What of it").locator("option").nth(1)).to_be_attached()
    expect(page.locator(".cm-content")).to_be_focused()
    expect(page.locator("#sparql")).to_have_value(mine)


def test_what_the_builder_asks_outlives_a_question_that_is_stopped(visit: OpenPage) -> None:
    page = visit("/ask.html")
    page.get_by_role("button", name="Start").click()
    kind = page.get_by_label("Kind of thing")
    expect(kind).to_be_visible()
    write(page, ENDLESS)
    page.locator("#run").click()
    expect(page.locator("#live-status")).to_have_text("Looking …")
    kind.select_option(index=2)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_label("What of it").locator("option").nth(1)).to_be_attached()


# Elsewhere, and nowhere


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A plain file server that says nothing about encodings."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def sub_path(built: BuildSummary, tmp_path: Path) -> Iterator[str]:
    """The site under a path below the top, by a server that knows nothing of it."""
    (tmp_path / "below").symlink_to(built.site)
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/below"
        server.shutdown()


def settled(page: Page) -> None:
    """Wait until the service worker keeps what it is to keep, the page included."""
    until(page, KEPT)


KEPT = """() => navigator.serviceWorker.ready
  .then(() => caches.match(location.href.replace(/#.*/, "")))
  .then(Boolean)"""


def until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until an asynchronous condition holds; ``wait_for_function`` takes a promise itself for true."""
    end = monotonic() + PATIENCE / 1000
    while not page.evaluate(condition, argument):
        assert monotonic() < end, condition
        page.wait_for_timeout(50)


def test_it_works_below_a_path_and_without_a_network(browser: Browser, sub_path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(sub_path + STATUS)
    settled(page)
    context.set_offline(True)
    page.reload()
    result = ask(page)
    assert result.locator("tbody tr").count() > 5
    page.keyboard.press("Escape")
    page.locator("#search").fill("hiroshima")
    expect(page.locator("#search-list [role=option]").first).to_be_visible()
    page.goto(f"{sub_path}/ask.html")
    expect(page.locator("h1")).to_have_text("Ask your own question")
    context.close()


def test_a_new_build_throws_the_old_one_away(browser: Browser, tmp_path: Path) -> None:
    """Old data never meets new pages: what is kept is of one build."""
    start_project(tmp_path / "library", "https://example.org/library/", "Library")
    project = load_project(tmp_path / "library")
    queries, small = list(named_queries(project).values()), convert(project).dataset
    question = f"/query/{queries[0].name}.html"
    publish(project, small, queries, (), tmp_path / "site")
    handler = functools.partial(Quiet, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        context = browser.new_context()
        page = context.new_page()
        page.goto(address + question)
        settled(page)
        first = page.evaluate("caches.keys()")
        more = Dataset(
            [*small.quads, Quad(NamedNode(f"{project.base}id/new"), TYPE, NamedNode(f"{project.base}def/Event"))],
            small.prefixes,
        )
        publish(project, more, queries, (), tmp_path / "site")
        page.reload()
        assert len(first) == 1
        alone = "([old]) => caches.keys().then((names) => names.length === 1 && names[0] !== old)"
        until(page, alone, first)
        page.reload()
        unfold(page)
        page.locator("#sparql").fill(f"SELECT * {{ <{project.base}id/new> a ?class }}")
        assert ask(page).locator("tbody tr").count() == 1
        context.close()
        server.shutdown()


# More than a browser takes at once

MANY = {f"https://elsewhere.example/graph/{number}": 25_000 + number for number in range(5)}
"""Named graphs, and how many quads each holds."""


@dataclass(frozen=True)
class Large:
    """A published project with more quads than a browser takes at once."""

    address: str
    first: str
    places: dict[str, str]
    worker: str


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    folder = tmp_path_factory.mktemp("large")
    start_project(folder / "library", "https://example.org/library/", "Library")
    project = load_project(folder / "library")
    small, thing = convert(project).dataset, NamedNode("https://elsewhere.example/Thing")
    many = [
        Quad(NamedNode(f"{graph}/{one}"), TYPE, thing, NamedNode(graph))
        for graph, count in MANY.items()
        for one in range(count)
    ]
    queries = list(named_queries(project).values())
    publish(project, Dataset([*small.quads, *many], small.prefixes), queries, (), folder / "site")
    manifest = json.loads((folder / "site" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["quads"] > WHOLE
    first, *others = manifest["parts"]
    assert first["graphs"] == []
    assert len(others) > len(MANY)
    places = {graph: part["file"] for part in others for graph in part["graphs"]}
    worker = (folder / "site" / "sw.js").read_text(encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(folder / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Large(f"http://127.0.0.1:{server.server_address[1]}", first["file"], places, worker)
        server.shutdown()


def counting(pattern: str) -> str:
    return f"SELECT (COUNT(*) AS ?n) {pattern}"


@pytest.mark.slow
def test_of_a_large_dataset_only_the_graphs_that_are_asked_for_are_loaded(browser: Browser, large: Large) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    loaded: list[str] = []
    context.on("request", lambda request: loaded.append(urlsplit(request.url).path.removeprefix("/")))

    def new() -> list[str]:
        """The data that was loaded since the last look."""
        found = sorted(path for path in loaded if path.endswith(".gz"))
        loaded.clear()
        return found

    page.goto(f"{large.address}/query/books-by-year.html")
    assert page.locator("#result tbody tr").count()
    assert new() == [], "nothing is loaded before something is asked"
    assert ask(page).locator("tbody tr").count()
    assert new() == [large.first], "what asks for no named graph loads none"
    page.goto(f"{large.address}/ask.html")
    one, other = list(MANY)[3], list(MANY)[1]
    write(page, counting(f"{{ GRAPH <{one}> {{ ?s ?p ?o }} }}"))
    expect(ask(page).locator("tbody td")).to_have_text(str(MANY[one]))
    assert new() == sorted([large.first, large.places[one]])
    write(page, counting(f"FROM <{other}> {{ ?s ?p ?o }}"))
    expect(ask(page, 2).locator("tbody td")).to_have_text(str(MANY[other]))
    assert new() == [large.places[other]]
    write(page, counting(f"{{ GRAPH <{one}> {{ ?s a ?class }} }}"))
    expect(ask(page, 3).locator("tbody td")).to_have_text(str(MANY[one]))
    assert new() == [], "what was loaded stays"
    write(page, counting("{ GRAPH ?g { ?s a <https://elsewhere.example/Thing> } }"))
    expect(ask(page, 4).locator("tbody td")).to_have_text(str(sum(MANY.values())))
    assert new() == sorted({*large.places.values()} - {large.places[one], large.places[other]})
    context.close()


@pytest.mark.slow
def test_of_a_large_dataset_what_was_loaded_is_kept(browser: Browser, large: Large) -> None:
    """The service worker keeps the default graph at once, a named graph when somebody has asked for it."""
    assert large.first in large.worker
    assert not any(file in large.worker for file in large.places.values())
    asked, context = list(MANY)[2], browser.new_context()
    page = context.new_page()
    page.goto(f"{large.address}/ask.html")
    settled(page)
    page.reload()
    write(page, counting(f"{{ GRAPH <{asked}> {{ ?s ?p ?o }} }}"))
    expect(ask(page).locator("tbody td")).to_have_text(str(MANY[asked]))
    kept = f"{large.address}/{large.places[asked]}"
    there = "file => caches.match(file, { ignoreSearch: true }).then(Boolean)"
    until(page, there, kept)
    context.set_offline(True)
    page.reload()
    expect(answered(page, 1).locator("tbody td")).to_have_text(str(MANY[asked]))
    context.close()


# Everybody can use it


@pytest.mark.parametrize("path", [STATUS, "/query/cq32-statements-about-a-thing.zh.html", "/ask.html"])
def test_axe_finds_nothing(visit: OpenPage, path: str) -> None:
    if not installed("axe-core"):
        install_packages()
    page = visit(path, bypass_csp=True, reduced_motion="reduce")
    unfold(page)
    page.locator("#sparql").focus()
    expect(page.locator(".cm-content")).to_be_visible()
    ask(page)
    page.keyboard.press("Escape")
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert found["passes"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]] == []


# The same answer everywhere


def published(built: BuildSummary, name: str) -> list[list[str]]:
    """Return the answer that stands beside the page of a question: head and sorted rows."""
    head, *found = rows((built.site / "query" / f"{name}.csv").read_bytes().decode())
    return [head, *sorted(found)]


@pytest.mark.slow
def test_the_page_answers_every_question_as_the_build_did(visit: OpenPage, built: BuildSummary) -> None:
    page = visit("/ask.html")
    page.locator("#sparql").focus()
    expect(page.locator(".cm-content")).to_be_visible()
    for number, (name, query) in enumerate(QUERIES.items(), 1):
        write(page, query.text)
        ask(page, number)
        head, *found = rows(downloaded(page, "CSV"))
        assert [head, *sorted(found)] == published(built, name), name


@pytest.mark.slow
def test_the_endpoint_answers_every_question_as_the_build_did(site_url: str, built: BuildSummary) -> None:
    for name, query in QUERIES.items():
        endpoint = SPARQLWrapper(f"{site_url}/sparql")
        endpoint.setMethod(POST)
        endpoint.setReturnFormat(CSV)
        # SPARQLWrapper takes a word of a comment, such as "Addresses", for an update
        endpoint.setQuery(re.sub(r"^\s*#.*\n", "", query.text, flags=re.MULTILINE))
        head, *found = rows(endpoint.query().convert().decode())
        assert [head, *sorted(found)] == published(built, name), name
