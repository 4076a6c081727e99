"""What a page area declares of itself; the folder beside it holds all the rest."""

from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint

Who = Literal["anyone", "resident", "landlord", "administrator"]


@dataclass(frozen=True)
class Page:
    """One folder of ``kiosk/pages``.

    ``url`` is where it begins, ``title`` its name (lazily translated), ``picto`` its picture in
    ``static/pictograms.svg``, ``who`` may open it: "anyone", a signed-in "resident", those who
    act for the "landlord", or the "administrator" alone.
    """

    url: str
    title: Any
    picto: str
    who: Who
    blueprint: Blueprint
