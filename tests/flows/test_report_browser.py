"""The site in a real browser, opened from a file: it works, asks nobody, and shows hostile strings as text."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.report.write import write_report
from tests.flows.test_report import DOCUMENTS, HOSTILE, hostile_releases

playwright = pytest.importorskip("playwright.sync_api", reason="no browser tests: pip install playwright")
from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402  # only where it is installed

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip(
        "NO BROWSER: apt-get install chromium; the site is not tested without", allow_module_level=True
    )

AXE = Path(__file__).parent / "axe-core" / "axe.min.js"
AXE_RUN = (
    "rules => axe.run({resultTypes: ['violations'], elementRef: false, ...(rules ? {runOnly: rules} : {})})"
)
PAGES = ("overview", "changes", "documents", "targets", "sources")
DESK, PHONE = (1200, 900), (390, 844)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the page of a release of hostile documents."""
    folder = tmp_path_factory.mktemp("browser")
    _, second = hostile_releases(folder / "data")
    write_report(second, folder / "report")
    return (folder / "report" / "index.html").as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as run:
        opened = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that must neither complain nor ask for anything but files."""
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="en-GB")
    tab = context.new_page()
    troubles: list[str] = []
    tab.on("console", lambda said: troubles.append(said.text) if said.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("requestfailed", lambda request: troubles.append(request.url))
    tab.on("request", lambda asked: None if asked.url.startswith("file:") else troubles.append(asked.url))
    tab.on("dialog", lambda dialog: troubles.append(dialog.message))
    yield tab
    assert tab.evaluate("window.hacked") is None
    assert not troubles
    context.close()


def _first_column(page: Page, number: int) -> list[str]:
    return page.locator(f"tbody tr td:nth-child({number})").all_inner_texts()


def test_the_first_page_shows_coverage_and_documents(page: Page, address: str) -> None:
    """Tiles, a heat map that arrow keys move in, a chart, and every page of the site by its link."""
    page.goto(address)
    expect(page.locator("h1")).to_have_text("What this release holds")
    expect(page.locator(".tiles strong").first).to_have_text(str(DOCUMENTS))
    expect(page.locator("canvas")).to_be_visible()
    page.locator('td.cell[tabindex="0"]').focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("p.told")).to_contain_text("2026-03-01: documents read")
    for name in PAGES:
        page.click(f'[data-page="{name}"]')
        expect(page.locator(f'[data-page="{name}"]')).to_have_attribute("aria-current", "page")
        expect(page.locator("h1")).to_be_visible()


def test_search_finds_by_title_number_and_day(page: Page, address: str) -> None:
    """Words, the number in other brackets, and days each narrow the list; the address keeps the question."""
    page.goto(f"{address}#/documents")
    expect(page.locator(".pager")).to_contain_text(f"1–50 of {DOCUMENTS}")
    page.fill('input[name="q"]', "晋科发[2026] 17号")
    expect(page.locator("p.told")).to_have_text(f"1 of {DOCUMENTS} documents")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("p.told")).to_have_text(f"1 of {DOCUMENTS} documents")
    page.fill('input[name="q"]', "事项 科学技术厅")
    page.fill('input[name="from"]', "2026-03-01")
    page.fill('input[name="to"]', "2026-04-30")
    expect(page.locator("p.told")).to_have_text(f"10 of {DOCUMENTS} documents")
    page.fill('input[name="q"]', "没有这样的文件")
    expect(page.locator("td.empty")).to_be_visible()


def test_tables_sort_and_turn_their_pages_by_keyboard(page: Page, address: str) -> None:
    """The head says how a column is sorted, numbers sort as numbers, the second page goes on."""
    page.goto(f"{address}#/targets")
    head = page.locator("thead th:nth-child(3)")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    amounts = [int(text.replace(",", "")) for text in _first_column(page, 3)]
    assert amounts == sorted(amounts)
    page.locator(".pager button").last.press("Enter")
    expect(page.locator(".pager span")).to_have_text(f"51–{DOCUMENTS} of {DOCUMENTS}")
    page.locator("thead th:nth-child(3) button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    amounts = [int(text.replace(",", "")) for text in _first_column(page, 3)]
    assert amounts == sorted(amounts, reverse=True)
    page.select_option("select >> nth=0", label="Shanxi")
    expect(page.locator("p.told")).to_have_text(f"{DOCUMENTS // 2} of {DOCUMENTS} targets")


def test_changes_show_what_was_removed_and_added(page: Page, address: str) -> None:
    """A changed number stands as removed and added; the document is a click away, with both versions."""
    page.goto(f"{address}#/changes")
    expect(page.locator("article")).to_have_count(3)
    expect(page.locator("article del").first).to_be_visible()
    assert set(page.locator("article del").all_inner_texts()) == {"100", "200", "300"}
    assert set(page.locator("article ins").all_inner_texts()) == {"200", "300", "400"}
    page.locator("article h2 a").first.click()
    expect(page.locator(".versions a")).to_have_count(2)
    page.locator(".versions a").first.click()
    expect(page.locator('.versions a[aria-current="page"]')).to_have_text("Version 1")


def test_a_hostile_document_is_shown_as_text(page: Page, address: str) -> None:
    """Script in title, text, address, attachment and evidence is text; `javascript:` is no link; raw stands beside clean."""
    page.goto(f"{address}#/documents?q=17号")
    page.locator("tbody a").first.click()
    plain = HOSTILE.replace("\u2028", "").replace("\u2029", "")
    expect(page.locator("h1")).to_contain_text(plain)
    readings = page.locator(".reading")
    expect(readings).to_have_count(3)
    raw = readings.nth(1).evaluate("element => element.textContent")
    assert raw.startswith(HOSTILE)
    assert "一、目\u3000 𠮷" in raw or "\u3000" in raw
    assert readings.nth(0).locator("mark.flag").all_inner_texts()[0] == "到2027年，"
    hrefs = [str(link.get_attribute("href")) for link in page.locator("main a").all()]
    assert all(re.match(r"https?://|#/", href) for href in hrefs)
    assert page.locator("main script, main img").count() == 0
    page.get_by_role("button", name="show").first.click()
    expect(page.locator("mark#flag-0")).to_be_focused()


def test_annexes_are_shown_with_text_tables_and_status(page: Page, address: str) -> None:
    """What could not be read says why; doubts are marked in the annex that they stand in."""
    page.goto(f"{address}#/documents?q=17号")
    page.locator("tbody a").first.click()
    annexes = page.locator("article.card")
    expect(annexes).to_have_count(2)
    expect(annexes.nth(0).locator(".badge")).to_have_text("scanned: pictures without text")
    expect(annexes.nth(1).locator(".badge")).to_have_text("read")
    expect(annexes.nth(1)).to_contain_text("2 pages")
    annexes.nth(1).get_by_text("Its text").click()
    expect(annexes.nth(1).locator(".reading")).to_contain_text("附件正文 𠮷")
    annexes.nth(1).get_by_text("Table 1").first.click()
    assert annexes.nth(1).locator("td").all_inner_texts()[::3] == ["任务", "二"]
    annexes.nth(1).get_by_text("Its text").click()
    page.get_by_role("button", name="show").nth(1).click()
    expect(page.locator("mark#flag-1")).to_be_focused()
    expect(page.locator("mark#flag-1")).to_have_text("附件")


def test_the_language_is_switched_and_remembered(page: Page, address: str) -> None:
    """One button turns the whole interface to Chinese; it is Chinese the next time too; so with the theme."""
    page.goto(f"{address}#/targets")
    page.click("#language")
    expect(page.locator("h1")).to_have_text("量化目标")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.click("#theme")
    page.click("#theme")
    page.reload()
    expect(page.locator('[data-page="changes"]')).to_have_text("改动")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_nothing_is_wider_than_a_phone(browser: Browser, address: str, language: str) -> None:
    """No page scrolls sideways at phone width; wide tables do in their own box."""
    with browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale=language) as context:
        tab = context.new_page()
        for name in (*PAGES, _a_document(tab, address)):
            tab.goto(f"{address}#/{name}")
            tab.reload()
            expect(tab.locator("h1")).to_be_visible()
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def _a_document(tab: Page, address: str) -> str:
    tab.goto(f"{address}#/changes")
    return str(tab.locator("article h2 a").first.get_attribute("href")).removeprefix("#/")


@pytest.mark.parametrize(
    ("theme", "pages", "rules"), [("light", PAGES, ""), ("dark", ("overview", "changes"), "color-contrast")]
)
def test_axe_finds_no_serious_violation(
    browser: Browser, address: str, theme: str, pages: tuple[str, ...], rules: str
) -> None:
    """axe-core, with all its rules on every page; in the dark what differs there."""
    with browser.new_context(
        viewport={"width": DESK[0], "height": DESK[1]}, bypass_csp=True, locale="en-GB"
    ) as context:
        tab = context.new_page()
        tab.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for name in (*pages, _a_document(tab, address)):
            tab.goto(f"{address}#/{name}")
            tab.reload()
            expect(tab.locator("h1")).to_be_visible()
            expect(tab.locator("main progress:not([hidden]), .differences .note")).to_have_count(0)
            tab.add_script_tag(path=AXE)
            found = tab.evaluate(AXE_RUN, rules)["violations"]
            serious = [
                (one["id"], one["nodes"][0]["html"])
                for one in found
                if one["impact"] in {"serious", "critical"}
            ]
            assert not serious, name
