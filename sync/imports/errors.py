"""Why a file is not imported, in a sentence for whoever made it."""

from sync.errors import SyncError


class ImportRefused(SyncError):
    """Nothing of the source was written.

    ``sentence`` is French and plain; ``line`` (the first is 1), ``column`` (its name) and
    ``source`` (the file's name, or the address) say where, as far as is known; ``str()`` says all.
    ``silent``: at the address nobody was reached.
    """

    def __init__(
        self,
        sentence: str,
        *,
        line: int | None = None,
        column: str = "",
        source: str = "",
        silent: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line
        self.column = column
        self.source = source
        self.silent = silent

    def __str__(self) -> str:
        where = [self.source]
        where += [f"ligne {self.line}"] if self.line else []
        where += [f"colonne {quoted(self.column)}"] if self.column else []
        said = ", ".join(filter(None, where))
        return f"{said}\u00a0: {self.sentence}" if said else self.sentence


def quoted(text: str) -> str:
    """``text`` between French quotation marks, at most 60 characters of it."""
    short = text if len(text) <= 60 else text[:59] + "…"
    return f"«\u00a0{short}\u00a0»"


class SetAside(SyncError):
    """One entry of a feed or a calendar cannot be used; the others can. ``str()`` says why."""
