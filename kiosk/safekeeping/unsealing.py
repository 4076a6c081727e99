"""A sealed file that somebody names: open, with its passphrase, or why not, in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import NEWER_DATA, REFUSED, Stopped
from kiosk.safekeeping import passphrase
from sync.sealed import NewerSeal, WrongPassphrase, look


@contextmanager
def unsealing(saved: Path) -> Iterator[tuple[BinaryIO, str]]:
    """The file, at its start, and the passphrase, which nobody is asked for in vain.

    Raises Stopped where there is no such file, or the passphrase is not its own. That it is sealed
    but damaged is said by who knows what it should be: :class:`sync.sealed.NotSealed` and Torn.
    """
    with _opened(saved) as file:
        try:
            look(file)
            file.seek(0)
            yield file, passphrase.known()
        except NewerSeal as error:
            said = f"{saved} vient d’une version plus récente. Installez-la."
            raise Stopped(said, NEWER_DATA) from error
        except WrongPassphrase as error:
            said = f"Cette phrase n’ouvre pas {saved}, ou son début est abîmé."
            raise Stopped(said, REFUSED) from error


def _opened(saved: Path) -> BinaryIO:
    try:
        return saved.open("rb")
    except FileNotFoundError as error:
        raise Stopped(f"Le fichier {saved} n’est pas là.", REFUSED) from error
    except OSError as error:
        raise Stopped(f"On ne peut pas lire {saved}\xa0: {error.strerror}.", REFUSED) from error
