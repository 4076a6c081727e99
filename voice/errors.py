"""What can go wrong between a text and its sound."""


class VoiceError(Exception):
    """Base of all; its text is one plain sentence for the log and for `residacoeur doctor`."""


class Silent(VoiceError):
    """No sound now: the worker is not there, has no voice, is too busy, or gave silence."""


class Unspeakable(VoiceError):
    """This can never be said: no voice for the language, or no letter or digit in the text."""


class TooLong(VoiceError):
    """More characters than one request may hold (`voice.wire.MAX_TEXT`); split it first."""


KINDS: dict[str, type[VoiceError]] = {
    "malformed": VoiceError,
    "silent": Silent,
    "unspeakable": Unspeakable,
    "too-long": TooLong,
}


def kind_of(error: VoiceError) -> str:
    """The name that stands for this error on the wire."""
    return next((name for name, kind in KINDS.items() if type(error) is kind), "malformed")
