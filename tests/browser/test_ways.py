"""The ways that people go through the pages, in a real browser, with the shipped library and encoder."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from drawn import draw, paragraph
from visits import PHONE, WIDE, ZOOMED, Enter, Site, serious, served

pytestmark = [pytest.mark.browser, pytest.mark.encoder]

TRAINING = "How should peers be trained?"
NAPS = """# Naps at night

## What we found \\<script>alert("text")\\</script>

Twenty-minute naps reduced sleepiness of night nurses in two hospital trials.
Nurses who napped made fewer medication errors on \\<img src=x onerror=alert(1)> wards.
"""
SHIFTS = "Harbour masters wrote the rosters of each week on a board beside the slipway. " * 6
BREAKS = "Lifeboat crews said that breaks of an hour between two launches kept them alert. " * 6


def test_ask_hover_click_and_walk_through_the_citations(enter: Enter):
    visit = enter()
    page = visit.page
    page.wait_for_selector(".st-key-examples button")
    visit.shot("ask-start")
    page.get_by_role("button", name=TRAINING).click()
    page.wait_for_selector(".cw-answer")
    visit.still()
    visit.shot("ask-answer")
    mark = page.locator(".cw-answer .cw-mark").nth(1)
    mark.hover()
    card = page.locator(".cw-card:popover-open")
    card.wait_for()
    visit.shot("ask-card")
    quote = card.locator(".cw-card-quote").inner_text().strip("“”")
    card.hover()  # it stays while the pointer is on it
    page.wait_for_timeout(400)
    assert card.count() == 1
    mark.click()
    page.wait_for_selector("#evidence-0-2:focus", state="attached")
    visit.still()
    assert " ".join(page.locator(".cw-panel mark").inner_text().split()).startswith(quote.removesuffix(" …"))
    assert page.locator(".cw-answer .cw-mark[aria-current]").inner_text() == "2"
    visit.shot("ask-evidence")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#evidence-0-3:focus", state="attached")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#evidence-0-2:focus", state="attached")
    page.keyboard.press("Escape")
    page.wait_for_selector(".cw-panel", state="detached")
    visit.still()
    assert page.locator(".cw-answer .cw-mark[data-marker='2']:focus").count() == 1


def test_keyboard_alone_asks_reads_and_opens(enter: Enter):
    visit = enter()
    page = visit.page
    page.wait_for_selector(".st-key-examples button")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"not reached with the Tab key: {selector}")

    tab_to("textarea")
    page.keyboard.type("how should peers be trained?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".cw-answer")
    page.wait_for_selector("#question-0:focus", state="attached")
    visit.still()
    tab_to(".cw-mark")
    page.wait_for_selector(".cw-card:popover-open")
    page.keyboard.press("Escape")
    assert page.locator(".cw-card:popover-open").count() == 0
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".cw-card:popover-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#evidence-0-2:focus", state="attached")
    tab_to(".cw-panel a")
    page.keyboard.press("Escape")
    page.wait_for_selector(".cw-mark[data-marker='2']:focus")
    tab_to("[class*=st-key-rate-0-up] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-reason-box-0 input")


def test_a_follow_up_is_understood_and_that_can_be_undone(enter: Enter):
    visit = enter()
    visit.ask(TRAINING)
    visit.ask("and how often?")
    understood = visit.page.locator(".st-key-understood-1")
    assert "Understood as" in understood.inner_text()
    visit.shot("ask-follow-up")
    understood.get_by_role("button").click()
    visit.page.wait_for_selector(".st-key-understood-1 :text('Taken as it stands')")


def test_what_is_not_covered_is_told_with_the_nearest(enter: Enter):
    visit = enter()
    visit.ask("what do peers earn per hour in Ontario?")
    page = visit.page
    assert "amount of money" in page.locator(".cw-missing").inner_text()
    page.locator("details summary").first.click()
    assert page.locator("details[open] .cw-source-text").first.is_visible()
    visit.shot("ask-not-covered")


def test_an_answer_is_copied_with_its_references(enter: Enter):
    visit = enter()
    visit.ask(TRAINING)
    visit.page.get_by_role("button", name="Copy with references").click()
    visit.page.wait_for_selector(".cw-said:text('Copied')")
    text = visit.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(TRAINING)
    assert re.search(r"\n\[1\] .+\(20\d\d\), .+ “", text)


def test_documents_are_brought_asked_about_and_shown_as_text(enter: Enter):
    visit = enter(name="Library")
    page = visit.page
    page.wait_for_selector(".st-key-upload")
    visit.shot("library")
    files = [
        {"name": "<img src=x onerror=alert(1)>.md", "mimeType": "text/markdown", "buffer": NAPS.encode()},
        {"name": "scan.txt", "mimeType": "text/plain", "buffer": b" "},
    ]
    other = {"name": "memo.docx", "mimeType": "application/octet-stream", "buffer": b"PK"}
    page.locator("input[type=file]").set_input_files([*files, other])  # type: ignore[list-item]
    page.wait_for_selector(".cw-problem :text('save it as PDF')")
    page.get_by_role("button", name="Add 2 documents to the library").click()
    page.wait_for_selector(".st-key-job :text('Done')")
    verdict = page.locator(".st-key-job").inner_text()
    assert "Naps at night: taken in" in verdict
    assert "not taken in" in verdict
    visit.shot("library-brought")
    page.get_by_role("link", name="Ask").click()
    page.wait_for_selector(".cw-hero")
    visit.ask("do naps help night nurses?")
    assert "naps reduced sleepiness" in page.locator(".cw-answer").inner_text()
    page.locator(".cw-answer .cw-mark").first.click()
    page.wait_for_selector(".cw-panel mark")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Read it in the document").click()
    document = popup.value
    document.wait_for_selector("#cw-found:focus", state="attached")
    assert "<script>alert" in document.locator(".cw-document h2").inner_text()
    document.close()
    page.get_by_role("link", name="Library").click()
    page.locator(".cw-title a").first.click()
    page.wait_for_selector(".cw-document")
    page.get_by_role("link", name="Ask").click()
    page.wait_for_selector(".cw-answer")  # the conversation is still there
    page.get_by_role("link", name="Library").click()
    row = page.locator(".st-key-row-img-src-x-onerror-alert-1")
    row.get_by_role("button", name="Remove").click()
    page.wait_for_selector(".st-key-job :text('removed')")
    visit.still()
    assert row.get_by_role("button", name="Bring back").is_visible()
    visit.shot("library-removed")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector(".st-key-job :text('taken in')")
    row.get_by_role("button", name="Remove").wait_for()


def test_a_rating_is_kept_listed_and_deleted(enter: Enter, site: Site):
    visit = enter()
    visit.ask(TRAINING)
    page = visit.page
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_label("What was wrong, or missing?").fill("says nothing of <b>cost</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector(":text('Your reason is kept')")
    visit.shot("ask-rated")
    page.get_by_role("link", name="What is kept").click()
    page.wait_for_selector(":text('says nothing of <b>cost</b>')")
    visit.shot("kept")
    page.get_by_role("button", name="Delete all ratings").click()
    page.get_by_role("button", name="Delete them").click()
    page.wait_for_selector(":text('None so far')")
    assert not site.settings.feedback.exists()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE, ZOOMED], ids=["wide", "phone", "zoomed"])
def test_each_page_can_be_read_by_everyone_at_every_width(enter: Enter, dark: bool, size: tuple[int, int]):
    """Axe finds nothing serious, and nothing runs out of the window to the right."""
    visit = enter(size, dark)
    page = visit.page
    name = f"{'dark' if dark else 'light'}-{size[0]}"

    def look(part: str) -> None:
        visit.still()
        visit.shot(f"{part}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
        inner = "[...document.querySelectorAll('.stMain')].every((e) => e.scrollWidth <= e.clientWidth)"
        assert page.evaluate(inner), part
        assert serious(page) == [], part

    page.wait_for_selector(".st-key-examples button")
    look("start")
    visit.ask(TRAINING)
    look("answer")
    page.locator(".cw-answer .cw-mark").first.click()
    page.wait_for_selector(".cw-panel")
    look("evidence")
    page.mouse.move(2, 2)  # off the citation, whose card would take the key
    visit.still()
    page.keyboard.press("Escape")
    page.wait_for_selector(".cw-panel", state="detached")
    visit.ask("what do peers earn per hour in Ontario?")
    look("not-covered")
    page.get_by_role("link", name="Library").click()
    page.wait_for_selector(".st-key-upload")
    look("library")
    page.locator(".cw-title a").first.click()
    page.wait_for_selector(".cw-document")
    look("document")
    page.get_by_role("link", name="What is kept").click()
    page.wait_for_selector(".cw-prose")
    look("kept")


def test_nothing_jumps_while_an_answer_comes_and_is_opened(enter: Enter):
    visit = enter()
    page = visit.page
    page.wait_for_selector(".st-key-examples button")
    visit.still()
    page.evaluate(
        "new PerformanceObserver((list) => list.getEntries().forEach((shift) => {"
        " window.jumped = (window.jumped ?? 0) + (shift.hadRecentInput ? 0 : shift.value); }))"
        ".observe({ type: 'layout-shift', buffered: false })"
    )
    visit.ask(TRAINING)
    page.locator(".cw-answer .cw-mark").first.click()
    page.wait_for_selector(".cw-panel")
    visit.still()
    assert page.evaluate("window.jumped ?? 0") < 0.1


@pytest.mark.parametrize("path", ["library", "privacy"])
def test_the_first_visitor_of_a_new_server_may_come_by_the_address_of_any_page(enter: Enter, tmp_path: Path, path: str):
    with served(tmp_path) as fresh:
        visit = enter(at=fresh, path=path)
        visit.page.wait_for_selector("h1:text('Library'), h1:text('What is kept')")
        visit.still()
        assert visit.page.locator("[role=dialog]").count() == 0
        assert urlsplit(visit.page.url).path == f"/{path}"


def test_a_pdf_is_quoted_at_its_page_and_opens_there(enter: Enter):
    visit = enter(name="Library")
    page = visit.page
    data = draw([paragraph(SHIFTS, 60, 740), paragraph(BREAKS, 60, 740)])
    page.locator("input[type=file]").set_input_files(
        {"name": "Breaks at sea.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    page.get_by_role("button", name="Add 1 document to the library").click()
    # The work before may still stand there as done.
    page.wait_for_selector(".st-key-job li:has-text('Breaks at sea')")
    page.get_by_role("link", name="Ask").click()
    page.wait_for_selector(".cw-hero")
    visit.ask("what did lifeboat crews say about breaks?")
    page.locator(".cw-answer .cw-mark").first.click()
    page.wait_for_selector(".cw-panel mark")
    link = page.get_by_role("link", name="The PDF, page 2")
    visit.shot("ask-pdf")
    assert str(link.get_attribute("href")).endswith("#page=2")
    given = page.request.get(f"{visit.site.url}/{str(link.get_attribute('href')).partition('#')[0]}")
    assert given.headers["content-type"] == "application/pdf"
    assert given.body() == data


def test_an_empty_library_says_what_to_do_and_takes_the_first_document(enter: Enter, empty_site: Site):
    visit = enter(at=empty_site, name="Library")
    page = visit.page
    page.wait_for_selector(":text('The library is empty')")
    visit.shot("library-empty")
    file = {"name": "naps.md", "mimeType": "text/markdown", "buffer": NAPS.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Add 1 document to the library").click()
    page.wait_for_selector(".st-key-job :text('Done')")
    page.get_by_role("link", name="Ask").click()
    page.wait_for_selector("textarea")
    visit.ask("do naps help night nurses?")
    assert "naps reduced sleepiness" in page.locator(".cw-answer").inner_text()
