"""Town halls and services among the places of the estate."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from sync.documents.kind import Document

Places = Mapping[str, Document]
SHOWN = ("townhall", "service")


def sector(places: Places, own: Sequence[str]) -> str:
    """The town hall of where one is: the innermost among ``own`` (slugs); "" without one."""
    halls = (slug for slug in own if places.get(slug, {}).get("type") == "townhall")
    return next(halls, "")


def halls(places: Places) -> list[str]:
    """The sector town halls: those that lie in another one, in the order of their sectors."""
    found = [slug for slug, place in places.items() if _is(place, "townhall") and "parent" in place]
    return sorted(found, key=lambda slug: [int(part) for part in slug.split("-") if part.isdigit()])


def around(places: Places, hall: str) -> list[str]:
    """What else serves who lives under ``hall``: its services, its commune and the commune's."""
    commune = places.get(hall, {}).get("parent", "")
    found = [slug for slug, place in places.items() if _serves(place, hall, commune)]
    found.sort(key=lambda slug: (places[slug].get("parent") != hall, places[slug]["name"]))
    return [slug for slug in (commune, *found) if slug in places and slug != hall]


def _serves(place: Document, hall: str, commune: str) -> bool:
    return _is(place, "service") and place.get("parent", "") in ("", hall, commune)


def _is(place: Document, kind: str) -> bool:
    return bool(place["type"] == kind)


def site(url: str) -> str:
    """The address of a site as one says it, "marseille.fr"; "" for what is not on the web."""
    scheme, _, rest = url.partition("://")
    return rest.removeprefix("www.") if scheme in ("http", "https") else ""


def sites(source: str) -> list[str]:
    """The names of the sites that a source names: "marseille.fr"; what is no address is left."""
    hosts = map(_host, source.split())
    return list(dict.fromkeys(host.removeprefix("www.") for host in hosts if host))


def _host(word: str) -> str:
    try:
        return urlsplit(word).hostname or ""
    except ValueError:  # "http://[": somebody's slip
        return ""


def address(place: Document) -> str:
    """A postal address on one line; "" for a place without a street."""
    if "address" not in place:
        return ""
    town = " ".join(filter(None, [place.get("postcode"), place.get("city")]))
    return ", ".join(filter(None, [place["address"], town]))
