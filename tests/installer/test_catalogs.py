"""What the catalog checks find that pybabel passes over."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: ar\\n"\n'
WHOLE = f'{HEADER}\nmsgid "Bonjour"\nmsgstr "مرحبا"\n'


def catalog(place: Path, text: str) -> Path:
    path = place / "ar" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return place


def check(what: str, catalogs: Path, *folders: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "installer" / "catalogs.py"
    return subprocess.run(
        [sys.executable, script, what, catalogs, *folders],
        capture_output=True,
        text=True,
        timeout=60,
    )


def compile_catalogs(catalogs: Path) -> None:
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run([pybabel, "-q", "compile", "-d", catalogs], check=True, timeout=60)


def test_a_whole_catalog_passes(tmp_path: Path) -> None:
    catalogs = catalog(tmp_path, WHOLE)
    compile_catalogs(catalogs)
    assert check("compiled", catalogs).returncode == 0
    assert check("translated", catalogs).returncode == 0


def test_a_catalog_with_a_fuzzy_header_is_missed(tmp_path: Path) -> None:
    catalogs = catalog(tmp_path, f"#, fuzzy\n{WHOLE}")
    compile_catalogs(catalogs)
    done = check("compiled", catalogs)
    assert done.returncode == 1
    assert "messages.mo: missing" in done.stderr


@pytest.mark.parametrize(
    "message",
    [
        'msgid "Bonsoir"\nmsgstr ""',
        '#, fuzzy\nmsgid "Bonsoir"\nmsgstr "مساء"',
        'msgid "un jour"\nmsgid_plural "%(num)d jours"\nmsgstr[0] "يوم"\nmsgstr[1] ""',
    ],
)
def test_a_sentence_without_words_is_named(tmp_path: Path, message: str) -> None:
    done = check("translated", catalog(tmp_path, f"{WHOLE}\n{message}\n"))
    assert done.returncode == 1
    assert "not translated" in done.stderr
    assert "Bonjour" not in done.stderr


def test_a_folder_without_catalog_is_named(tmp_path: Path) -> None:
    catalog(tmp_path, WHOLE)
    (tmp_path / "tr").mkdir()
    assert "tr/LC_MESSAGES/messages.po: missing" in check("translated", tmp_path).stderr


def test_no_catalog_at_all_fails(tmp_path: Path) -> None:
    assert check("compiled", tmp_path).returncode == 1


@pytest.mark.parametrize("what", ["compiled", "translated"])
def test_a_language_of_the_portal_without_a_folder_is_named(tmp_path: Path, what: str) -> None:
    catalogs = catalog(tmp_path, WHOLE)
    compile_catalogs(catalogs)
    assert check(what, catalogs, "ar").returncode == 0
    done = check(what, catalogs, "ar", "fr_simple")
    assert done.returncode == 1
    assert "fr_simple/LC_MESSAGES/messages.po: missing" in done.stderr
