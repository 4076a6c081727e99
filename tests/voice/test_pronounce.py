import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.pronounce import pronounce

FRENCH = [
    ("Votre numéro est B 47 21 93.", "Votre numéro est B, 47, 21, 93."),
    ("B 04 00 93", "B, zéro 4, zéro zéro, 93"),
    ("Rendez-vous à 9 h 30.", "Rendez-vous à 9 heures 30."),
    ("de 9\u00a0h\u00a005 à 21h", "de 9 heures 5 à vingt et une heures"),
    ("8 h – 12 h", "8 heures à 12 heures"),
    ("1 h, 0 h 15, 14:30", "une heure, zéro heure 15, 14 heures 30"),
    ("04 91 12 34 56", "zéro 4, 91, 12, 34, 56"),
    ("0491123456", "zéro 4, 91, 12, 34, 56"),
    ("04.91.12.00.06", "zéro 4, 91, 12, zéro zéro, zéro 6"),
    ("+33 4 91 12 34 56", "plus 33, 4, 91, 12, 34, 56"),
    ("0 800 123 456", "zéro, 800, 123, 456"),
    ("Le 15, le 112, le 114, le 3919.", "Le 15, le 112, le 114, le 39 19."),
    ("116 006", "116, zéro zéro 6"),
    ("les 1er et 7e arrondissements", "les premier et septième arrondissements"),
    ("la 1re porte, le 16ème, le 2ᵉ", "la première porte, le seizième, le deuxième"),
    ("HMP répond en 5 jours.", "H M P répond en 5 jours."),
    ("n° 12, bât. B", "numéro 12, bâtiment B"),
    ("M. Dupont et Mme Li", "Monsieur Dupont et Madame Li"),
    ("12,50 €, 1 €, 1\u00a0234,00\u00a0€", "12 euros 50, 1 euro, 1234 euros"),
    ("le 22/11/2026", "le 22 novembre 2026"),
    ("2026-12-01, le 03/12", "premier décembre 2026, le 3 décembre"),
    ("31/02/2026", "31 sur 02 sur 2026"),
    ("24h/24 et 7j/7", "24 heures sur 24 et 7 jours sur 7"),
    ("6\u00a0000 logements", "6000 logements"),
    ("25 m² à 3 km", "25 mètres carrés à 3 kilomètres"),
    ("«\u00a0Où\u00a0?\u00a0»", "Où?"),
    ("L’ascenseur", "L'ascenseur"),
    ("https://www.hmp.fr/aide.", "3 w point hmp point fr barre aide."),
    ("claire@hmp.fr", "claire arobase hmp point fr"),
    ("• Eau — gaz", "Eau, gaz"),
    ("a\u202eb\u200f\x00\ud800", "ab"),
    ("la S.N.C.F.", "la S N C F."),
    ("Oui!!! Attendez...", "Oui! Attendez…"),
    ("٤٧ logements", "47 logements"),
    ("RDC, RDV à 9 h", "rez-de-chaussée, rendez-vous à 9 heures"),
    ("19\u00a0h\u00a030 et 19:30", "19 heures 30 et 19 heures 30"),
    ("Marseille 13e, 3e étage", "Marseille treizième, troisième étage"),
    ("12 bis, av. des Goumiers, 13008 Marseille", "12 bis, avenue des Goumiers, 13008 Marseille"),
    ("3, bd de la Crique, rés. Les Figuiers", "3, boulevard de la Crique, résidence Les Figuiers"),
    (
        "Appelez le 04 91 55 00 00, 3 € / mois",
        "Appelez le zéro 4, 91, 55, zéro zéro, zéro zéro, 3 euros par mois",
    ),
    ("2 × 30 min, R+3", "2 fois 30 minutes, R plus 3"),
]
ARABIC = [
    ("الرقم B 47 21 93", "الرقم بي, 47, 21, 93"),
    ("٠٤ ٩١ ١٢ ٣٤ ٥٦", "صفر 4, 91, 12, 34, 56"),
    ("الساعة 9:30 ص", "الساعة 9 و 30 دقيقة صباحا"),
    ("9 h 30", "الساعة 9 و 30 دقيقة"),
    ("3919 أو 15", "39 19 أو 15"),
    ("22/11/2026", "22 نوفمبر 2026"),
    ("الدرج A", "الدرج آ"),
    ("HMP", "آش إم بي"),
    ("12 € و 50 %", "12 يورو و 50 بالمئة"),
    ("12,50 €", "12 يورو و 50 سنتيم"),
    ("الدائرة 13e، الطابق 3e، RDC", "الدائرة الثالث عشر، الطابق الثالث، الطابق الأرضي"),
    ("19:30 و 19 h 30", "الساعة 19 و 30 دقيقة و الساعة 19 و 30 دقيقة"),
    ("M. Dupont و Mme Li", "السيد Dupont و السيدة Li"),
    ("claire@hmp.fr", "claire آت hmp نقطة fr"),
    ("مرحـــبا", "مرحبا"),
    ("\u200fرقم\u200e 5", "رقم 5"),
]
ENGLISH = [
    ("Call 04 91 12 00 06.", "Call zero 4, 9 1, 1 2, zero zero, zero 6."),
    ("3919 or 112", "3 9 1 9 or 112"),
    ("at 9:30, 14:05, 9:00 and 19:00", "at 9 30, 14 oh 5, 9 o'clock and 19 hundred hours"),
    ("9:30 am, 2 p.m.", "9 30 ay em, 2 pee em"),
    ("9 h – 12 h 30", "9 o'clock to 12 30"),
    ("22/11/2026 or 2026-12-01", "22 November 2026 or 1 December 2026"),
    ("€12.50, 1 €, 1,234 homes", "12 euros 50, 1 euro, 1234 homes"),
    ("Marseille 13e, 3e, 1er", "Marseille 13th, 3rd, 1st"),
    ("HMP, RDC, n° 12", "H M P, ground floor, number 12"),
    ("M. Dupont & Mme Li", "Mr Dupont and Mrs Li"),
    ("25 m² at 3 km, 20 °C", "25 square metres at 3 kilometres, 20 degrees"),
    ("claire@hmp.fr", "claire at hmp dot fr"),
    ("Receipt B 47 21 03", "Receipt B, 4 7, 2 1, zero 3"),
]


@pytest.mark.parametrize(("shown", "said"), FRENCH)
def test_french_is_said_as_people_say_it(shown: str, said: str) -> None:
    assert pronounce(shown, "fr") == said
    assert pronounce(shown, "fr-simple") == said


@pytest.mark.parametrize(("shown", "said"), ARABIC)
def test_arabic_is_said_as_people_say_it(shown: str, said: str) -> None:
    assert pronounce(shown, "ar") == said


@pytest.mark.parametrize(("shown", "said"), ENGLISH)
def test_english_is_said_as_people_say_it(shown: str, said: str) -> None:
    assert pronounce(shown, "en") == said


def test_another_language_only_loses_what_is_not_spoken() -> None:
    assert pronounce("«Chiama» il 112 alle\u00a09:30 \u200e!", "it") == "Chiama il 112 alle 9:30!"


@given(st.text(max_size=200), st.sampled_from(["fr", "ar", "en"]))
def test_nothing_that_is_not_spoken_is_left(shown: str, lang: str) -> None:
    said = pronounce(shown, lang)
    kinds = {unicodedata.category(character) for character in said}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert said == " ".join(said.split())


@given(st.text("0123456789/.,:h -€eèrm°+²", max_size=60), st.sampled_from(["fr", "ar", "en"]))
def test_numbers_of_any_shape_are_said_without_failing(shown: str, lang: str) -> None:
    assert isinstance(pronounce(shown, lang), str)


@pytest.mark.parametrize("unit", ["a.", "s'", "W", "م.", "..", "beep..", "-a", "1."])
@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_no_word_is_longer_than_the_engine_survives(unit: str, lang: str) -> None:
    said = pronounce(unit * 250, lang)
    assert max(map(len, said.split())) <= 40
    assert ".." not in said
