"""The page in a real browser: accessible, no wider than the screen, filtered by its script, whole on paper."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from hpcp_rules.api import Checker
from hpcp_rules.readers import read_file
from hpcp_rules.report.html import page_view, render_index, render_page
from hpcp_rules.rulespec.pack import Pack
from hpcp_rules.rulespec.provisions import load_provisions
from tests.conftest import ROOT

SCREENS = {
    "desktop": {"viewport": {"width": 1366, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    # A desktop at 200 % is half as wide in the page's own pixels.
    "200 %": {"viewport": {"width": 683, "height": 450}, "device_scale_factor": 2},
    "dark": {"viewport": {"width": 1366, "height": 900}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with nearly everything: pages, several severities, excused sentences, decisions; and an index."""
    folder = tmp_path_factory.mktemp("pages")
    checker = Checker(pack)
    source = read_file(ROOT / "examples" / "telecom.pdf")
    report = checker.check(source)
    view = page_view(
        report, source, document=checker.structure(source), states={report.findings[1].id: "rejected"},
        provisions=load_provisions(pack.folder / "_provisions"),
    )  # fmt: skip
    (folder / "one.html").write_text(render_page(view, home="index.html"), encoding="utf-8")
    (folder / "index.html").write_text(render_index([("one.html", view)]), encoding="utf-8")
    return folder


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", ["one.html", "index.html"])
def test_no_accessibility_violations_and_nothing_wider_than_the_screen(
    browser: Browser, pages: Path, name: str, screen: str
) -> None:
    context = browser.new_context(bypass_csp=True, **SCREENS[screen])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((pages / name).as_uri())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules}).response
    assert found["passes"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_filters_hide_cards_and_say_so(browser: Browser, pages: Path) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text))
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto((pages / "one.html").as_uri())
    cards = page.locator("article.card")
    total = cards.count()
    assert page.locator("article.card:visible").count() == total
    page.get_by_label("đã bác").uncheck()
    assert page.locator("article.card:visible").count() == total - 1
    assert f"{total - 1} trong {total}" in page.locator("#shown").inner_text()
    page.get_by_label("Quy định", exact=True).select_option("law19:25.1")
    assert page.locator("article.card:visible").count() == 1
    page.get_by_role("button", name="Hiện tất cả").click()
    page.wait_for_function("document.querySelector('#shown').textContent === ''")
    assert page.locator("article.card:visible").count() == total
    assert complaints == [], "the page's own policy blocks nothing of the page"
    page.close()


def test_marks_and_cards_are_reached_by_keyboard_alone_and_without_a_script(browser: Browser, pages: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.goto((pages / "one.html").as_uri())
    assert page.locator("#filters").is_hidden()
    assert page.locator("article.card").first.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#findings")
    page.locator("#q-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#f-1")  # fails when it does not come
    context.close()


def test_paper_shows_everything_and_the_notice_on_every_page(browser: Browser, pages: Path) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.goto((pages / "one.html").as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    shown = page.evaluate(
        """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const out = [];
        while (walk.nextNode()) { const at = walk.currentNode.parentElement;
          if (!at.closest(".unseen, .skip, .filters, .see, .home, .sheet-foot, script, style, details :not(summary)"))
            out.push(walk.currentNode.data); } return out; }"""
    )
    page.close()
    pdf = pdfium.PdfDocument(printed)
    width, height = pdf[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    texts = [p.get_textpage().get_text_bounded() for p in pdf]
    assert len(texts) > 5
    for n, text in enumerate(texts, 1):
        assert "dấu hiệu để người có thẩm quyền xem xét" in " ".join(text.split())
        assert f"{n} / {len(texts)}" in text
    # Every word that is not only for screen readers is on paper, inside the margins: nothing was cut.
    inside = "".join(
        re.sub(r"\s", "", p.get_textpage().get_text_bounded(left=30, right=width - 30, bottom=20, top=height - 20))
        for p in pdf
    )
    assert len(shown) > 300
    for text in shown:
        for word in text.split():
            assert word in inside
