"""The built site in a real browser: nothing fails, nothing leaves the site, and the evidence opens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import OpenPage, hold

THING = "/id/institution/world-ai-cooperation-organization-proposal"
HAN = re.compile(r"[\u4e00-\u9fff]")
PAGES = [("/", "en"), (f"{THING}.html", "en"), (f"{THING}.zh.html", "zh")]


def language(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


@pytest.mark.parametrize(("path", "expected"), PAGES)
def test_a_page_opens_without_complaint(visit: OpenPage, path: str, expected: str) -> None:
    page = visit(path)
    page.wait_for_load_state("networkidle")
    assert language(page) == expected
    heading = page.locator("h1")
    expect(heading).to_have_count(1)
    expect(heading).to_be_visible()
    assert bool(HAN.search(page.locator("main").inner_text())) or expected == "en"
    styled = page.evaluate("[...document.styleSheets].length")
    assert styled > 0, "the style sheet is there"


@pytest.mark.parametrize(("locale", "expected"), [("en-GB", "en"), ("zh-CN", "zh"), ("fr-FR", "en")])
@pytest.mark.parametrize("path", ["/", THING])
def test_the_browser_s_language_decides(visit: OpenPage, path: str, locale: str, expected: str) -> None:
    assert language(visit(path, locale=locale)) == expected


@pytest.mark.parametrize("path", ["/index.html", f"{THING}.html"])
def test_the_language_switch_leads_there_and_back(visit: OpenPage, path: str) -> None:
    page = visit(path)
    for tag in ("zh", "en"):
        page.locator(f'nav.languages a[hreflang="{tag}"]').click()
        expect(page.locator("html")).to_have_attribute("lang", tag)
        expect(page.locator("h1")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{re.escape(path)}$"))


@pytest.mark.parametrize(
    ("suffix", "open_all", "close_all"),
    [("html", "Open all evidence", "Close all evidence"), ("zh.html", "展开全部证据", "收起全部证据")],
)
def test_one_button_opens_all_evidence(visit: OpenPage, suffix: str, open_all: str, close_all: str) -> None:
    page = visit(f"{THING}.{suffix}")
    evidence, opened = page.locator("details.evidence"), page.locator("details.evidence[open]")
    assert evidence.count() > 1
    page.get_by_role("button", name=open_all).click()
    expect(opened).to_have_count(evidence.count())
    page.get_by_role("button", name=close_all).click()
    expect(opened).to_have_count(0)
    evidence.first.locator("summary").click()
    expect(page.get_by_role("button", name=open_all)).to_be_visible()


def test_the_identifier_can_be_copied(visit: OpenPage) -> None:
    page = visit(f"{THING}.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".iri").get_by_role("button", name="Copy").click()
    expect(page.locator(".iri").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"https://w3id.org/comity{THING}"


def test_pages_need_no_script(browser: Browser, site_url: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_url}{THING}.html")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("button").count() == 0, "no button that does nothing"
    page.context.close()


@pytest.mark.parametrize("suffix", ["html", "zh.html"])
def test_evidence_opens_and_leads_to_the_passage(visit: OpenPage, suffix: str) -> None:
    page = visit(f"{THING}.{suffix}")
    with_passage = page.locator("details.evidence").filter(has=page.locator('a[href*="id/passage/"]'))
    assert with_passage.count() > 0
    evidence = with_passage.first
    link = evidence.locator('a[href*="id/passage/"]').first
    expect(link).to_be_hidden()
    evidence.locator("summary").click()
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(re.compile(rf"/id/passage/.*\.{re.escape(suffix)}$"))
    expect(page.locator("h1")).to_be_visible()


def test_a_citation_says_when_the_page_was_read(visit: OpenPage) -> None:
    for suffix, words in (("html", "accessed"), ("zh.html", "访问日期")):
        page = visit(f"{THING}.{suffix}")
        cited = page.locator(".cite").inner_text()
        assert words in cited
        assert f"https://w3id.org/comity{THING}" in cited
        assert str(page.evaluate("new Date().getFullYear()")) in cited.partition(words)[2]


def test_names_come_in_the_language_that_the_reader_chooses(visit: OpenPage) -> None:
    page = visit("/id/actor/china.html")
    page.locator(".languages select").select_option("ar")
    expect(page.locator("h1 bdi")).to_have_attribute("dir", "rtl")
    expect(page.locator("h1 bdi")).to_have_text("الصين")
    expect(page.locator(".kind bdi").first).to_have_attribute("lang", "ar")
    page.goto(page.url.replace("id/actor/china", "id/actor/france"))
    expect(page.locator("h1 bdi")).to_have_attribute("lang", "ar")
    page.locator(".languages select").select_option("")
    expect(page.locator("h1")).to_have_text("France")


def test_the_browser_gets_pages_compressed(visit: OpenPage, site_url: str) -> None:
    page = visit("/index.html")
    answer = page.request.get(f"{site_url}{THING}.html", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_the_neighbourhood_becomes_a_graph_that_grows(visit: OpenPage) -> None:
    page = visit(f"{THING}.html")
    expect(page.locator("svg.near a").first).to_be_visible()
    page.get_by_role("button", name="Explore as a graph").click()
    spots = page.locator("svg.grown .spot")
    expect(spots.first).to_be_visible()
    before = spots.count()
    listed = page.eval_on_selector_all(".near-list li:not(.hint) a", "all => all.map((one) => one.href)")
    assert before == 1 + len(set(listed)), "a thing that is near in two ways is one spot"
    page.locator("svg.grown .spot", has_text="China").first.press("Enter")
    expect(page.locator("p.chosen a")).to_have_text("China")
    expect(page.locator("svg.grown .spot.open")).to_have_count(2)
    assert spots.count() > before
    page.locator("p.chosen a").click()
    expect(page).to_have_url(re.compile(r"/id/actor/china\.html$"))


def test_who_presses_twice_gets_one_graph(visit: OpenPage) -> None:
    page = visit(f"{THING}.html")
    release = hold(page, "**/near.js")
    explore = page.get_by_role("button", name="Explore as a graph")
    with page.expect_request("**/near.js"):
        explore.click()
    explore.click()
    release()
    expect(page.locator("svg.grown")).to_have_count(1)
    expect(page.locator("p.chosen")).to_have_count(1)


def test_who_is_chosen_last_stays_chosen(visit: OpenPage) -> None:
    page = visit(f"{THING}.html")
    page.get_by_role("button", name="Explore as a graph").click()
    release = hold(page, "**/id/actor/china.html")
    page.evaluate(LATE)
    china, other = page.locator("svg.grown .spot", has_text="China").first, page.locator("svg.grown .spot").nth(1)
    name = other.get_attribute("aria-label")
    assert name != "China"
    with page.expect_request("**/id/actor/china.html"):
        china.press("Enter")
    other.press("Enter")
    expect(page.locator("p.chosen a")).to_have_text(str(name))
    release()
    page.evaluate("late")
    expect(page.locator("p.chosen a")).to_have_text(str(name))
    expect(page.locator("svg.grown .spot.chosen")).to_be_focused()
    china.press("Enter")
    expect(page.locator("p.chosen a")).to_have_text("China")
    expect(page.locator("svg.grown .spot.open")).to_have_count(3)


def test_who_has_left_the_graph_is_not_called_back(visit: OpenPage) -> None:
    page = visit(f"{THING}.html")
    page.get_by_role("button", name="Explore as a graph").click()
    release, china = hold(page, "**/id/actor/china.html"), page.locator("svg.grown .spot", has_text="China").first
    with page.expect_request("**/id/actor/china.html"):
        china.press("Enter")
    page.locator("#search").focus()
    release()
    expect(page.locator("p.chosen a")).to_have_text("China")
    expect(page.locator("#search")).to_be_focused()


LATE = """() => {
  const { fetch } = globalThis;
  globalThis.fetch = (address) => {
    const got = fetch(address);
    const read = got.then((one) => one.clone().text()).then(() => new Promise((done) => setTimeout(done, 200)));
    if (address.endsWith("/china.html")) globalThis.late = read;
    return got;
  };
}"""
"""Remembers when the page of China has come and was read."""
