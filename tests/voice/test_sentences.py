import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.sentences import LIMIT, split

WORDS = st.text("abÉé ,.;:!?…؟،؛مرحبا«»“”()’'\u00a0\n\t04-–—•/", max_size=600)
LANGS = st.sampled_from(["fr", "ar", "fr-simple", "en"])

TOLD = [
    ("M. Dupont vient. Mme Li part.", ["M. Dupont vient.", "Mme Li part."]),
    ("Il vient à 9 h 30. Merci\u00a0!", ["Il vient à 9 h 30.", "Merci\u00a0!"]),
    ("Appelez le 04 91 12 34 56. Merci.", ["Appelez le 04 91 12 34 56.", "Merci."]),
    ("Le 12.03.2026, l’eau est coupée.", ["Le 12.03.2026, l’eau est coupée."]),
    ("Voir https://www.hmp.fr/a.b. Merci.", ["Voir https://www.hmp.fr/a.b.", "Merci."]),
    ("Loyer\u00a0: 412.50 € par mois. Oui.", ["Loyer\u00a0: 412.50 € par mois.", "Oui."]),
    ("«\u00a0Ça va\u00a0?\u00a0» Elle rit.", ["«\u00a0Ça va\u00a0?\u00a0»", "Elle rit."]),
    ("«\u00a0Oui\u00a0!\u00a0» dit-elle.", ["«\u00a0Oui\u00a0!\u00a0» dit-elle."]),
    ("Eau, gaz, etc. sont coupés.", ["Eau, gaz, etc. sont coupés."]),
    ("Eau, gaz, etc. Demain aussi.", ["Eau, gaz, etc.", "Demain aussi."]),
    ("Voir réf. 12 ou tél. 04 91.", ["Voir réf. 12 ou tél. 04 91."]),
    ("C’est l’escalier B. Il est sombre.", ["C’est l’escalier B.", "Il est sombre."]),
    ("Écrit par J. Martin. Lu.", ["Écrit par J. Martin.", "Lu."]),
    ("1. Ouvrir la porte. 2. Entrer.", ["1. Ouvrir la porte.", "2. Entrer."]),
    ("Titre\nUn mot\r\n• deux", ["Titre", "Un mot", "• deux"]),
    ("Attendez… Voilà\u00a0!", ["Attendez…", "Voilà\u00a0!"]),
    ("Bonjour\n—\nMerci", ["Bonjour\n—", "Merci"]),
    ("", []),
    (" \n ", []),
    ("…", ["…"]),
]
ARABIC = [
    ("هل المصعد معطل؟ نعم، منذ أمس.", ["هل المصعد معطل؟", "نعم، منذ أمس."]),
    ("د. سالم هنا. شكرا!", ["د. سالم هنا.", "شكرا!"]),
    ("الماء مقطوع؛ سيعود غدا.", ["الماء مقطوع؛ سيعود غدا."]),
    ("في الدرج B. اتصل بالرقم 04 91 12 34 56.", ["في الدرج B.", "اتصل بالرقم 04 91 12 34 56."]),
]


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_french_is_told_sentence_by_sentence(text: str, told: list[str]) -> None:
    assert [text[start:end] for start, end in split(text, "fr")] == told


@pytest.mark.parametrize(("text", "told"), ARABIC)
def test_arabic_is_told_sentence_by_sentence(text: str, told: list[str]) -> None:
    assert [text[start:end] for start, end in split(text, "ar")] == told


def test_a_long_sentence_is_cut_after_a_comma_else_between_words() -> None:
    clause = "les travaux de la cage d’escalier durent trois semaines"
    text = f"{clause}, {clause}, {clause}, {clause}, {clause}, {clause}."
    told = [text[start:end] for start, end in split(text, "fr")]
    assert len(told) == 2
    assert told[0].endswith("semaines,")
    assert [len(text[a:b]) > 0 for a, b in split("mot " * 200, "fr")]
    assert all(("mot " * 200)[a:b].split()[-1] == "mot" for a, b in split("mot " * 200, "fr"))


@given(WORDS | st.text(max_size=300), LANGS)
def test_offsets_are_in_order_trimmed_and_cover_every_mark(text: str, lang: str) -> None:
    spans = split(text, lang)
    ends = [0, *(end for _, end in spans)]
    assert all(before <= start < end for before, (start, end) in zip(ends, spans, strict=False))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    told = "".join(text[start:end] for start, end in spans)
    assert "".join(told.split()) == "".join(text.split())
    assert spans == split(text, lang)


@given(st.text("ab ,.\u00a0", min_size=200, max_size=1500))
def test_none_is_longer_than_the_limit(text: str) -> None:
    assert all(end - start <= LIMIT for start, end in split(text, "fr"))
