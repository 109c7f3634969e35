"""Everybody can read the site: axe finds nothing on any kind of page, the keyboard reaches all, phones and paper do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from page_scripts import MODULES, install_packages, installed

PLAN = "/id/instrument/global-ai-governance-action-plan-2025"
BODY = "/id/institution/world-ai-cooperation-organization-proposal"
KINDS = (
    *("/index", "/queries", "/reference", "/changes", "/404", "/data/catalog", "/def"),
    *("/browse/Instrument", "/browse/Source", "/browse/Actor", "/browse/crosswalk", "/browse/compare"),
    *("/browse/timeline", "/browse/disagreements", "/browse/verify"),
    *(PLAN, BODY, "/id/actor/china", "/id/event/waic-2025", f"{PLAN.replace('instrument', 'provision')}/art-8"),
    *("/id/source/reportify-waic-2025", "/id/statement/s1-001", "/id/passage/reportify-waic-2025/536-586"),
    *("/scheme/canonical-principle", "/scheme/measure/international-cooperation", "/scheme/modality/called-for"),
    *("/scheme/action-area/environment", "/id/conflict/number-of-principles"),
    *("/def/Instrument", "/def/proposes", "/query/principle-gaps", "/shape/Actor-acronym"),
    "/graph/source/reportify-waic-2025",
)
"""One page of each kind."""

STOPS = 50
NARROW = 320
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="module")
def axe() -> str:
    if not installed("axe-core"):
        install_packages()
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


RUN = "(rules) => axe.run({ runOnly: rules, resultTypes: ['violations'] })"
"""Of rules that found nothing it is enough to know that they ran."""


def complaints(page: Page, axe: str, *, colours: bool = False) -> list[str]:
    """What axe finds, as one line for each rule; of a page that differs in its colours only, what it says of these."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(axe)
    rules = {"type": "rule", "values": ["color-contrast"]} if colours else {"type": "tag", "values": list(RULES)}
    found: dict[str, Any] = page.evaluate(RUN, rules)
    assert len(found["passes"]) > (0 if colours else 15), "axe looked at nothing"
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])})" for one in found["violations"]]


@pytest.mark.parametrize(("scheme", "language"), [("light", ""), ("dark", ""), ("light", ".zh")])
def test_axe_finds_nothing(browser: Browser, site_url: str, axe: str, scheme: Any, language: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    found = {}
    for kind in KINDS:
        answer = page.goto(f"{site_url}{kind}{language}.html")
        assert answer is not None
        assert answer.status in (200, 404), kind
        assert answer.ok or kind == "/404", kind
        if complained := complaints(page, axe, colours=scheme == "dark"):
            found[kind] = complained
    context.close()
    assert found == {}


def test_axe_finds_nothing_on_a_phone(browser: Browser, site_url: str, axe: str) -> None:
    context = browser.new_context(viewport={"width": NARROW, "height": 640}, reduced_motion="reduce")
    page = context.new_page()
    found = {}
    for kind in KINDS[::3]:
        page.goto(f"{site_url}{kind}.html")
        if complained := complaints(page, axe):
            found[kind] = complained
    context.close()
    assert found == {}


@pytest.mark.parametrize("width", [NARROW, 768, 1280, 2560])
def test_nothing_is_wider_than_the_window(browser: Browser, site_url: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    wide = []
    for kind in KINDS:
        for language in ("", ".zh"):
            page.goto(f"{site_url}{kind}{language}.html")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append(f"{kind}{language}")
    context.close()
    assert wide == []


@pytest.mark.parametrize("kind", ["/index", PLAN, "/browse/Source", "/query/principle-gaps"])
def test_the_keyboard_goes_first_to_the_content(context: BrowserContext, site_url: str, kind: str) -> None:
    page = context.new_page()
    page.goto(f"{site_url}{kind}.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0, "seen when it is reached"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("kind", ["/index", PLAN])
def test_the_keyboard_walks_through_a_page(context: BrowserContext, site_url: str, kind: str) -> None:
    page = context.new_page()
    page.goto(f"{site_url}{kind}.html")
    before, inside, unseen = 0, 0, []
    for _ in range(150):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["inside"]:
            inside += 1
        elif not inside:
            before += 1
        if not stop["seen"]:
            unseen.append(stop["html"])
        if stop["end"]:
            break
    assert 3 <= before <= STOPS
    assert inside > 20
    assert unseen == [], "where the keyboard is can be seen"


STOP = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const rect = at.querySelector && at.querySelector("rect");
  const marked = style.outlineStyle !== "none" || (rect && getComputedStyle(rect).strokeWidth === "2px");
  return {
    inside: document.querySelector("main").contains(at),
    seen: at === document.body || Boolean(marked),
    end: Boolean(at.closest("footer")),
    html: at.outerHTML.slice(0, 120),
  };
}"""


def test_evidence_opens_by_the_keyboard(context: BrowserContext, site_url: str) -> None:
    page = context.new_page()
    page.goto(f"{site_url}{BODY}.html")
    summary = page.locator("#facts details.evidence > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#facts details.evidence").first.get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('details.evidence') !== null")


BESIDE = """(ancestor::*[self::section or self::div[@class='share']][1]
    | ancestor::figure[not(ancestor::section)]/following-sibling::div[.//li][1])"""
"""Where a picture's list stands: in its section, or right after a figure that has none of its own."""


def test_every_picture_has_its_list(context: BrowserContext, site_url: str) -> None:
    page = context.new_page()
    looked = 0
    for kind in KINDS:
        page.goto(f"{site_url}{kind}.html")
        for picture in page.locator("main svg").all():
            looked += 1
            assert picture.locator(f"xpath={BESIDE}").locator("li, table").count() >= 1, kind
            named = picture.get_attribute("aria-labelledby")
            assert page.locator(f"#{named}").count() == 1, kind
    assert looked > 5


def test_the_picture_and_its_list_hold_the_same(context: BrowserContext, site_url: str) -> None:
    page = context.new_page()
    page.goto(f"{site_url}{BODY}.html")
    picture = page.eval_on_selector_all("svg.near a", "all => all.map((one) => one.href.baseVal)")
    listed = page.eval_on_selector_all(
        ".near-list li:not(.hint) a", "all => all.map((one) => one.getAttribute('href'))"
    )
    assert sorted(picture) == sorted(listed)
    assert len(picture) > 6


def test_on_paper_the_evidence_is_open_and_the_ways_are_gone(context: BrowserContext, site_url: str) -> None:
    page = context.new_page()
    page.goto(f"{site_url}{BODY}.html")
    place = page.locator("#facts details.evidence .where").first
    assert not place.is_visible()
    page.emulate_media(media="print")
    assert place.bounding_box() is not None
    assert not page.locator("header.site nav.main").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_who_wants_no_motion_gets_none(browser: Browser, site_url: str) -> None:
    for wanted, expected in (("reduce", "0s"), ("no-preference", "0.12s")):
        context = browser.new_context(reduced_motion=wanted)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{site_url}/index.html")
        duration = page.eval_on_selector("main a", "one => getComputedStyle(one).transitionDuration")
        assert duration.split(",")[0] == expected
        context.close()
