"""The sky over the estate at an hour: the house at rest stands in its own daylight."""

from datetime import UTC, datetime
from math import acos, cos, degrees, pi, radians, tan
from typing import Final, Literal

Sky = Literal["night", "dawn", "day", "dusk"]

LATITUDE: Final = radians(43.3)
LONGITUDE: Final = 5.4
"""Marseille, in degrees: where the sun stands highest 22 minutes before noon in Greenwich."""

TILT: Final = 23.44
"""Degrees between the equator and the ecliptic."""

TWILIGHT: Final = 0.6
"""Hours of light before the sun is up and after it is down; as long again it colours the sky."""


def sky(at: datetime) -> Sky:
    """The sky at an instant. To a quarter of an hour: what a painted house needs.

    Day length by the declination of a circular orbit (Cooper, "The absorption of radiation in
    solar stills", Solar Energy 12, 1969); the equation of time is left out.
    """
    moment = at.astimezone(UTC)
    day = moment.timetuple().tm_yday
    declination = -radians(TILT) * cos(2 * pi * (day + 10) / 365)
    half = degrees(acos(-tan(LATITUDE) * tan(declination))) / 15
    away = moment.hour + moment.minute / 60 - (12 - LONGITUDE / 15)
    if abs(away) > half + TWILIGHT:
        return "night"
    if abs(away) > half - TWILIGHT:
        return "dawn" if away < 0 else "dusk"
    return "day"
