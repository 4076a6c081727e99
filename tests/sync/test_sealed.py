"""A sealed file opens whole, by its passphrase alone."""

from io import BytesIO

import pytest

from sync import sealed
from sync.sealed import FORMAT, MAGIC, PIECE, NewerSeal, NotSealed, Reader, Torn, WrongPassphrase

PHRASE = "quatre figuiers bleus"
CLOSED = PIECE + 16
HEAD = len(MAGIC) + 1 + 16 + 32


def seal(content: bytes, phrase: str = PHRASE) -> bytes:
    file = BytesIO()
    writer = sealed.Writer(file, phrase)
    writer.write(content)
    writer.finish()
    return file.getvalue()


def unseal(content: bytes, phrase: str = PHRASE) -> bytes:
    reader = Reader(BytesIO(content), phrase)
    found = b"".join(iter(lambda: reader.read(10_000), b""))
    reader.finish()
    return found


@pytest.fixture(scope="module")
def content() -> bytes:
    return b"Pas d'eau chaude. " * (PIECE // 6)


@pytest.fixture(scope="module")
def closed(content: bytes) -> bytes:
    made = seal(content)
    assert len(made) > HEAD + 2 * CLOSED
    return made


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_what_was_sealed_comes_back(length: int) -> None:
    assert unseal(seal(b"x" * length)) == b"x" * length


def test_nothing_is_in_the_clear_and_twice_the_same_looks_different(content: bytes) -> None:
    one, two = seal(content), seal(content)
    assert b"chaude" not in one
    assert one[len(MAGIC) + 1 :] != two[len(MAGIC) + 1 :]


@pytest.mark.parametrize("phrase", ["quatre figuiers bleu", "", PHRASE + " "])
def test_another_passphrase_does_not_open(closed: bytes, phrase: str) -> None:
    with pytest.raises(WrongPassphrase):
        unseal(closed, phrase)


def test_an_accent_may_be_typed_in_either_way() -> None:
    assert unseal(seal(b"x", "r\u00e9sidence des figuiers"), "re\u0301sidence des figuiers") == b"x"


@pytest.mark.parametrize(
    "length",
    [HEAD, HEAD + 1, HEAD + CLOSED - 1, HEAD + CLOSED, HEAD + CLOSED + 16, HEAD + 2 * CLOSED, -1],
)
def test_a_file_cut_anywhere_is_torn(closed: bytes, length: int) -> None:
    with pytest.raises(Torn):
        unseal(closed[:length])


@pytest.mark.parametrize("length", [0, 5, HEAD - 33])
def test_less_than_a_head_is_no_sealed_file(closed: bytes, length: int) -> None:
    with pytest.raises(NotSealed):
        unseal(closed[:length])


@pytest.mark.parametrize("place", [HEAD, HEAD + CLOSED - 1, HEAD + CLOSED + 77, -1])
def test_one_bit_that_changed_is_noticed(closed: bytes, place: int) -> None:
    spoilt = bytearray(closed)
    spoilt[place] ^= 1
    with pytest.raises(Torn):
        unseal(bytes(spoilt))


def test_pieces_that_changed_places_are_noticed(closed: bytes) -> None:
    one, two = closed[HEAD : HEAD + CLOSED], closed[HEAD + CLOSED : HEAD + 2 * CLOSED]
    with pytest.raises(Torn):
        unseal(closed[:HEAD] + two + one + closed[HEAD + 2 * CLOSED :])


def test_what_follows_the_last_piece_is_noticed(closed: bytes) -> None:
    with pytest.raises(Torn):
        unseal(closed + b"x")


def test_nothing_of_a_piece_that_changed_is_given(closed: bytes, content: bytes) -> None:
    spoilt = bytearray(closed)
    spoilt[HEAD + CLOSED + 5] ^= 1
    reader = Reader(BytesIO(bytes(spoilt)), PHRASE)
    assert reader.read(PIECE) == content[:PIECE]
    with pytest.raises(Torn):
        reader.read(1)


def test_a_file_of_a_newer_program_is_told_from_a_damaged_one(closed: bytes) -> None:
    newer = MAGIC + bytes([FORMAT + 1]) + closed[len(MAGIC) + 1 :]
    with pytest.raises(NewerSeal):
        unseal(newer)
