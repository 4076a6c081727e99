"""The photos that a form brings: read, cleaned, or refused in a sentence."""

from collections.abc import Sequence
from typing import BinaryIO, Final, cast

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.photos import Photo, Reason, clean

FIELD: Final = "photo"

REFUSALS: Final[dict[Reason, LazyString]] = {
    "too_big": _l("Cette photo est trop lourde. Choisissez-en une autre."),
    "too_many_pixels": _l("Cette image est trop grande. Choisissez-en une plus petite."),
    "not_a_picture": _l("Ce n’est pas une photo. Choisissez une photo."),
    "format": _l("On ne sait pas lire ce format. Choisissez une photo JPEG ou PNG."),
    "torn": _l("Cette photo est abîmée. Choisissez-en une autre."),
}

NONE: Final = _l("Choisissez d’abord une photo.")


def photos(most: int) -> Sequence[Photo]:
    """The photos in the field "photo" of this request, at most so many; none when none is chosen.

    Raises :class:`kiosk.photos.PhotoRefused` for the first that is not taken; then none is.
    """
    files = [file for file in request.files.getlist(FIELD) if file.filename]
    return [clean(cast(BinaryIO, file.stream)) for file in files[:most]]
