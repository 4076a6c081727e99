import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import wav
from voice.errors import Silent

SAMPLES = st.binary(min_size=2, max_size=400).map(lambda data: data[: len(data) // 2 * 2])


def whole(samples: bytes) -> bytes:
    return wav.header(len(samples)) + samples


@given(st.lists(SAMPLES, min_size=1, max_size=5), st.sampled_from([0.0, 0.01]))
def test_joined_sounds_hold_all_samples_and_the_pauses(parts: list[bytes], pause: float) -> None:
    joined = wav.join(map(whole, parts), pause)
    gap = bytes(int(pause * wav.RATE) * 2)
    assert wav.pcm(joined) == gap.join(parts)
    with wave.open(io.BytesIO(joined)) as file:
        assert file.readframes(10**6) == gap.join(parts)
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (22050, 1, 2)


@given(SAMPLES)
def test_a_label_is_read_back_and_changes_no_sample(samples: bytes) -> None:
    labelled = wav.labelled(whole(samples), "abc")
    assert wav.label(labelled) == "abc"
    assert wav.pcm(labelled) == samples
    assert wav.label(whole(samples)) is None
    with wave.open(io.BytesIO(labelled)) as file:
        assert file.readframes(10**6) == samples


@given(st.binary(max_size=120))
def test_bytes_that_are_no_sound_are_refused(data: bytes) -> None:
    with pytest.raises(Silent):
        wav.pcm(data)
    assert wav.label(data) is None
    assert not wav.audible(data)


@given(SAMPLES, st.data())
def test_a_cut_sound_is_refused(samples: bytes, data: st.DataObject) -> None:
    sound = whole(samples)
    with pytest.raises(Silent):
        wav.pcm(sound[: data.draw(st.integers(0, len(sound) - 1))])


def test_a_stream_begins_before_its_last_sentence_exists() -> None:
    asked = []

    def sentences() -> object:
        for number in range(3):
            asked.append(number)
            yield whole(struct.pack("<h", number))

    stream = wav.stream(sentences())  # type: ignore[arg-type]
    first = next(stream)
    assert asked == [0]
    assert first[:4] == b"RIFF"
    assert first[-2:] == struct.pack("<h", 0)
    assert b"".join(stream) == struct.pack("<hh", 1, 2)


def test_silence_is_not_audible() -> None:
    assert not wav.audible(whole(bytes(22050)))
    assert wav.audible(whole(struct.pack("<h", 3000) * 100))


def test_another_format_is_refused() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as other:
        other.setparams((2, 2, 44100, 0, "NONE", ""))
        other.writeframes(bytes(8))
    with pytest.raises(Silent, match="22,050"):
        wav.pcm(file.getvalue())
