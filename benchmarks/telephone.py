"""`parley bench telephone`: what a telephone does to the spectra that the embedded recogniser's model was made from.

Recorded people are sent through 8 kHz mu-law and raised again by linear interpolation; the spectra with and without
it are compared frame by frame. The transform that is fitted stands beside the model
(`src/parley/listening/sphinx/telephone.en.mllr`) and is laid over its means and variances for telephone sound:
it costs nothing while listening. `parley bench listen --condition telephone` measures what it is worth.
"""

import argparse
import struct
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from parley.audio import ulaw
from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.listening.masking import breath, masked

AUDIO: Final = Path(__file__).parents[2] / "shared" / "data" / "audio"
SETS: Final = (("wake-other", 0, 3), ("alexa", 0, 3), ("voxforge-en", 0, 2), ("barista", 1, 12))
"""Folder, first recording and step: the others are for measuring."""
RATE: Final = 16_000
SIZE: Final = 13
STREAMS: Final = 3
"""The spectrum, its change, and the change of that: all three are transformed alike."""
RIDGE: Final = 0.01
WITHIN: Final = 0.15
"""Share of the spread of all speech that there is within one sound."""
EXPLAINED: Final = 0.7
"""Share of what the transform leaves unexplained that a sound's own spread does not hold already."""

Frames = NDArray[np.float64]


def main(argv: list[str]) -> int:
    """Fit it; write it where that is asked for."""
    parser = argparse.ArgumentParser(prog="parley bench telephone", description=__doc__.splitlines()[0])
    parser.add_argument("--audio", type=Path, default=AUDIO)
    parser.add_argument("--most", type=int, default=20, help="recordings of each set")
    parser.add_argument("--write", type=Path, help="the file of the transform")
    arguments = parser.parse_args(argv)
    if not arguments.audio.exists():
        print(f"the recordings are not here: {arguments.audio}")
        return 2
    files = chosen(arguments.audio, arguments.most)
    plain, through = (np.concatenate(frames) for frames in zip(*pairs(files), strict=True))
    inner = plain.T @ plain + len(plain) * RIDGE * np.eye(SIZE)
    transform = np.linalg.solve(inner, plain.T @ through).T
    left = (through - plain @ transform.T).var(axis=0)
    print(f"{len(plain)} frames; explained of each coefficient: {(1 - left / through.var(axis=0)).round(2)}")
    spread = WITHIN * plain.var(axis=0)
    scale = (transform**2 @ spread + EXPLAINED * left) / spread
    if arguments.write:
        arguments.write.write_text(mllr(transform, scale), encoding="ascii")
    return 0


def pairs(files: Sequence[Path]) -> Iterator[tuple[Frames, Frames]]:
    """The spectra of each recording and of the same through a telephone, without their means."""
    with tempfile.TemporaryDirectory() as folder:
        decoder = spectrograph(folder)
        for file in track(files, "recordings", console=Console(stderr=True), transient=True):
            sound = read_sound(file, rate=RATE)
            if sound.seconds < 0.5:
                continue
            phone = Sound(samples=ulaw.decode(ulaw.encode(sound.resampled(ulaw.RATE).samples)), rate=ulaw.RATE)
            both = [spectra(decoder, Path(folder), each) for each in (sound, phone.resampled(RATE))]
            size = min(map(len, both))
            plain, through = (frames[:size] - frames[:size].mean(axis=0) for frames in both)
            yield plain, through


def chosen(audio: Path, most: int) -> list[Path]:
    """The recordings that it is fitted on, at most so many of each set, evenly over it."""
    sets = (sorted((audio / name).glob("*.flac"))[first::step] for name, first, step in SETS)
    return [file for files in sets for file in files[:: max(1, -(-len(files) // most))]]


def spectrograph(folder: str) -> Any:
    """A decoder that writes down the spectra of all that it hears."""
    from pocketsphinx import Decoder, get_model_path

    model = Path(get_model_path()) / "en-us"
    phones = str(model / "en-us-phone.lm.bin")
    return Decoder(hmm=str(model / "en-us"), lm=None, allphone=phones, mfclogdir=folder, loglevel="FATAL")


def spectra(decoder: Any, folder: Path, sound: Sound) -> Frames:
    """Shape `(frames, 13)`: the file's length in numbers, then the numbers."""
    samples = sound.samples
    noisy = masked(samples, sigma=breath(samples, RATE, least=12.0, quiet_rms=float("inf")))
    decoder.reinit_feat()
    decoder.start_utt()
    decoder.process_raw(noisy.tobytes(), no_search=True, full_utt=True)
    decoder.end_utt()
    (path,) = folder.iterdir()
    data = path.read_bytes()
    path.unlink()
    order = "<" if struct.unpack("<i", data[:4])[0] * 4 + 4 == len(data) else ">"
    return np.frombuffer(data[4:], f"{order}f4").reshape(-1, SIZE).astype(float)


def mllr(transform: Frames, scale: NDArray[np.float64]) -> str:
    """The transform as pocketsphinx reads it: one class, and for each stream the matrix, no offset, the variances."""
    rows = [" ".join(f"{value:.6f}" for value in row) for row in transform]
    stream = [str(SIZE), *rows, " ".join(["0.0"] * SIZE), " ".join(f"{value:.4f}" for value in scale)]
    return "\n".join(["1", str(STREAMS), *(stream * STREAMS), ""])


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
