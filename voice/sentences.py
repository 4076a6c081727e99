"""Where the sentences of a text begin and end, for reading aloud one by one."""

import re

LIMIT = 220  # characters; above, one waits too long before one can stop or go back

_CLOSERS = r"\s*[»”’\"')\]]*"
_END = re.compile(rf"[.!?…؟۔]+(?:{_CLOSERS})(?=\s|$)")
_NEVER_LAST = re.compile(r"mm?|mme|mlle|dr|pr|ste?|av|bl?d|bât|tél|réf|art|cf|no?")
_BEFORE_NUMBER = re.compile(  # these may end a sentence, unless a number follows
    r"pl|ch|esc|ét|app?t|rés|port|nos|pp?|ex|env|max|min|vol|fig|arr|"
    r"janv?|févr?|avr|juil|sept|oct|nov|déc|lun|mar|mer|jeu|ven|sam|dim"
)
_PLACE = re.compile(r"esc(alier)?|hall|bât(iment)?|bloc|entrée|tour|porte|cage|zone|lettre", re.I)
_SOFT = re.compile(r"[,;:،؛](?=\s)|\s[–—](?=\s)")


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of the sentences, in order, none empty, without outer blanks.

    Together they cover every character that is no blank. A line's end ends a sentence. None is
    longer than `LIMIT` characters: longer ones are cut after a comma, else between words.
    `lang` decides the abbreviations (French ones for any code beginning with `fr`).
    """
    pieces: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text):
        pieces += _split_line(text, line.start(), line.end(), lang)
    spoken = _merge_wordless(text, [span for piece in pieces if (span := _trim(text, *piece))])
    return [cut for span in spoken for cut in _cut(text, *span)]


def _split_line(text: str, start: int, end: int, lang: str) -> list[tuple[int, int]]:
    pieces, begin = [], start
    for mark in _END.finditer(text, start, end):
        if mark.start() >= begin and _ends(text, begin, mark, end, lang):
            pieces.append((begin, mark.end()))
            begin = mark.end()
    return [*pieces, (begin, end)]


def _ends(text: str, begin: int, mark: re.Match[str], end: int, lang: str) -> bool:
    """Whether the mark really ends the sentence that begins at `begin`."""
    rest = text[mark.end() : end].lstrip()
    if not rest:
        return True
    if rest.lstrip("«“\"'(").lstrip()[:1].islower():  # « Oui ! » dit-elle, etc. et
        return False
    if text[mark.start()] != "." or mark.group().startswith(".."):
        return True
    before = text[begin : mark.start()].split()
    word = before[-1].lstrip("«“\"'(’").rpartition("’")[2] if before else ""
    if len(before) == 1 and word.isdigit():  # a numbered line: 1. Ouvrir
        return False
    if len(word) == 1 and word.isalpha():
        return not _initial(before, word, lang)
    return not (lang.startswith("fr") and _abbreviated(word.lower(), rest))


def _initial(before: list[str], word: str, lang: str) -> bool:
    """J. Dupont and د. سالم; neither "l’escalier B." nor a Latin letter in Arabic."""
    if lang.startswith("ar"):
        return not word.isascii()
    place = before[-2].rpartition("’")[2] if len(before) > 1 else ""
    return word not in "yà" and not _PLACE.fullmatch(place)


def _abbreviated(word: str, rest: str) -> bool:
    if _NEVER_LAST.fullmatch(word):
        return True
    return rest[:1].isdigit() and _BEFORE_NUMBER.fullmatch(word) is not None


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    stop = start + len(piece.rstrip())
    return (begin, stop) if begin < stop else None


def _merge_wordless(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What holds no letter or digit goes with the sentence before it, or the one after."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        wordless = not any(map(str.isalnum, text[start:end]))
        orphan = len(merged) == 1 and not any(map(str.isalnum, text[slice(*merged[0])]))
        if merged and (wordless or orphan):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = []
    while end - start > LIMIT:
        at = _place(text, start, start + LIMIT)
        if piece := _trim(text, start, at):
            cuts.append(piece)
        start = at
    last = _trim(text, start, end)
    return [*cuts, last] if last else cuts


def _place(text: str, start: int, stop: int) -> int:
    """The best place to cut text[start:stop + …], in (start, stop]."""
    marks = [mark.end() for mark in _SOFT.finditer(text, start + LIMIT // 3, stop + 1)]
    marks = [mark for mark in marks if mark <= stop]
    if marks:
        return marks[-1]
    for blank in (r"(?<!\d) (?!\d)", r"\s"):  # not inside 04 91 12 34 56 if there is a choice
        found = [match.end() for match in re.finditer(blank, text[start:stop])]
        if found:
            return start + found[-1]
    return stop
