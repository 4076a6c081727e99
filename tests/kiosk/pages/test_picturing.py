"""The photo of a report on a shared screen: no files, a camera, the same safe way in."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from sync import album
from sync.documents.key import daily, fresh
from sync.documents.report import REPORT
from sync.errors import Unreachable

KIOSK = {"mode": "kiosk", "staircase": "figuiers-b"}
PHOTO = "/report/photo?what=lift&place=figuiers-b"


def told() -> dict[str, str]:
    """A report about the lift, as far as it is told before a photo."""
    fault = daily(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    return {"what": "lift", "place": "figuiers-b", "key": fresh(), "fault": fault}


def frame() -> BytesIO:
    """A picture with a place in it, as a camera might write one."""
    exif, file = Image.Exif(), BytesIO()
    exif[0x010E] = "Chez Amina, 3e étage"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (640, 480), "blue").save(file, "JPEG", exif=exif)
    file.seek(0)
    return file


def send(screen: Any, fields: dict[str, str], part: bool, **files: Any) -> TestResponse:
    """What the photo's form answers; ``part``: htmx has sent it."""
    headers = {"HX-Request": "true"} if part else {}
    kind = "multipart/form-data"
    answer: TestResponse = screen.post(
        "/report/photo", {**fields, **files}, content_type=kind, headers=headers
    )
    return answer


def test_the_camera_is_for_shared_screens_alone(portal: Any) -> None:
    for which, allowed in ((KIOSK, True), ({**KIOSK, "mode": "tv"}, True), ({}, False)):
        page = portal.sign_in("Amina", **which).get(PHOTO)
        assert ("camera=(self)" in page.headers["Permissions-Policy"]) == allowed
        assert ("data-camera" in page.text) == allowed
        assert ('type="file"' in page.text) != allowed
        assert "capture=" not in page.text


def test_a_page_with_the_camera_is_never_a_part_of_another(portal: Any) -> None:
    htmx = {"HX-Request": "true"}
    part = portal.sign_in("Amina", **KIOSK).get(PHOTO, headers=htmx)
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, PHOTO)
    assert portal.sign_in("Amina").get(PHOTO, headers=htmx).status_code == 200


@pytest.mark.parametrize("part", [True, False])
def test_the_picture_is_kept_clean_and_leads_to_a_page_without_a_camera(
    portal: Any, part: bool
) -> None:
    amina, fields = portal.sign_in("Amina", **KIOSK), told()
    answer = send(amina, fields, part, photo=(frame(), "photo.jpg"))
    onward = answer.headers["HX-Redirect"] if part else answer.location
    assert onward.startswith("/report/words?")
    assert "photos=1" in onward
    assert "camera=()" in amina.get(onward).headers["Permissions-Policy"]
    report = REPORT.id(fields["key"], portal.cast["Amina"].account)
    [photo] = album.photos(portal.database, report)
    assert (photo["owner"], photo["by"]) == (report, portal.cast["Amina"].person)
    kept = album.image(portal.database, report, 1, album.FULL)
    assert kept
    assert not Image.open(BytesIO(kept)).getexif()
    assert b"Amina" not in kept


def test_a_form_that_lost_its_picture_leads_back_to_the_camera(portal: Any) -> None:
    answer = send(portal.sign_in("Amina", **KIOSK), told(), False)
    assert answer.status_code == 303
    assert answer.location.startswith("/report/photo?")


def test_what_is_no_picture_is_said_on_a_shared_screen_too(portal: Any) -> None:
    torn = (BytesIO(frame().getvalue()[:300]), "photo.jpg")
    answer = send(portal.sign_in("Amina", **KIOSK), told(), False, photo=torn)
    assert answer.status_code == 422
    assert "Cette photo est abîmée." in answer.text
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


def test_with_four_photos_there_is_no_fifth(portal: Any) -> None:
    page = portal.sign_in("Amina", **KIOSK).get(f"{PHOTO}&photos=4").text
    assert "data-camera" not in page
    assert page.count("<li><img") == 4


def test_after_an_outage_a_shared_screen_asks_for_no_file(portal: Any) -> None:
    own = replace(portal, apps={})

    def fail() -> str:
        raise Unreachable("killed")

    own.app(mode="kiosk").add_url_rule("/try", view_func=fail, methods=["POST"])
    sent = {"photo": (frame(), "photo.jpg"), "what": "lift"}
    page = own.visit(mode="kiosk").post("/try", sent, content_type="multipart/form-data").text
    assert "Reprenez la photo." in page
    assert 'name="what" value="lift"' in page
    assert 'type="file"' not in page
