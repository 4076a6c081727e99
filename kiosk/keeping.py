"""`residacoeur couch backup` and `restore`: the embedded databases saved, and brought back."""

import json
import secrets
import sys
from pathlib import Path
from typing import Final

from sync.couch.backup import backup, restore
from sync.couch.errors import BadBackup, Locked

OWN: Final = ("node", "_replicator")
"""Sessions and drafts of this machine, passwords of its neighbours: no backup holds them."""

NOT_DONE: Final = {"backup": "Rien n’est sauvegardé", "restore": "Rien n’est remis"}


def act(action: str, data: Path, place: Path) -> int:
    """Do what `action` says with the databases of `data`, and say it in a sentence; 0, or 1 when
    nothing is done."""
    try:
        print(_save(data, place) if action == "backup" else _bring_back(data, place))
    except Locked:
        print("Un nœud marche avec ces données. Arrêtez-le d’abord.", file=sys.stderr)
        return 1
    except BadBackup as error:
        print(f"{NOT_DONE[action]}\xa0: {error}", file=sys.stderr)
        return 1
    return 0


def _save(data: Path, into: Path) -> str:
    names = backup(data / "couch", into, without=OWN)
    return f"Sauvegardé dans {into}\xa0: {', '.join(names)}."


def _bring_back(data: Path, saved: Path) -> str:
    names = restore(data / "couch", saved)
    _renew(data / "node.json")
    return f"Remis\xa0: {', '.join(names)}. Ce qui était là est gardé à côté."


def _renew(node: Path) -> None:
    """To those who know its documents, a node that went back in time is another one."""
    if not node.exists():
        return
    fields = json.loads(node.read_bytes()) | {"incarnation": secrets.token_hex(4)}
    draft = node.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(fields, indent=1), encoding="utf-8")
    draft.replace(node)
