"""The course in a browser: a chapter by keyboard alone, and nothing that was done is lost."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, expect

from cnnplay.course import CHAPTERS
from cnnplay.course.chapters import STEPS
from cnnplay.course.exercise import Step, Task, written

from .conftest import PATIENCE, served, visitor
from .driving import button, move_slider, open_page, settle, wait_until

THIRD = CHAPTERS[2]
ENTRY = "cnnplay.course"
PANEL = ".st-key-course_panel"


def kept(page: Page) -> dict[str, Any]:
    """What this browser keeps of the course."""
    text = page.evaluate(f"localStorage.getItem('{ENTRY}')")
    found: dict[str, Any] = json.loads(text) if text else {"steps": {}}
    return found


def open_task(page: Page) -> tuple[Step, Task]:
    """The step of the page's address, with its numbers."""
    wait_until(page, lambda: "step.seed" in page.url)
    parameters = parse_qs(urlsplit(page.url).query)
    step = STEPS[parameters["step.id"][0]][1]
    return step, step.pose(int(parameters["step.seed"][0]))


def give(page: Page, step: Step, answer: Any) -> None:
    """Type an answer, or choose it, by keyboard."""
    if step.exercise.given == "number":
        field = page.locator(PANEL).get_by_role("textbox", name="Your answer")
        field.fill(written(answer).replace(",", ""))
        field.press("Enter")
        return
    picked = page.locator(PANEL).get_by_role("radio", name=str(answer), exact=True)
    if picked.count():
        picked.focus()
        picked.press("Space")
    else:
        page.locator(PANEL).get_by_role("combobox").select_option(str(answer))
    press(page, "Check")


def turn(page: Page, slider: str, now: int, wanted: int) -> None:
    for _ in range(abs(wanted - now)):
        move_slider(page, slider, "ArrowRight" if wanted > now else "ArrowLeft")
    settle(page)


def press(page: Page, name: str) -> None:
    found = button(page, name)
    found.focus()
    page.keyboard.press("Enter")


def test_a_chapter_with_a_wrong_and_a_right_answer_at_each_step_by_keyboard_alone(page: Page, app: str) -> None:
    open_page(page, f"{app}/course?step.only={','.join(step.id for step in THIRD.steps)}")
    press(page, "Begin the course")
    for number, wanted in enumerate(THIRD.steps, 1):
        expect(page.locator(PANEL)).to_contain_text(f"{number} of {len(THIRD.steps)}")
        wait_until(page, lambda wanted=wanted: f"step.id={wanted.id}" in page.url.replace("%7E", "~"))
        settle(page)
        step, task = open_task(page)
        answer = page.locator(PANEL).get_by_test_id("stAlert")
        if step.exercise.given == "windows":
            press(page, "Check")
            expect(answer).to_contain_text(plain(step.exercise.check(task, task.before).why))
            turn(page, "Kernel size", task.before.window.kernel, task.solution.window.kernel)
            press(page, "Check")
        else:
            wrong = next(iter(task.wrong))
            give(page, step, wrong)
            expect(answer).to_contain_text(plain(task.wrong[wrong]))
            give(page, step, task.solution)
        expect(answer).to_contain_text("Right.")
        wait_until(page, lambda id=step.id: kept(page)["steps"].get(id, {}).get("passed"))
        press(page, "To the list of chapters" if number == len(THIRD.steps) else "Next")
    expect(page.get_by_role("heading", level=1, name="Course")).to_be_visible()


def plain(markdown: str) -> str:
    return markdown.replace("**", "").replace("*", "")


def test_a_reload_and_a_new_server_lose_nothing(chromium: Browser) -> None:
    step = STEPS["stride-count"][1]
    with visitor(chromium) as page:
        with served() as address:
            open_page(page, f"{address}/stride_padding?step.id={step.id}&step.seed=5")
            task = step.pose(5)
            give(page, step, next(iter(task.wrong)))
            expect(page.locator(PANEL).get_by_test_id("stAlert")).to_be_visible()
            wait_until(page, lambda: kept(page)["steps"].get(step.id, {}).get("tries") == 1)
            page.reload()
            settle(page)
            expect(page.locator(PANEL)).to_contain_text(plain(task.question))
            give(page, step, task.solution)
            expect(page.locator(PANEL).get_by_test_id("stAlert")).to_contain_text("Right.")
            wait_until(page, lambda: kept(page)["steps"][step.id] == done(tries=2))
        expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
        with served(urlsplit(address).port) as address:
            alert = page.locator(PANEL).get_by_test_id("stAlert")
            expect(alert).to_have_count(0)  # the page that has stayed open is drawn again by itself
            give(page, step, next(iter(task.wrong)))
            wait_until(page, lambda: kept(page)["steps"][step.id] == done(tries=3))
            open_page(page, f"{address}/course")
            expect(page.get_by_text(f"1 of {len(STEPS)} exercises passed")).to_be_visible()
            expect(button(page, "Continue")).to_be_visible()


def done(tries: int) -> dict[str, Any]:
    return {"passed": True, "tries": tries, "hints": 0, "shown": False, "slips": [0]}


def test_a_browser_that_keeps_nothing_is_told_so_and_the_course_goes_on(page: Page, app: str) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('no', 'SecurityError') }")
    open_page(page, f"{app}/course?course.tab=progress")
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()
    step = STEPS["stride-count"][1]
    open_page(page, f"{app}/stride_padding?step.id={step.id}&step.seed=5")
    give(page, step, step.pose(5).solution)
    expect(page.locator(PANEL).get_by_test_id("stAlert")).to_contain_text("Right.")


def test_a_forged_progress_file_is_refused_and_takes_nothing_away(page: Page, app: str) -> None:
    step = STEPS["stride-count"][1]
    open_page(page, f"{app}/stride_padding?step.id={step.id}&step.seed=5")
    give(page, step, step.pose(5).solution)
    wait_until(page, lambda: kept(page)["steps"].get(step.id, {}).get("passed"))
    open_page(page, f"{app}/course?course.tab=progress")
    chosen = page.get_by_test_id("stFileUploader").locator("input[type=file]")
    forged = {
        "name": "mine.json",
        "mimeType": "application/json",
        "buffer": b'{"format": "cnnplay course 1", "steps": []}',
    }
    chosen.set_input_files(forged)
    expect(page.get_by_text("holds no progress of the course")).to_be_visible()
    assert kept(page)["steps"][step.id]["passed"]
    expect(page.get_by_text(f"1 of {len(STEPS)} exercises passed")).to_be_visible()


def test_on_a_phone_the_question_comes_first_and_can_be_answered(chromium: Browser, app: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    step = STEPS["stride-count"][1]
    open_page(page, f"{app}/stride_padding?step.id={step.id}&step.seed=5")
    field = page.locator(PANEL).get_by_role("textbox", name="Your answer")
    expect(field).to_be_in_viewport()
    field.fill(written(step.pose(5).solution))
    button(page, "Check").tap()
    expect(page.locator(PANEL).get_by_test_id("stAlert")).to_contain_text("Right.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
