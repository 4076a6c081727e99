"""What the window needs of this machine: a screen, Qt, Debian's libraries, an ordinary user.

Only the standard library: the installer runs this file before anything is installed. It prints the
missing packages; nothing when all are there.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

LIBRARIES: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXext.so.6": "libxext6",
    "libXfixes.so.3": "libxfixes3",
    "libXrandr.so.2": "libxrandr2",
    "libXrender.so.1": "libxrender1",
    "libXtst.so.6": "libxtst6",
    "libasound.so.2": "libasound2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgbm.so.1": "libgbm1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libnspr4.so": "libnspr4",
    "libnss3.so": "libnss3",
    "libnssutil3.so": "libnss3",
    "libpcsclite.so.1": "libpcsclite1",
    "libplc4.so": "libnspr4",
    "libplds4.so": "libnspr4",
    "libsmime3.so": "libnss3",
    "libwayland-server.so.0": "libwayland-server0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-dri3.so.0": "libxcb-dri3-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbfile.so.1": "libxkbfile1",
}
"""Of a bare Debian 12, the libraries that PyQt6's wheels expect, and the packages they are in."""

RENAMED: Final = {"libasound2": "libasound2t64", "libglib2.0-0": "libglib2.0-0t64"}  # Debian 13
PARTS: Final = (
    "lib/libQt6WebEngineCore.so.6",
    "libexec/QtWebEngineProcess",
    "plugins/platforms/libqxcb.so",
    "plugins/platforms/libqwayland.so",
)
UNLOCKED: Final = "QTWEBENGINE_DISABLE_SANDBOX"  # Qt's own name for it


def has_screen() -> bool:
    """Whether there is a display that a window could open on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def has_qt() -> bool:
    """Whether pywebview and Qt are installed."""
    qt = _qt()
    there = qt is not None and (qt / PARTS[0]).exists()
    return there and importlib.util.find_spec("webview") is not None


def missing_packages() -> list[str]:
    """Debian's packages that are not there, as far as this machine tells; without Qt, every one
    that the table knows of. A library whose package nobody knows stands for itself."""
    libraries = _unlinked() if has_qt() else _unlisted()
    names = {LIBRARIES.get(library, library) for library in libraries}
    return sorted(RENAMED.get(name, name) if _is_newer() else name for name in names)


def refusal() -> str:
    """Why no window can open here, in a French sentence; "" when one can."""
    if not has_screen():
        return "Il n’y a pas d’écran ici, ou il n’est pas dit (DISPLAY)."
    if not has_qt():
        return "La fenêtre n’est pas installée. Lancez\u00a0: sh installer/run.sh"
    packages = missing_packages()
    if packages:
        return f"La fenêtre attend des paquets. sudo apt-get install {' '.join(packages)}"
    if os.getuid() == 0 and os.environ.get(UNLOCKED) != "1":
        return "La fenêtre ne s’ouvre pas pour root\u00a0: prenez un utilisateur ordinaire."
    return ""


def _qt() -> Path | None:
    spec = importlib.util.find_spec("PyQt6")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "Qt6" if places else None


def _unlinked() -> Iterable[str]:
    """What the parts of Qt do not find (ldd(1))."""
    qt, ldd = _qt(), shutil.which("ldd")
    if qt is None or ldd is None:
        return ()
    parts = [str(qt / part) for part in PARTS if (qt / part).exists()]
    told = subprocess.run([ldd, *parts], capture_output=True, text=True, check=False).stdout
    return {line.split()[0] for line in told.splitlines() if line.endswith("not found")}


def _unlisted() -> Iterable[str]:
    """What the machine's list of libraries lacks (ldconfig(8))."""
    ldconfig = shutil.which(
        "ldconfig", path=f"{os.environ.get('PATH', os.defpath)}:/sbin:/usr/sbin"
    )
    if ldconfig is None:
        return ()
    told = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    known = {line.split()[0] for line in told.splitlines() if line.startswith("\t")}
    return LIBRARIES.keys() - known


def _is_newer() -> bool:
    """Whether this is a Debian that has renamed packages for its 64-bit time."""
    try:
        words = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    return "ID=debian" in words and not any(f'VERSION_ID="{n}"' in words for n in (11, 12))


if __name__ == "__main__":
    print(" ".join(missing_packages()))
