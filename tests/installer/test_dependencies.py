"""What the code imports is what gets installed."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("app", "kiosk", "sync", "i18n", "voice")
FAMILY = {
    "ibm-cloud-sdk-core": "ibmcloudant",
    "jinja2": "flask",
    "werkzeug": "flask",
    "yarl": "aiohttp",
}


def plain(name: str) -> str:
    """A distribution's normal name (PyPA: name normalization)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=;\[ ]", name)[0]).lower()


def imported() -> set[str]:
    """The distributions that our code imports."""
    names: set[str] = set()
    for path in [ROOT / "app.py", *(p for each in OURS for p in (ROOT / each).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(str(node.module).partition(".")[0])
    known = packages_distributions()
    foreign = names - set(sys.stdlib_module_names) - set(OURS) - {"PyQt6", "webview"}
    return {plain(known.get(name, [name])[0]) for name in foreign}


def test_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {plain(line) for line in project["dependencies"]}
    assert {FAMILY.get(name, name) for name in imported()} <= declared


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ["build"]),
        ("window.lock", ["build", "window"]),
        ("test.lock", ["build", "window", "test"]),
    ],
)
def test_every_declared_package_is_pinned(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {plain(line) for line in project["dependencies"]}
    for extra in extras:
        wanted |= {plain(line) for line in project["optional-dependencies"][extra]}
    lines = (ROOT / "installer" / lock).read_text(encoding="utf-8").splitlines()
    assert wanted <= {plain(line) for line in lines if "==" in line}
