"""How what is written in French is said."""

import re

from voice import numbers
from voice.spoken import Rule

_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_ORDINALS = [
    "deuxième",
    "troisième",
    "quatrième",
    "cinquième",
    "sixième",
    "septième",
    "huitième",
    "neuvième",
    "dixième",
    "onzième",
    "douzième",
    "treizième",
    "quatorzième",
    "quinzième",
    "seizième",
    "dix-septième",
    "dix-huitième",
    "dix-neuvième",
    "vingtième",
]
_FEMININE = {1: "une", 21: "vingt et une", 31: "trente et une", 41: "quarante et une"}
_FEMININE[51] = "cinquante et une"
_SPELLED = "HMP|HLM|EDF|RTM|CCAS|PMI|RSA|APL|PMR|SAV|TNT|TV|SMS|QR|WC|DPE|CPAM|MSA|SNCF"
_WORDS = {
    r"MM\. (?=[A-ZÀ-Ý])": "Messieurs ",
    r"M\. (?=[A-ZÀ-Ý])": "Monsieur ",
    r"Mmes\b\.?": "Mesdames",
    r"Mme\b\.?": "Madame",
    r"Mlle\b\.?": "Mademoiselle",
    r"Dr\b\.?": "Docteur",
    r"[Nn][°º]s ?": "numéros ",
    r"[Nn][°º] ?": "numéro ",
    r"[Tt]él\.": "téléphone",
    r"[Aa]v\. ": "avenue ",
    r"[Bb](?:oule)?v?d\b\.?": "boulevard",
    r"[Bb]ât\.": "bâtiment",
    r"[Ee]sc\.": "escalier",
    r"[Éé]t\.": "étage",
    r"[Aa]pp?t\b\.?": "appartement",
    r"[Rr][ée]f\.": "référence",
    r"[Rr]és\. ": "résidence ",
    r"[Pp]l\. ": "place ",
    r"[Cc]h\. (?=d)": "chemin ",
    r"[Ii]mp\. ": "impasse ",
    r"[Aa]rr\.": "arrondissement",
    r"R\+(?=\d)": "R plus ",
    r"RDC\b|[Rr]d[Cc]\b": "rez-de-chaussée",
    r"RDV\b|[Rr]dv\b": "rendez-vous",
    r"etc\.(?= [a-zà-ÿ])": "et cetera,",
    r"etc\b\.?": "et cetera.",
    r"[Ss][Vv][Pp]\b": "s'il vous plaît",
    r"c\.-à-d\.": "c'est-à-dire",
    r"p\. ?ex\.": "par exemple",
}


def _count(number: int) -> str:
    return _FEMININE.get(number, str(number))


def _hour(match: re.Match[str]) -> str:
    hours, minutes = int(match[1]), int(match[2] or 0)
    said = f"{'zéro' if hours == 0 else _count(hours)} heure{'s' if hours > 1 else ''}"
    return f"{said} {_count(minutes)}" if minutes else said


def _euros(match: re.Match[str]) -> str:
    euros, cents = match[1], int(match[2] or 0)
    said = f"{euros} euro{'s' if int(euros) > 1 else ''}"
    return f"{said} {cents}" if cents else said


def _ordinal(match: re.Match[str]) -> str:
    number = int(match[1])
    return _ORDINALS[number - 2] if 2 <= number <= 20 else f"{number}ème"


def _said(year: str | None, month: str, number: str) -> str | None:
    found = numbers.day(year, month, number)
    if found is None:
        return None
    first = "premier" if found[0] == 1 else str(found[0])
    return f"{first} {_MONTHS[found[1] - 1]}" + (f" {year}" if year else "")


def _date(match: re.Match[str]) -> str:
    return _said(match[3], match[2], match[1]) or match[0]


def _iso(match: re.Match[str]) -> str:
    return _said(match[1], match[2], match[3]) or match[0]


def _short_date(match: re.Match[str]) -> str:
    return _said(None, match[2], match[1]) or f"{match[1]} sur {match[2]}"


def _address(match: re.Match[str]) -> str:
    plain = re.sub(r"^https?://", "", match[0]).rstrip("/")
    plain = re.sub(r"^www\.", "3 w point ", plain)
    said = {".": " point ", "/": " barre ", "@": " arobase ", "-": " tiret ", "_": " souligné "}
    return "".join(said.get(sign, sign) for sign in plain)


RULES: list[Rule] = [
    (numbers.ADDRESS, _address),
    *numbers.rules("zéro", "plus"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), ""),
    (re.compile(r"\b24 ?h ?(?:/|sur) ?24\b"), "24 heures sur 24"),
    (re.compile(r"\b7 ?j ?(?:/|sur) ?7\b"), "7 jours sur 7"),
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), _iso),
    (re.compile(r"\b(\d\d?)[/.](\d\d?)[/.](\d{4})\b"), _date),
    (re.compile(r"(?<![\d/])(\d\d?)/(0[1-9]|1[0-2])(?![\d/])"), _short_date),
    (re.compile(r"(?<=\d)/(?=\d)"), " sur "),
    (re.compile(r"\b(\d\d? ?h(?: ?\d\d)?) ?[–-] ?(?=\d)"), r"\1 à "),
    (re.compile(r"\b([01]?\d|2[0-4]) ?h(?: ?([0-5]\d))?\b"), _hour),
    (re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b"), _hour),
    (re.compile(r"\b(\d+)(?:,(\d\d))? ?€"), _euros),
    (re.compile(r"€"), " euros"),
    (re.compile(r" ?/ ?(?=(?:mois|an|jour|semaine|personne|heure)\b)"), " par "),
    (re.compile(r" ?× ?"), " fois "),
    (re.compile(r"\b1(?:er|ᵉʳ)\b"), "premier"),
    (re.compile(r"\b1(?:re|ère|ʳᵉ)\b"), "première"),
    (re.compile(r"\b(\d{1,3})(?:e|ème|eme|ᵉ)\b"), _ordinal),
    (re.compile(r"(?<=\d) ?m²"), " mètres carrés"),
    (re.compile(r"(?<=\d) ?km\b"), " kilomètres"),
    (re.compile(r"(?<=\d) ?kg\b"), " kilos"),
    (re.compile(r"(?<=\d) ?m\b(?![’'.])"), " mètres"),
    (re.compile(r"(?<=\d) ?min\b\.?"), " minutes"),
    (re.compile(r"(?<=\d) ?°C?(?!\w)"), " degrés"),
    (re.compile(r"&"), " et "),
    *((re.compile(r"(?<!\w)" + pattern), said) for pattern, said in _WORDS.items()),
    (re.compile(rf"\b(?:{_SPELLED})\b"), lambda match: " ".join(match[0])),
]
