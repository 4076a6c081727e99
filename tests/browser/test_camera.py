"""The screen's camera and the card scanner, on a kiosk, in a browser whose camera is a film."""

import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image, ImageChops, ImageStat

from kiosk import config
from kiosk.access import cards
from kiosk.access.verify import Verifier
from sync import clock
from sync.database import Database
from sync.documents.key import household, person
from sync.imports import places, residents
from tests.browser.conftest import ROOT, stand
from tests.browser.test_accessibility import faults

RESIDENTS: Final = """\
reference,residence,staircase,floor,door,title,first_name,last_name,language
L-1,figuiers,A,1,12,M.,Lucien,Martin,fr
"""
PHOTO: Final = "/report/photo?what=lift&place=figuiers-b"
DEVICE: Final = "--use-fake-device-for-media-stream"
LEAVE: Final = "--use-fake-ui-for-media-stream"
LATER: Final = "Ajoutez la photo de chez vous, avec votre numéro de demande."
STREAMS: Final = """
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  window.tracks = [];
  media.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    tracks.push(...stream.getTracks());
    return stream;
  };
"""

pytestmark = pytest.mark.browser


@dataclass
class Hall:
    """A kiosk at Les Figuiers, Lucien's card, and all the folders that its node may write to."""

    url: str
    database: Database
    card: str
    folders: list[Path]


@pytest.fixture(scope="module")
def hall(
    start_node: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    data, spare = folder / "data", folder / "tmp"
    spare.mkdir()
    config.prepare(data)
    stand(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(spare))
        node = start_node(data, "--mode", "kiosk")
    name, _, password = (data / "couch.secret").read_text().strip().partition(":")
    database = Database(f"http://127.0.0.1:{node.couch_port}", name, password)
    database.create_all()
    places.load(database, str(ROOT / "installer" / "demo" / "places.csv"), now=clock.now())
    (folder / "residents.csv").write_text(RESIDENTS)
    residents.load(database, str(folder / "residents.csv"), now=clock.now())
    verifier = Verifier(database, config.read_key(data / "estate.key"), "n-test.1")
    account = household("figuiers", "figuiers-a", "12")
    card = verifier.issue(account, person("L-1"), clock.now(), "n-test.1").card
    speaking(node.url)
    yield Hall(node.url, database, card, [data, spare, config.runtime_dir(data)])
    node.process.terminate()
    node.process.wait(10)


def speaking(url: str) -> None:
    """Return once the kiosk has a voice, and its pages their residence."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        page = urllib.request.urlopen(url, timeout=10).read().decode()
        if 'class="voiceless"' not in page and "Les Figuiers" in page:
            return
        time.sleep(0.1)
    raise AssertionError("no voice")


@contextmanager
def screen(browser: Any, **options: Any) -> Iterator[Any]:
    size = {"width": 1080, "height": 1920}
    context = browser.new_context(viewport=size, locale="fr-FR", **options)
    context.add_init_script(STREAMS)
    yield context.new_page()
    context.close()


def film(path: Path, picture: Image.Image) -> str:
    """The flag that has the camera see this picture all the time."""
    grey = picture.convert("L").resize((640, 480))
    colour = bytes([128]) * (320 * 240 * 2)
    head = b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420mpeg2\nFRAME\n"
    path.write_bytes(head + grey.tobytes() + colour)
    return f"--use-file-for-fake-video-capture={path}"


def held(text: str) -> Image.Image:
    """A card with this text, held before a camera."""
    scene = Image.linear_gradient("L").resize((640, 480))
    code = Image.open(BytesIO(cards.picture(text))).convert("L").resize((170, 170))
    scene.paste(code.rotate(8, expand=True, fillcolor=230), (220, 150))
    return scene


@pytest.fixture(scope="module")
def seeing(launch: Callable[..., Any]) -> Any:
    """A browser with a camera that it may use."""
    return launch(DEVICE, LEAVE)


def enter(page: Any, hall: Hall) -> None:
    """Come to the photo of a report, by the scanner, as Lucien."""
    page.goto(hall.url + PHOTO)
    page.keyboard.type(hall.card)
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action='/leave']")


def state(page: Any, name: str) -> None:
    page.wait_for_selector(f"[data-camera][data-state='{name}']")


def until(page: Any, expression: str) -> None:
    """Return once this holds in the page."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if page.evaluate(expression):
            return
        time.sleep(0.05)
    raise AssertionError(f"never came: {expression}")


def ended(page: Any) -> None:
    """Wait until no track that was ever open still sees anything."""
    until(page, "tracks.length && tracks.every(({ readyState }) => readyState === 'ended')")


def drawn(page: Any) -> Image.Image:
    """The photo that the page shows."""
    raw = page.evaluate(
        """async () => {
          const blob = await new Promise((done) => {
            document.querySelector(".finder canvas").toBlob(done, "image/png");
          });
          return [...new Uint8Array(await blob.arrayBuffer())];
        }"""
    )
    return Image.open(BytesIO(bytes(raw))).convert("RGB")


def differ(one: Image.Image, other: Image.Image) -> float:
    """How far apart two pictures are: 0 to 255."""
    size = (160, 120)
    apart = ImageChops.difference(one.resize(size), other.convert("RGB").resize(size))
    return sum(ImageStat.Stat(apart).mean) / 3


def test_a_photo_is_taken_by_keys_taken_again_and_seen_in_the_report(
    seeing: Any, hall: Hall
) -> None:
    with screen(seeing) as page:
        enter(page, hall)
        state(page, "off")
        assert page.locator("input[type=file]").count() == 0
        assert page.evaluate("tracks.length") == 0, "nothing is seen before one asks for it"
        assert not faults(page)
        page.keyboard.press("Enter")
        state(page, "live")
        assert not faults(page)
        with page.expect_request("**/listen/prompt/photo-one"):
            page.keyboard.press("Enter")
            page.wait_for_selector("[data-count]:text('2')")
        state(page, "taken")
        ended(page)
        assert not faults(page)
        first = drawn(page)
        page.keyboard.press("ArrowDown")
        until(page, "document.activeElement.dataset.do === 'look'")
        page.keyboard.press("Enter")
        state(page, "live")
        page.click("[data-do=count]")
        state(page, "taken")
        second = drawn(page)
        page.click("button:text('Garder la photo')")
        page.wait_for_url("**/report/words?**photos=1")
        assert page.evaluate("tracks.length") == 0, "another document, without a camera"
        send(page)
        page.wait_for_selector(".album img")
    (kept,) = hall.database.range("private-media", "", "z")
    photo = hall.database.attachment("private-media", kept["_id"], "photo.jpg") or b""
    image = Image.open(BytesIO(photo))
    assert (image.format, image.size) == ("JPEG", second.size)
    assert not image.getexif()
    assert differ(second, image) < differ(first, image)
    assert differ(second, image) < 6


@pytest.mark.parametrize("lang", [pytest.param("fr", marks=pytest.mark.full), "ar"])
def test_low_the_picture_stands_at_eye_height_and_its_keys_in_reach(
    seeing: Any, hall: Hall, lang: str
) -> None:
    with screen(seeing) as page:
        enter(page, hall)
        page.goto(f"{hall.url}/?lang={lang}&layout=low")
        page.goto(hall.url + PHOTO)
        for act, then in (("look", "live"), ("count", "taken")):
            page.click(f"[data-do={act}]")
            state(page, then)
            finder, ask = (page.locator(name).bounding_box() for name in (".finder", "main h1"))
            assert finder["y"] + finder["height"] <= ask["y"]
            assert page.locator(".leaf").is_hidden()
            boxes = [key.bounding_box() for key in page.locator(".camera .key:visible").all()]
            assert min(box["y"] for box in boxes) > 960
            assert max(box["y"] + box["height"] for box in boxes) < 1700
            assert not faults(page)
        page.goto(f"{hall.url}/?lang=fr&layout=whole")  # a resident's wishes are remembered


def send(page: Any) -> None:
    """Send the report, and open it."""
    page.click("form.telling button.act")
    page.wait_for_url("**/report/check")
    page.click("form.telling button.act")
    page.wait_for_url("**/report/sent/**")
    page.click(".keys a[href^='/reports/']")


LEAVING: Final = {
    "by a key": "document.querySelector('.step a').click()",
    "as the end of a visit does": "document.querySelector('#page').replaceChildren()",
}


def test_whoever_goes_away_leaves_no_camera_open(seeing: Any, hall: Hall) -> None:
    with screen(seeing) as page:
        enter(page, hall)
        for way in LEAVING.values():
            page.goto(hall.url + PHOTO)
            state(page, "off")
            page.click("[data-do=look]")
            state(page, "live")
            assert page.evaluate("tracks.at(-1).readyState") == "live"
            page.evaluate(way)
            ended(page)


def test_a_count_that_is_stopped_takes_no_photo(seeing: Any, hall: Hall) -> None:
    with screen(seeing) as page:
        enter(page, hall)
        page.click("[data-do=look]")
        page.click("[data-do=count]")
        page.click("[data-do=stop]")
        state(page, "live")
        page.evaluate("tracks[0].dispatchEvent(new Event('ended'))")  # its plug is pulled
        away(page, "La caméra ne répond plus.")


def away(page: Any, sentence: str) -> None:
    """The page says what is the matter and what to do; the way on is right there."""
    state(page, "away")
    said = page.inner_text("[role=status]")
    assert sentence in said
    assert LATER in said
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/report/words")
    assert not faults(page)


def test_without_a_camera_it_is_said_aloud_and_one_goes_on(browser: Any, hall: Hall) -> None:
    with screen(browser) as page:
        with page.expect_request("**/listen/prompt/photo-later"):
            enter(page, hall)
        away(page, "Cet écran n’a pas de caméra.")
        page.keyboard.press("Enter")
        page.wait_for_url("**/report/words**")


def test_a_camera_that_may_not_be_used_is_said(launch: Callable[..., Any], hall: Hall) -> None:
    with screen(launch(DEVICE, whole=True)) as page:
        enter(page, hall)
        with page.expect_request("**/listen/prompt/camera-refused"):
            page.click("[data-do=look]")
        away(page, "La caméra n’est pas permise ici.")


def test_a_camera_that_sees_nothing_is_said(
    launch: Callable[..., Any], hall: Hall, tmp_path: Path
) -> None:
    night = film(tmp_path / "night.y4m", Image.new("L", (640, 480), 16))
    with screen(launch(DEVICE, LEAVE, night)) as page:
        page.clock.install()
        enter(page, hall)
        page.click("[data-do=look]")
        state(page, "live")
        page.clock.run_for(6000)
        away(page, "L’image est toute noire.")
        ended(page)


def test_without_scripts_there_is_the_way_on_without_a_photo(browser: Any, hall: Hall) -> None:
    with screen(browser, java_script_enabled=False) as page:
        page.goto(f"{hall.url}/signin")
        page.fill("#scan", hall.card)
        page.press("#scan", "Enter")
        page.goto(hall.url + PHOTO)
        assert LATER in page.inner_text("main")
        assert page.locator("main button:visible").count() == 0
        page.click("text=Continuer sans photo")
        page.wait_for_url("**/report/words**")


def test_a_card_held_before_the_camera_opens_and_no_frame_is_kept(
    launch: Callable[..., Any], hall: Hall, tmp_path: Path
) -> None:
    frames: list[bytes] = []
    with screen(launch(DEVICE, LEAVE, film(tmp_path / "card.y4m", held(hall.card)))) as page:
        page.on("request", lambda request: frames.append(request.post_data_buffer or b""))
        page.goto(f"{hall.url}/signin?next=/works/")
        page.click("a[href^='/signin/camera']")
        page.wait_for_selector("form[action='/leave']")
        assert page.url == f"{hall.url}/works/"
        page.go_back()
        page.wait_for_load_state()
        assert "camera" not in page.url
    sent = [frame for frame in frames if frame.startswith(b"\xff\xd8\xff")]
    assert sent
    assert max(map(len, sent)) <= 100_000
    traces = [hall.card.encode(), *(frame[len(frame) // 2 :][:24] for frame in sent)]
    files = [file for folder in hall.folders for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 5
    for content in (file.read_bytes() for file in files):
        assert not any(trace in content for trace in traces)


def test_another_card_is_said_and_the_camera_closes_after_a_minute(
    launch: Callable[..., Any], hall: Hall, tmp_path: Path
) -> None:
    other = film(tmp_path / "shop.y4m", held("HTTPS://SHOP.EXAMPLE/4006381333931"))
    with screen(launch(DEVICE, LEAVE, other)) as page:
        page.clock.install()
        with page.expect_request("**/listen/prompt/card-foreign"):
            page.goto(f"{hall.url}/signin/camera")
        page.wait_for_selector(".wrong:has-text('Cette carte n’est pas d’ici.')")
        assert not faults(page)
        page.clock.fast_forward(61_000)
        state(page, "over")
        ended(page)
        assert "La caméra est fermée." in page.inner_text("[role=status]")
        page.click("text=Ma porte et mon code")
        page.wait_for_url("**/signin")


def test_a_scan_opens_on_any_page_and_stands_in_no_address(browser: Any, hall: Hall) -> None:
    seen: list[str] = []
    with screen(browser) as page:
        page.on("request", lambda request: seen.append(request.url))
        for path in ("/works/", "/signin/code?staircase=figuiers-a&door=12"):
            page.goto(hall.url + path)
            page.keyboard.type(hall.card.swapcase())
            page.keyboard.press("Enter")
            page.wait_for_selector("form[action='/leave']")
            assert page.url == hall.url + (path if path == "/works/" else "/")
            page.click("form[action='/leave'] button")
            page.wait_for_selector("a[href='/signin']")
        page.goto(f"{hall.url}/news/")
        page.keyboard.type("4006381333931" * 2)
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Cette carte n’est pas d’ici.")
    assert not [url for url in seen if hall.card.lower() in url.lower() or "40063" in url]


def test_who_types_slowly_scans_nothing_and_who_is_in_is_left_alone(
    browser: Any, hall: Hall
) -> None:
    with screen(browser) as page:
        page.goto(f"{hall.url}/works/")
        page.keyboard.type(hall.card, delay=70)
        page.keyboard.press("Shift")
        assert page.locator("form[action='/signin']").count() == 0
        enter(page, hall)
        page.goto(f"{hall.url}/report/words?what=lift&place=figuiers-b")
        page.fill("#words", "Il est bloqué. ")
        page.keyboard.type(hall.card)
        page.keyboard.press("Enter")
        assert page.input_value("#words") == "Il est bloqué. "
        assert "/report/words" in page.url
