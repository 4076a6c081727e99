"""What can go wrong in the portal itself."""

from typing import Final

FAILED: Final = 1
REFUSED: Final = 2  # argparse's own as well
PORT_TAKEN: Final = 3
NEWER_DATA: Final = 4
"""Exit codes of the `residacoeur` command."""


class KioskError(Exception):
    """Base of every error raised by :mod:`kiosk`."""


class Stopped(KioskError):
    """A command ends here: its words are the sentence to print, `code` the exit code."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code
