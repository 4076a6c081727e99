"""`residacoeur join`: the same as the page, for who types."""

import argparse
from typing import Final

from kiosk import running
from kiosk.errors import FAILED, REFUSED, Stopped
from kiosk.membership.joining import NotJoined, Opening, join
from sync.mesh.identity.errors import Unreadable

SAID: Final = {
    "member": "Cette machine est une borne ou le bailleur, elle fait déjà partie d’un quartier.",
    "other": "Ce dossier garde les documents d’un autre logement ou quartier. Prenez-en un vide.",
    "address": "Ce n’est pas une adresse comme 192.168.1.20:6984.",
    "silent": "La borne ne répond pas à cette adresse. Êtes-vous sur le même réseau\xa0?",
    "code": "Ce n’est pas le code de la borne. Regardez-le et tapez-le encore.",
    "gone": "Ce code ne sert plus. Demandez-en un autre à la borne.",
    "stranger": "Ce n’est pas la borne qui répond. N’essayez plus, prévenez votre gardien.",
}
NOT_NOW: Final = ("silent", "gone", "stranger")


def run(options: argparse.Namespace, opened: Opening) -> int:
    """Join as the options say; `opened` gives the node's database. Raises Stopped."""
    try:
        joined = join(options.data, options.address, options.code, opened)
    except NotJoined as error:
        code = FAILED if error.word in NOT_NOW else REFUSED
        raise Stopped(SAID[error.word], code) from error
    except Unreadable as error:
        raise Stopped(f"L’identité de cet ordinateur est abîmée\xa0: {error}.") from error
    print(f"Cet ordinateur fait maintenant partie de «\xa0{joined.estate}\xa0».")
    if running.find(options.data):
        print("Relancez «\xa0serve\xa0» pour qu’il s’en serve.")
    return 0
