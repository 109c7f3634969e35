"""Views in a real browser: choosing, comparing, from a sign to its words, a text checked that stays in the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from browser import OpenPage

PLAN, OECD = "global-ai-governance-action-plan-2025", "oecd-recommendation-ai"
PAIR = f"/browse/compare.html?in={PLAN}&in={OECD}"
TEXTS = {
    "000_5d138eeaae095402.txt": "Reportify",
    "001_4a2f7a8917fa78cc.txt": "Unboxed AI",
    "002_c83897644fef164a.txt": "Metaverse Post",
    "003_9860db30426bbfa6.txt": "1AI",
    "004_f841990c413b9f6c.txt": "China-US Focus",
}


def counts(page: Page) -> dict[str, int]:
    """How many passages hold, have moved, have changed or are missing, as the page says."""
    said = page.locator(".verify [role=status]").inner_text()
    found = re.search(r": (\d+) of (\d+) passages hold, (\d+) have moved, (\d+) have changed, (\d+) were not", said)
    assert found, said
    names = ("holds", "all", "moved", "changed", "missing")
    return dict(zip(names, map(int, found.groups()), strict=True))


def check(page: Page, text: str) -> dict[str, int]:
    page.locator(".verify textarea").fill(text)
    page.locator(".verify button").click()
    expect(page.locator(".verify table")).to_be_visible()
    return counts(page)


# Tables


def test_a_table_is_chosen_from_and_sorted_by_keyboard_and_the_address_keeps_it(visit: OpenPage) -> None:
    page = visit("/browse/Instrument.html")
    rows = page.locator("tbody tr:visible")
    every = rows.count()
    page.get_by_label("Legal force").select_option("binding")
    some = rows.count()
    assert 0 < some < every
    assert all("binding" in text for text in rows.locator("td:nth-child(3)").all_inner_texts())
    page.get_by_label("Find").focus()
    page.keyboard.type("council of europe framework")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Show all").press("Enter")
    expect(rows).to_have_count(every)
    heading = page.get_by_role("button", name="Instrument")
    heading.press("Enter")
    names = rows.locator("th").all_inner_texts()
    assert names == sorted(names, key=str.casefold) or names[0].casefold() <= names[-1].casefold()
    expect(page.locator("thead th").first).to_have_attribute("aria-sort", "ascending")
    heading.press("Enter")
    assert rows.locator("th").all_inner_texts() == names[::-1]


@pytest.mark.parametrize("suffix", ["html", "zh.html"])
@pytest.mark.parametrize("name", ["crosswalk", "compare", "timeline", "disagreements", "verify", "Instrument"])
def test_a_view_reads_without_scripts(visit: OpenPage, name: str, suffix: str) -> None:
    page = visit(f"/browse/{name}.{suffix}", java_script_enabled=False)
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("main button, main select").count() == 0, "nothing that does nothing"
    assert page.locator("main a[href*='/id/'], main a[href*='/scheme/']").count() > 4


# Crosswalk and comparison


def test_a_sign_of_the_crosswalk_leads_to_the_words_and_the_reason(visit: OpenPage) -> None:
    page = visit("/browse/crosswalk.html")
    sign = page.locator(".matrix tbody td a.sign").first
    sign.press("Enter")
    entry = page.locator("dd:target")
    expect(entry).to_be_visible()
    expect(entry.locator("q")).not_to_have_count(0)
    expect(entry.locator(".definition")).not_to_be_empty()
    entry.locator("a").first.click()
    expect(page).to_have_url(re.compile(r"/id/principle-mapping/"))


def test_what_is_coded_is_told_apart_in_words(visit: OpenPage) -> None:
    page = visit("/browse/crosswalk.html")
    for state, words in (
        ("complete", "not among what the text lists"),
        ("partial", "not known"),
        ("not_coded", "not coded"),
    ):
        place = page.locator(f".matrix tbody td.gap.{state}").first
        assert words in str(place.text_content())
    assert not re.search(r"\black", page.locator("main").inner_text())


def test_two_texts_stand_side_by_side_and_a_gap_is_one_only_where_all_was_coded(visit: OpenPage) -> None:
    page = visit("/browse/compare.html")
    first, second = page.get_by_label("Text 1"), page.get_by_label("Text 2")
    first.select_option(PLAN)
    second.focus()
    second.select_option(OECD)
    table = page.locator(".beside")
    expect(table).to_be_visible()
    expect(page).to_have_url(re.compile(rf"\?in={PLAN}&in={OECD}$"))
    expect(page.locator(".coded")).to_be_hidden()
    gaps = set(table.locator("td.gap").all_inner_texts())
    assert any(gap.startswith("not listed in OECD") for gap in gaps)
    assert "not coded" in gaps
    assert not any("lack" in gap for gap in gaps)
    page.get_by_label("shared by all", exact=True).check()
    rows = table.locator("tbody tr:not(.part)")
    assert rows.count() > 0
    assert table.locator("td.gap").count() == 0
    assert all(row.locator("td a").count() >= 2 for row in rows.all())
    page.get_by_label("Text 3").select_option("unesco-recommendation-2021")
    expect(table.locator("thead th")).to_have_count(3)
    page.get_by_role("button", name="Back to all texts").press("Enter")
    expect(page.locator(".coded")).to_be_visible()
    expect(first).to_be_focused()


def test_the_address_of_a_comparison_leads_back_to_it(visit: OpenPage) -> None:
    page = visit(PAIR.replace(".html", ".zh.html"))
    expect(page.locator(".beside thead th")).to_have_count(2)
    expect(page.locator(".beside td.gap.complete").first).to_contain_text("未列入")
    link = page.locator(".beside td a").first
    link.click()
    expect(page.locator("h1")).to_be_visible()


def test_beside_a_gap_stands_where_the_text_deals_with_it(visit: OpenPage) -> None:
    page = visit(PAIR)
    row = page.locator(".beside tr", has_text="accountability").first
    gap = row.locator("td").first
    expect(gap).to_have_class("gap complete")
    expect(gap).to_contain_text("not listed in Global AI Governance Action Plan")
    expect(gap.get_by_role("link", name="Article X of")).to_be_visible()
    every = page.locator(".beside tr:not(.part)").count()
    page.get_by_label("shared by all", exact=True).check()
    assert 0 < page.locator(".beside tr:not(.part)").count() < every
    assert page.locator(".beside td.gap").count() == 0, "what is only related is not shared"


# Time and disagreement


def test_the_contents_of_the_disagreements_lead_to_each_the_weightiest_first(visit: OpenPage) -> None:
    page = visit("/browse/disagreements.html", java_script_enabled=False)
    entries = page.locator("nav.index li")
    assert entries.count() == page.locator("article[data-item]").count()
    assert "contradiction" in entries.first.inner_text()
    entries.last.get_by_role("link").click()
    expect(page.locator("article:target")).to_be_in_viewport()


def test_the_timeline_is_drawn_and_chosen_from(visit: OpenPage) -> None:
    page = visit("/browse/timeline.html")
    marks = page.locator(".strip rect").count()
    items = page.locator("[data-item]:visible")
    assert items.count() == marks > 100
    page.get_by_label("Kind").select_option("event")
    assert 0 < items.count() < marks
    assert page.locator("section[data-part]:visible [data-item]:visible").count() == items.count()


def test_disagreements_are_chosen_by_whether_one_reading_is_preferred(visit: OpenPage) -> None:
    page = visit("/browse/disagreements.html")
    shown = page.locator("article:visible")
    every = shown.count()
    page.get_by_label("Preference").select_option("yes")
    assert 0 < shown.count() < every
    for article in shown.all():
        expect(article.locator(".pick:not(.none)").first).to_be_visible()
    page.get_by_label("Preference").select_option("no")
    for article in shown.all():
        expect(article.locator(".pick")).to_contain_text("No preference")


# Verification


def test_the_page_that_takes_a_text_can_reach_nobody(visit: OpenPage, browser: Browser, site_url: str) -> None:
    page = browser.new_page()
    page.goto(f"{site_url}/browse/verify.html")
    with pytest.raises(Error, match="Failed to fetch"):
        page.evaluate("fetch('/index.html')")
    page.close()
    asked: list[str] = []
    page = visit("/browse/verify.html")
    icon = page.locator("link[rel=icon]").evaluate("one => one.href")
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".verify textarea").fill("Nothing that any source says.")
    page.locator(".verify button").click()
    expect(page.locator(".verify [role=status]")).to_contain_text("holds no passage")
    assert set(asked) <= {icon}, "the browser may fetch the icon of the page late"


@pytest.mark.shared
@pytest.mark.parametrize("name", TEXTS)
def test_every_passage_of_a_source_holds_in_its_text(visit: OpenPage, texts: Path, name: str) -> None:
    page = visit("/browse/verify.html")
    page.locator(".verify input[type=file]").set_input_files(texts / name)
    expect(page.locator(".verify table")).to_be_visible()
    said = counts(page)
    assert said["holds"] == said["all"] > 20
    status = page.locator(".verify [role=status]")
    expect(status).to_contain_text(TEXTS[name])
    expect(status).to_contain_text("exactly the text")
    page.get_by_label("only what does not hold").check()
    expect(page.locator(".verify tbody tr:visible")).to_have_count(0)


@pytest.mark.shared
def test_a_changed_word_fails_exactly_the_passages_that_hold_it(visit: OpenPage, texts: Path) -> None:
    text = (texts / "003_9860db30426bbfa6.txt").read_text(encoding="utf-8")
    page = visit("/browse/verify.html")
    whole = check(page, text)
    spans = [
        tuple(map(int, span.split("–"))) for span in page.locator(".verify tbody td:first-child").all_inner_texts()
    ]
    at = text.index("infrastructure", 2000)
    changed = f"{text[:at]}INFRASTRUCTURE{text[at + len('infrastructure') :]}"
    touched = [span for span in spans if span[0] < at + len("infrastructure") and span[1] > at]
    assert 0 < len(touched) < len(spans) / 2
    said = check(page, changed)
    assert said["changed"] + said["missing"] + said["moved"] == len(touched)
    assert said["holds"] == whole["all"] - len(touched)
    page.get_by_label("only what does not hold").check()
    failed = page.locator(".verify tbody tr:visible td:first-child").all_inner_texts()
    assert failed == [f"{start}–{end}" for start, end in touched]
    longer = check(page, f"A line before it all.\n{text}")
    assert longer["moved"] + longer["holds"] == whole["all"]
    assert longer["moved"] > whole["all"] * 0.9
    expect(page.locator(".verify [role=status]")).to_contain_text("not, to the letter")


@pytest.mark.shared
def test_what_is_said_of_one_text_never_stands_beside_another(visit: OpenPage, texts: Path) -> None:
    one, other = ((texts / name).read_text(encoding="utf-8") for name in list(TEXTS)[:2])
    page = visit("/browse/verify.html")
    check(page, one)
    status, table = page.locator(".verify [role=status]"), page.locator(".verify table")
    expect(status).to_contain_text("Reportify")
    page.evaluate(DIGESTS_HELD)
    for text in (one, other):
        page.locator(".verify textarea").fill(text)
        page.locator(".verify button").click()
        expect(status).to_have_text("Checking …")
        expect(table).to_have_count(0)
    page.evaluate("release()")
    expect(status).to_contain_text("Unboxed AI")
    expect(table).to_have_count(1)


DIGESTS_HELD = """() => {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const released = new Promise((resolve) => { globalThis.release = resolve; });
  crypto.subtle.digest = (...given) => released.then(() => digest(...given));
}"""
"""Keeps every digest from the page until `release` is called."""


@pytest.mark.shared
def test_the_form_of_the_text_does_not_matter_only_its_signs(visit: OpenPage, texts: Path) -> None:
    text = (texts / "004_f841990c413b9f6c.txt").read_text(encoding="utf-8")
    page = visit("/browse/verify.html")
    decomposed = page.evaluate("(text) => text.normalize('NFD')", text)
    said = check(page, decomposed)
    assert said["holds"] == said["all"]
