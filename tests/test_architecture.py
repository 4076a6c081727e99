"""The arrows of the design: who may import whom, and what a module may be."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kiosk", "sync", "i18n", "voice")
OURS = (*PACKAGES, "app")
ARROWS = {  # each may import what stands beside it, and itself
    "app": set(OURS),
    "kiosk": {"kiosk", "sync", "voice", "i18n"},
    "sync": {"sync"},
    "i18n": {"i18n"},
    "voice": {"voice"},
}
NOT_PACKAGES = {"tests", "installer", "docs", "static", "build"}
LONGEST = 300
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


def modules(root: Path) -> Iterator[Path]:
    """Every Python file of the product, relative to `root`."""
    tops = [root / "app.py", *(root / package for package in PACKAGES)]
    for top in tops:
        yield from (path.relative_to(root) for path in [top, *sorted(top.rglob("*.py"))])


def sources(root: Path) -> Iterator[tuple[Path, str]]:
    for path in modules(root):
        if path.suffix == ".py" and (root / path).exists():
            yield path, (root / path).read_text(encoding="utf-8")


def imports(text: str) -> Iterator[tuple[str, int]]:
    """Dotted names a module imports, with the level of a relative one (0: absolute).

    `from kiosk.pages import news` counts as kiosk.pages.news: it may be a module. Imports inside
    functions and under TYPE_CHECKING count too.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"{node.module}." if node.module else ""
            yield from ((base + alias.name, node.level) for alias in node.names)


def page_of(parts: tuple[str, ...]) -> str | None:
    """The page area (folder under kiosk/pages) that a path or a dotted name lies in."""
    return parts[2] if parts[:2] == ("kiosk", "pages") and len(parts) > 2 else None


def judge(path: Path, name: str) -> str | None:
    """What is wrong with module `path` importing `name`; None when it may."""
    own, parts = path.with_suffix("").parts, tuple(name.split("."))
    top = parts[0]
    if top in OURS and top not in ARROWS[own[0]]:
        return f"{own[0]} must not import {top}"
    mine, theirs = page_of(own), page_of(parts)
    inside_a_page = mine is not None and len(path.parts) > 3
    if inside_a_page and theirs is not None and theirs != mine:
        return "a page must not import another page"
    if path.name == "model.py" and "flask" in top:
        return "model.py must not import flask"
    if path.name == "model.py" and top in OURS and top != "sync":
        return "of ours, model.py imports only sync"
    if top == "webview" and path.name != "window.py":
        return "only window.py imports webview"
    return None


def wrong_imports(root: Path) -> Iterator[str]:
    for path, text in sources(root):
        for name, level in imports(text):
            wrong = "no relative imports" if level else judge(path, name)
            if wrong:
                yield f"{path}: {name}: {wrong}"


def too_long(root: Path) -> Iterator[str]:
    for path, text in sources(root):
        lines = text.count("\n")
        if lines > LONGEST:
            yield f"{path}: {lines} lines, {LONGEST} are the most"


def vague_names(root: Path) -> Iterator[str]:
    for path in modules(root):
        if VAGUE & set(path.with_suffix("").parts):
            yield f"{path}: the name says nothing"


def stray_packages(root: Path) -> Iterator[str]:
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in NOT_PACKAGES:
            continue
        if path.suffix == ".py" and path.name != "app.py":
            yield f"{path.name}: app.py is the only module at the top"
        if path.is_dir() and path.name not in PACKAGES and any(path.glob("*.py")):
            yield f"{path.name}: no other package at the top"
    for folder in ("tests", "installer"):
        for path in (root / folder).rglob("__init__.py"):
            if "vendor" not in path.parts:
                yield f"{path.relative_to(root)}: {folder} is not a package"


CHECKS = (wrong_imports, too_long, vague_names, stray_packages)


@pytest.mark.parametrize("check", CHECKS)
def test_the_tree_keeps_to_the_design(check: Callable[[Path], Iterator[str]]) -> None:
    assert list(check(ROOT)) == []


def test_the_tree_is_really_read() -> None:
    found = {path.parts[0] for path, _ in sources(ROOT)}
    assert found == {"app.py", *PACKAGES}


@pytest.mark.parametrize(
    ("path", "text", "wrong"),
    [
        ("sync/database.py", "import kiosk.config", "sync must not import kiosk"),
        ("sync/database.py", "from voice import client", "sync must not import voice"),
        ("voice/worker.py", "import i18n", "voice must not import i18n"),
        ("i18n/dates.py", "def f():\n    from sync import clock", "i18n must not import sync"),
        ("kiosk/server.py", "import app", "kiosk must not import app"),
        ("kiosk/x.py", "if TYPE_CHECKING:\n    import app", "kiosk must not import app"),
        ("kiosk/pages/news/routes.py", "from kiosk.pages.home import model", "another page"),
        ("kiosk/pages/news/routes.py", "from kiosk.pages import home", "another page"),
        ("kiosk/pages/news/routes.py", "from . import model", "no relative imports"),
        ("kiosk/pages/news/model.py", "from flask import request", "must not import flask"),
        ("kiosk/pages/news/model.py", "import flask_babel", "must not import flask"),
        ("kiosk/pages/news/model.py", "from kiosk.session import who", "only sync"),
        ("kiosk/layout/frame.py", "import webview", "only window.py imports webview"),
    ],
)
def test_an_arrow_that_points_the_wrong_way_is_found(
    tmp_path: Path, path: str, text: str, wrong: str
) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    found = list(wrong_imports(tmp_path))
    assert len(found) == 1
    assert wrong in found[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app.py", "import kiosk.config, sync.database, voice.worker, i18n.languages"),
        ("kiosk/server.py", "import sync.database, voice.client, i18n.languages, flask"),
        ("kiosk/pages/news/routes.py", "from kiosk.pages.news import model"),
        ("kiosk/pages/news/model.py", "from sync.database import Database\nimport datetime"),
        ("kiosk/pages/__init__.py", "from kiosk.pages import news, home"),
        ("kiosk/window.py", "import webview"),
        ("sync/database.py", "import synchronicity"),
    ],
)
def test_a_right_arrow_is_left_alone(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert list(wrong_imports(tmp_path)) == []


def test_a_module_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("#\n" * LONGEST)
    assert list(too_long(tmp_path)) == []
    (tmp_path / "app.py").write_text("#\n" * (LONGEST + 1))
    assert len(list(too_long(tmp_path))) == 1


@pytest.mark.parametrize("path", ["kiosk/utils.py", "sync/common/__init__.py", "voice/helpers.py"])
def test_a_name_that_says_nothing_is_found(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()
    assert list(vague_names(tmp_path)) == [f"{path}: the name says nothing"]


@pytest.mark.parametrize(
    "path", ["portal/__init__.py", "scripts/run.py", "setup.py", "tests/x/__init__.py"]
)
def test_a_stray_package_is_found(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).touch()
    assert len(list(stray_packages(tmp_path))) == 1
