"""Heard, understood, answered: the main job, by three people in three ways, on a real node."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image

from sync.database import Database
from tests.browser.conftest import Stage

WORDS: Final = "المصعد لا يعمل منذ أمس. أنا في الطابق الثالث ومعي كرسي متحرك."
ANSWER: Final = "Le réparateur vient demain matin. Le gardien porte vos courses."
LATE: Final = 20_000


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a telephone makes it: large, and with the place it was taken at."""
    image = Image.effect_noise((1600, 1200), 60).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (43.0, 17.0, 47.0)  # GPSLatitude
    path = tmp_path / "lift.jpg"
    image.save(path, exif=exif)
    return path


@contextmanager
def screen(browser: Any, **options: Any) -> Iterator[Any]:
    """A browser window of one person."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    page = context.new_page()
    page.set_default_timeout(LATE)
    yield page
    context.close()


def hear(page: Any) -> list[str]:
    """Press the listen key; the first three sentences that sound, as they are marked."""
    heard: list[str] = []
    with page.expect_response(lambda r: "/listen/" in r.url and "blocks" not in r.url) as first:
        page.locator("button[data-listen]").press("Enter")
    assert first.value.status == 200
    assert first.value.body()[:4] == b"RIFF"
    for _ in range(3):
        until(page, MARKED, heard)
        heard.append(page.evaluate("[...CSS.highlights.get('said')][0].toString()"))
    page.locator("button[data-listen]").press("Enter")
    return heard


def until(page: Any, condition: str, argument: Any = None) -> None:
    """Wait for a condition in the page. Playwright's own way needs eval, which our CSP forbids."""
    for _ in range(LATE // 50):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


MARKED: Final = """heard => {
  const mark = CSS.highlights.get('said');
  return mark && !heard.includes([...mark][0].toString());
}"""


def touch(page: Any, selector: str) -> None:
    """Touch a link and see the page it leads to."""
    here = page.url
    page.tap(selector)
    until(page, "here => location.href !== here", here)


def tap_code(page: Any, code: str) -> None:
    """Type a code on the 32 keys of the screen."""
    for sign in code.replace(" ", ""):
        page.tap(f".pad [data-sign='{sign}']")
    page.tap(".pad .act")


def number_of(page: Any) -> str:
    """The receipt's number, as one reads it aloud."""
    return str(page.locator(".big.number").inner_text())


@pytest.mark.browser
def test_amina_reports_in_arabic_by_touch_and_hears_the_answer_whatever_is_killed(
    browser: Any, stage: Stage, photo: Path
) -> None:
    with screen(browser, has_touch=True) as amina, screen(browser) as claire:
        amina.goto(stage.url)
        amina.tap(".tongues [lang=ar]")
        amina.wait_for_selector("html[dir=rtl][lang=ar]")
        touch(amina, "a[href='/works/']")
        first = "main a[href^='/works/'] >> nth=0"
        what = amina.inner_text(f"{first} >> b")
        assert re.search(r"[\u0621-\u064a]{2}", what), "the works are said in her language"
        touch(amina, first)
        assert what in " ".join(hear(amina))
        enter_by_touch(amina, stage)

        stage.kill("voice")
        number = report_the_lift(amina, stage, photo)
        assert re.fullmatch(r"B \d\d \d\d \d\d", number)

        stage.kill("portal")
        touch(amina, ".keys a[href^='/reports/']")  # a panel says so, and goes on by itself
        answer_as_claire(claire, stage, number)

        amina.wait_for_selector(f"text={ANSWER}")
        assert number.replace(" ", "") in amina.inner_text("main").replace(" ", "")
        assert hear(amina)
    nothing_is_lost(stage)


def enter_by_touch(page: Any, stage: Stage) -> None:
    """Her staircase, her door, her code, all by touch."""
    page.tap("a[href='/signin']")
    page.tap("a[href*='staircase=figuiers-b']")
    for digit in "31":
        page.tap(f".pad [data-sign='{digit}']")
    page.tap("form[action='/signin/code'] button.act")
    page.wait_for_url("**/signin/code**")
    tap_code(page, stage.codes["Amina"])
    page.wait_for_selector("form[action='/leave']")
    assert page.get_attribute("html", "lang") == "ar"


def report_the_lift(page: Any, stage: Stage, photo: Path) -> str:
    """From the picture of a lift to the receipt, with a photo; the database dies on the way."""
    page.tap("a[href='/report/']")
    page.tap("a[href*='what=lift']")
    page.tap("a[href*='place=figuiers-b']")
    page.wait_for_url("**/report/photo**")
    page.set_input_files("#photo", photo)
    page.tap("form[enctype] button.act")
    page.tap("label.chip >> nth=0")
    page.fill("#words", WORDS)
    page.tap("form.telling button.act")
    page.wait_for_selector(".album img")
    stage.kill("couch")
    page.tap("form.telling button.act")
    page.wait_for_url("**/report/sent/**")
    return number_of(page)


def answer_as_claire(page: Any, stage: Stage, number: str) -> None:
    """The agent finds the report by its number, answers, and promises a day."""
    page.goto(f"{stage.url}/signin/staff")
    page.click("text=Claire Ferrand")
    page.fill("#code", stage.codes["Claire"])
    page.press("#code", "Enter")
    page.wait_for_url("**/desk/**")
    page.fill("#q", number)
    page.press("#q", "Enter")
    page.wait_for_url("**q=*")
    page.click("a.what >> nth=0")
    page.wait_for_selector(f"text={WORDS}")
    page.fill("#words", ANSWER)
    page.check("input[name=state][value=planned]")
    page.fill("#promised", page.get_attribute("#promised", "min") or "")
    page.click("form.reply button.act")
    page.wait_for_selector(f"text={ANSWER}")


def nothing_is_lost(stage: Stage) -> None:
    """Every part of the story stands in the database, once, and the photo says no place."""
    name, _, password = (stage.node.data / "couch.secret").read_text().strip().partition(":")
    database = Database(f"http://127.0.0.1:{stage.node.couch_port}", name, password)
    all_private = database.range("private", "", "z")
    (report,) = [d for d in all_private if d.get("words") == WORDS]
    answers = [d for d in all_private if d.get("report") == report["_id"] and "words" in d]
    assert [d["words"] for d in answers] == [ANSWER]
    fault = database.get("estate", report["fault"])
    assert fault
    assert "by" not in fault
    (kept,) = [d for d in database.range("private-media", "", "z") if d["owner"] == report["_id"]]
    picture = database.attachment("private-media", kept["_id"], "photo.jpg")
    assert picture
    assert not Image.open(BytesIO(picture)).getexif()


@pytest.mark.browser
def test_lucien_reports_in_french_with_the_keyboard_alone(browser: Any, stage: Stage) -> None:
    with screen(browser) as page:
        page.goto(f"{stage.url}/?lang=fr")
        follow(page, "a[href='/signin']")
        follow(page, "a[href*='staircase=figuiers-b']")
        page.keyboard.type("31")
        page.keyboard.press("Enter")
        page.wait_for_url("**/signin/code**")
        until(page, "document.activeElement.name === 'code'")
        page.keyboard.type(stage.codes["Amina"])
        page.keyboard.press("Enter")
        page.wait_for_selector("form[action='/leave']")
        follow(page, "a[href='/report/']")
        follow(page, "a[href*='what=light']")
        follow(page, "main a[href*='place=figuiers-b']")
        follow(page, "main .keys a[href*='/report/words']")
        reach(page, "#words")
        page.keyboard.type("Le couloir est noir.")
        follow(page, "form.telling button.act")
        page.wait_for_url("**/report/check")
        follow(page, "form.telling button.act")
        page.wait_for_url("**/report/sent/**")
        assert re.fullmatch(r"B \d\d \d\d \d\d", number_of(page))


def reach(page: Any, selector: str) -> None:
    """Press Tab until the element has the focus, as who has no mouse does."""
    page.wait_for_selector(selector)
    for _ in range(80):
        if page.evaluate("s => document.activeElement === document.querySelector(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")


def follow(page: Any, selector: str) -> None:
    """Reach an element and press Enter; afterwards the focus is somewhere sensible."""
    reach(page, selector)
    here = page.url
    page.keyboard.press("Enter")
    until(page, "here => location.href !== here", here)
    until(page, "document.activeElement && document.activeElement !== document.body")


@pytest.mark.browser
def test_without_a_script_one_reports_and_reads_and_listens(
    browser: Any, stage: Stage, photo: Path
) -> None:
    with screen(browser, java_script_enabled=False) as page:
        page.goto(f"{stage.url}/?lang=ar")
        page.click("a[href='/signin']")
        page.click("a[href*='staircase=figuiers-b']")
        page.fill("#door", "31")
        page.click("form[action='/signin/code'] button.act")
        page.fill("#code", stage.codes["Amina"])
        page.press("#code", "Enter")
        page.click("a[href='/report/']")
        page.click("a[href*='what=window']")
        page.click("main a[href*='place=figuiers-b'] >> nth=0")
        page.set_input_files("#photo", photo)
        page.click("form[enctype] button.act")
        page.fill("#words", WORDS)
        page.click("form.telling button.act")
        page.click("form.telling button.act")
        assert re.fullmatch(r"B \d\d \d\d \d\d", number_of(page))
        page.click("button[data-listen]")
        source = page.get_attribute("audio", "src") or ""
        sound = page.request.get(stage.url + source)
        assert sound.status == 200
        assert len(sound.body()) > 20_000
        page.goto(f"{stage.url}/")
        page.click("form[action='/leave'] button")
        assert page.locator("a[href='/signin']").count() == 1
