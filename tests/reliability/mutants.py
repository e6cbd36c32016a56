"""Damage files of every kind at random, and open them by every loader: only a sentence about the file may come out.

    python -m tests.reliability.mutants --count 20000 --seed 1

Every mutant is a good file with a few random changes: bytes, blocks, numbers in text, an end cut off, two files joined.
A loader must return or raise FileProblem with one printable sentence, within the time and memory that a file of that
size may take. Ends with status 1 on the first failures, and keeps those files; the same seed makes the same mutants.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import random
import re
import signal
import struct
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

import h5py
import imagecodecs
import numpy as np
from PIL import Image

from convstudio.files.class_names import read_class_names
from convstudio.files.exports.writing import write_map
from convstudio.files.inputs import INPUT_FORMATS, InputReading, read_input
from convstudio.files.kernels.kernel_files import (
    COPY_FORMS,
    KERNEL_FORMATS,
    kernel_text,
    read_kernel,
    read_kernel_or_weights,
    read_kernel_text,
)
from convstudio.files.kernels.reading import KernelContent
from convstudio.files.networks import keras_file, opening
from convstudio.files.networks.hdf5_file import Hdf5File
from convstudio.files.networks.onnx_process import graph_of
from convstudio.files.networks.opening import load_network
from convstudio.files.pictures.folder import read_thumbnail
from convstudio.files.presets.documents import encode_preset
from convstudio.files.presets.exchange import export_archive, read_presets
from convstudio.files.presets.names import PRESET_SUFFIX
from convstudio.files.problems import FileProblem, printable
from convstudio.files.projects.documents import encode_document, load_document
from convstudio.files.projects.examples import load_example
from convstudio.files.projects.leftovers import list_leftovers, read_leftover
from convstudio.files.projects.recovery import Recovery
from convstudio.files.settings import Settings, load_settings, save_settings
from convstudio.files.weights import open_weights
from convstudio.model.library.examples import EXAMPLES
from convstudio.model.readings.class_names import class_names_of
from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.values.arrays import byte_size, frozen
from convstudio.model.values.detectors import Detector, RuleUse
from convstudio.model.values.document import Document
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.model.words.file_kinds import endings_of
from tests.onnx_models import Chain

ROOT = Path(__file__).parents[2]
FIELD = ROOT / "tests/field"
PROCESSES = 2
SECONDS_PER_FILE = 10
SPARE_BYTES = 64 * 2**20
MOST_FAILURES = 5
LONGEST_SENTENCE = 1000
NUMBER = re.compile(rb"-?\d+")
ODD_NUMBERS = (b"-1", b"0", b"65536", b"2147483648", b"99999999999999999999", b"1e400", b"NaN", b"1.5", b"")
ODD_BYTES = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF)

Loader = Callable[[Path], object]


@dataclass(frozen=True)
class Seedling:
    """A good file: its suffix, its bytes, and what opens it."""

    name: str
    suffix: str
    data: bytes
    load: Loader
    share: float = 1.0
    """How often it is drawn beside the others: less where its loader starts a process for each file."""


def main() -> int:
    """Open all mutants, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant, to do a failed one again")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()), help="where failing files are kept")
    options = parser.parse_args()
    begin = time.monotonic()
    parts = [argparse.Namespace(**vars(options), part=part) for part in range(PROCESSES)]
    try:
        with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
            found = list(pool.map(_open_part, parts))
    except BrokenProcessPool:
        left = ", ".join(str(path) for path in _read_last(options.keep, options.seed))
        print(f"A decoder killed its process. It was reading: {left}")
        return 1
    failures = [failure for some, _ in found for failure in some]
    seen = sum((counts for _, counts in found), Counter())
    for failure in failures:
        print(failure)
    told = ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
    print(f"{sum(seen.values())} mutants in {time.monotonic() - begin:.0f} s, {len(failures)} failures: {told}")
    return 1 if failures else 0


def _open_part(options: argparse.Namespace) -> tuple[list[str], Counter[str]]:
    """Open every mutant whose number leaves this remainder."""
    faulthandler.enable()
    signal.signal(signal.SIGALRM, _too_slow)
    _parse_networks_here()
    failures: list[str] = []
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix=f"convstudio-mutants-{options.seed}-", dir=options.keep) as name:
        folder = Path(name)
        seedlings = list(_seedlings(folder))
        shares = [seedling.share for seedling in seedlings]
        for number in range(options.first + options.part, options.first + options.count, PROCESSES):
            draw = random.Random(f"{options.seed} {number}")
            (seedling,) = draw.choices(seedlings, shares)
            data = mutate(draw, seedling.data, draw.choice(seedlings).data)
            try:
                seen[_open(folder / f"mutant{seedling.suffix}", seedling, data)] += 1
            except Exception:
                kept = options.keep / f"mutant-{options.seed}-{number}{seedling.suffix}"
                kept.write_bytes(data)
                told = f"mutant {number} of seed {options.seed}, {seedling.name}: {kept}\n{traceback.format_exc()}"
                failures.append(told)
                seen["failed"] += 1
                if len(failures) >= MOST_FAILURES:
                    break
    return failures, seen


def _read_last(keep: Path, seed: int) -> list[Path]:
    """List the newest file in each folder that a killed process did not clear away."""
    left = keep.glob(f"convstudio-mutants-{seed}-*")
    return [max(folder.glob("mutant.*"), key=lambda path: path.stat().st_mtime) for folder in left]


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {SECONDS_PER_FILE} s")


def _open(path: Path, seedling: Seedling, data: bytes) -> str:
    path.write_bytes(data)
    with _bounded(len(data)) as spare:
        try:
            spare.append(_held_by(seedling.load(path)))
        except FileProblem as problem:
            _check(problem)
            return "refused"
    return "opened"


def _held_by(read: object) -> int:
    """Return how many bytes the numbers of an input take that was read."""
    return byte_size(read.sample.values.shape) if isinstance(read, InputReading) else 0


def _check(problem: FileProblem) -> None:
    sentence = str(problem)
    assert sentence == printable(sentence), f"a sentence holds control characters: {sentence!r}"
    assert sentence.endswith((".", "?")), f"this is not a sentence: {sentence!r}"
    assert len(sentence) < LONGEST_SENTENCE, f"a sentence of {len(sentence)} characters"
    assert not isinstance(problem.__cause__, TimeoutError), "too slow"


@contextmanager
def _bounded(size: int) -> Iterator[list[int]]:
    """Fail what takes more time, or more memory beyond what is held already, than a file of that size may.

    What is put into the list is allowed on top: a packed picture of few bytes honestly becomes many numbers.
    """
    spare: list[int] = []
    _forget_peak()
    held = _memory("VmRSS")
    signal.alarm(SECONDS_PER_FILE)
    try:
        yield spare
    finally:
        signal.alarm(0)
    peak = _memory("VmHWM") - held
    assert peak <= 3 * size + SPARE_BYTES + sum(spare), f"{peak >> 20} MiB for a file of {size} bytes"


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def _memory(line: str) -> int:
    if sys.platform != "linux":
        return 0
    found = re.search(rf"{line}:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


# --- mutations ---------------------------------------------------------------------------------------------------


def mutate(draw: random.Random, data: bytes, other: bytes) -> bytes:
    """Return the bytes with one to four random changes; at times the inside of an archive or picture is changed."""
    if data.startswith(b"PK") and draw.random() < 0.5:
        return _zipped_again(draw, data, other)
    if data.startswith(b"\x89PNG") and draw.random() < 0.5:
        return _with_right_sums(_changed(draw, data, other))
    return _changed(draw, data, other)


def _changed(draw: random.Random, data: bytes, other: bytes) -> bytes:
    for _ in range(draw.randint(1, 4)):
        data = draw.choice(CHANGES)(draw, data, other)
    return data


def _flip(draw: random.Random, data: bytes, _: bytes) -> bytes:
    return _set(draw, data, lambda old: old ^ 1 << draw.randrange(8))


def _odd(draw: random.Random, data: bytes, _: bytes) -> bytes:
    return _set(draw, data, lambda _: draw.choice(ODD_BYTES))


def _any(draw: random.Random, data: bytes, _: bytes) -> bytes:
    return _set(draw, data, lambda _: draw.randrange(256))


def _set(draw: random.Random, data: bytes, change: Callable[[int], int]) -> bytes:
    """Change one byte; the head of a file more often than the rest, for lengths and types stand there."""
    if not data:
        return data
    reach = min(len(data), 128) if draw.random() < 0.5 else len(data)
    changed = bytearray(data)
    at = draw.randrange(reach)
    changed[at] = change(changed[at])
    return bytes(changed)


def _cut(draw: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: draw.randint(0, len(data))]


def _drop(draw: random.Random, data: bytes, _: bytes) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + data[at + draw.randint(1, 16) :]


def _repeat(draw: random.Random, data: bytes, _: bytes) -> bytes:
    at = draw.randint(0, len(data))
    block = data[at : at + draw.randint(1, 64)]
    return data[:at] + block * draw.choice((2, 3, 200)) + data[at:]


def _insert(draw: random.Random, data: bytes, _: bytes) -> bytes:
    at = draw.randint(0, len(data))
    return data[:at] + draw.randbytes(draw.randint(1, 8)) + data[at:]


def _join(draw: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: draw.randint(0, len(data))] + other[draw.randint(0, len(other)) :]


def _number(draw: random.Random, data: bytes, _: bytes) -> bytes:
    found = list(NUMBER.finditer(data))
    if not found:
        return data
    place = draw.choice(found)
    return data[: place.start()] + draw.choice(ODD_NUMBERS) + data[place.end() :]


def _wide(draw: random.Random, data: bytes, _: bytes) -> bytes:
    """Put an odd whole number of 2, 4 or 8 bytes somewhere, in either order."""
    form = draw.choice(("<H", ">H", "<I", ">I", "<Q", ">Q"))
    most = 2 ** (8 * struct.calcsize(form)) - 1
    block = struct.pack(form, draw.choice((0, 1, most, most // 2, most // 2 + 1, draw.randint(0, most))))
    at = draw.randint(0, max(0, len(data) - len(block)))
    return data[:at] + block + data[at + len(block) :]


CHANGES = (_flip, _odd, _any, _cut, _drop, _repeat, _insert, _join, _number, _number, _wide, _wide)


def _zipped_again(draw: random.Random, data: bytes, other: bytes) -> bytes:
    """Change a member of an archive, and write it with the right sum: so the change gets past the archive."""
    held = io.BytesIO()
    method = draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(held, "w", method) as copy:
        members = archive.namelist()
        chosen = draw.choice(members)
        for member in members:
            inside = archive.read(member)
            copy.writestr(member, _changed(draw, inside, other) if member == chosen else inside)
    return held.getvalue() if draw.random() < 0.7 else _changed(draw, held.getvalue(), other)


def _with_right_sums(data: bytes) -> bytes:
    """Give every chunk of a PNG its right sum, as far as its chunks can still be told apart."""
    mended, at = bytearray(data), 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(data):
            break
        mended[end : end + 4] = zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(mended)


# --- good files --------------------------------------------------------------------------------------------------


def _seedlings(folder: Path) -> Iterator[Seedling]:
    values = np.random.default_rng(3).normal(size=(6, 5, 3)).astype(np.float32)
    yield from _inputs(folder, values)
    yield from _kernels(frozen(values[:3, :3, 0]))
    yield from _weights(values)
    yield from _projects(values)
    yield from _networks(values)
    yield from _memories(folder, values)


def _networks(values: np.ndarray) -> Iterator[Seedling]:
    chain = Chain(3, 6, 5).then("Conv", values[:2, :3, :].transpose(0, 2, 1)[..., np.newaxis])
    chain.then("LeakyRelu", alpha=0.1).then("PRelu", values[0, :2, :1, np.newaxis])
    yield Seedling("network", ".onnx", chain.then("Flatten").then("Softmax").data, load_network)
    config = json.dumps({"class_name": "Sequential", "config": {"name": "small", "layers": KERAS_LAYERS}})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", b"what stands here is read in another process")
    yield Seedling("Keras model", ".keras", held.getvalue(), load_network)
    yield Seedling("configuration of a Keras model", ".h5", config.encode(), load_network)
    yield Seedling("state_dict", ".safetensors", _tensors(values[..., np.newaxis]), load_network)
    held = io.BytesIO()
    norm = {f"1.running_{word}": np.ones(2) for word in ("mean", "var")}
    np.savez(held, **{"0.weight": values[:2, :3, :, np.newaxis], **norm, "fc.weight": np.ones((3, 8))})
    yield Seedling("state_dict in an archive", ".npz", held.getvalue(), load_network)


def _parse_networks_here() -> None:
    """Read networks in this process, as a helper process for each mutant would take ten times as long.

    What the HDF5 library reads is left as it is, for it may crash: of a `.h5` file only the configuration is damaged.
    """
    opening.read_onnx = lambda data, where: graph_of(data[:], where)
    keras_file.read_hdf5 = _hdf5_as_it_was


def _hdf5_as_it_was(data: bytes, where: str) -> Hdf5File:
    del where
    kernel, ones = np.ones((3, 3, 3, 2), np.float32), np.ones(2, np.float32)
    arrays = {"conv2d": (kernel, ones), "p_re_lu": (ones.reshape(1, 1, 2),), "batch_normalization": (ones,) * 4}
    named = {f"layers/{layer}/vars/{at}": one for layer, held in arrays.items() for at, one in enumerate(held)}
    paths = {layer: tuple(path for path in named if f"/{layer}/" in path) for layer in arrays}
    return Hdf5File(named, {}, bytes(data[:]).decode(errors="replace"), paths, "2.15.0")


KERAS_LAYERS = [
    {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 9, 3], "name": "given"}},
    {
        "class_name": "Conv2D",
        "config": {
            "name": "conv2d",
            "strides": [1, 2],
            "padding": "same",
            "activation": {"class_name": "LeakyReLU", "config": {"negative_slope": 0.25}},
        },
    },
    {"class_name": "PReLU", "config": {"name": "p_re_lu", "shared_axes": [1, 2]}},
    {"class_name": "BatchNormalization", "config": {"name": "batch_normalization", "epsilon": 0.001}},
    {"class_name": "Activation", "config": {"name": "act", "activation": "hard_sigmoid"}},
    {"class_name": "ReLU", "config": {"name": "cut", "max_value": 6.0, "negative_slope": 0.0}},
    {"class_name": "MaxPooling2D", "config": {"name": "pool", "pool_size": [2, 2], "strides": None}},
    {"class_name": "Flatten", "config": {"name": "flat"}},
]
"""A model of the kinds that have numbers in their configuration."""


def _inputs(folder: Path, values: np.ndarray) -> Iterator[Seedling]:
    for path in sorted(FIELD.iterdir()):
        if path.suffix in endings_of(INPUT_FORMATS) and path.stat().st_size < 100_000:
            yield Seedling(path.name, path.suffix, path.read_bytes(), read_input)
    for kind in ("<f8", ">i2", "u1", "<f2", "?"):
        yield Seedling(f"array {kind}", ".npy", _npy((values * 99).astype(kind)), read_input)
    yield Seedling("array by columns", ".npy", _npy(np.asfortranarray(values)), read_input)
    yield Seedling("table", ".csv", b"1,2.5,1/9\n-3e4,nan,0\n" * 4, read_input)
    yield Seedling("table with commas", ".csv", 'a;b\n"1,5";2,5\n3;4\n'.encode("utf-16"), read_input)
    bytes_of = (np.abs(values) * 80).astype(np.uint8)
    pictures = {"grey": bytes_of[..., 0], "colour": bytes_of, "deep": (bytes_of[..., 0].astype(np.uint16) * 200)}
    for name, pixels in pictures.items():
        picture = Image.fromarray(pixels)
        for kind, suffix in (("PNG", ".png"), ("TIFF", ".tif")):
            yield Seedling(f"{name} {kind}", suffix, _saved(picture, kind), read_input)
        if name != "deep":
            for kind, suffix in (
                ("JPEG", ".jpg"),
                ("BMP", ".bmp"),
                ("GIF", ".gif"),
                ("WEBP", ".webp"),
                ("PPM", ".ppm"),
            ):
                yield Seedling(f"{name} {kind}", suffix, _saved(picture, kind), read_input)
    colour = Image.fromarray(bytes_of)
    yield Seedling("scans", ".jpg", _saved(colour, "JPEG", progressive=True), read_input)
    yield Seedling("grey as text", ".pgm", b"P2 # by hand\n3 2 9\n0 1 2\n7 8 9\n", read_input)
    yield Seedling("quite OK", ".qoi", imagecodecs.qoi_encode(bytes_of), read_input)
    yield Seedling("palette", ".png", _saved(colour.convert("P"), "PNG"), read_input)
    yield Seedling("transparent", ".png", _saved(colour.convert("RGBA"), "PNG"), read_input)
    yield Seedling("lossless", ".webp", _saved(colour, "WEBP", lossless=True), read_input)
    for method in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        yield Seedling(method, ".tif", _saved(colour, "TIFF", compression=method), read_input)
    write_map(folder / "map.tif", frozen(values[..., :1]))
    yield Seedling("float TIFF", ".tif", (folder / "map.tif").read_bytes(), read_input)
    frames = [colour, colour.rotate(90), colour]
    yield Seedling("animation", ".gif", _saved(colour, "GIF", save_all=True, append_images=frames), read_input)
    for kind, suffix in (("PNG", ".png"), ("JPEG", ".jpg"), ("TIFF", ".tif"), ("WEBP", ".webp")):
        yield Seedling(f"part of {kind}", suffix, _saved(colour, kind), _read_part)
        yield Seedling(f"thumbnail of {kind}", suffix, _saved(colour, kind), _read_thumbnail)
    yield Seedling("pages", ".tif", _saved(colour, "TIFF", save_all=True, append_images=frames), read_input)


def _kernels(kernel: np.ndarray) -> Iterator[Seedling]:
    preset = Detector(
        "preset:p", "P", 2, kernel, False, "d", "s", 0.5, ("t",), "n", RuleUse("gaussian", {"sigma": 1.0})
    )
    yield Seedling("preset", PRESET_SUFFIX, encode_preset(preset), _read_presets)
    yield Seedling("archive of presets", ".zip", _archive_of(preset), _read_presets)
    for kind in KERNEL_FORMATS:
        for ending in kind.endings:
            yield Seedling(f"{kind.name} {ending}", ending, kind.encode(KernelContent(kernel, "sobel")), read_kernel)
    yield Seedling("kernel table", ".csv", b"1,0,-1\n2,0,-2\n1,0,-1\n", read_kernel)
    yield Seedling("kernel table with names", ".csv", b"a;b\n0,5;1/9\n1;2\n", read_kernel)
    for form in COPY_FORMS:
        yield Seedling(f"text of {form}", ".txt", kernel_text(form, kernel, "sobel").encode(), _read_text)
    yield Seedling("printed kernel", ".txt", b"[[1. 2.]\n [3. 4.]]\n", read_kernel)
    yield Seedling("kernel string", ".txt", b"3x2+1+0: 1,2,- nan,5,6", read_kernel)
    yield Seedling(
        "entities", ".svg", b'<!DOCTYPE a [<!ENTITY b "1">]><a><feConvolveMatrix order="1"/></a>', read_kernel
    )


def _weights(values: np.ndarray) -> Iterator[Seedling]:
    for name, save in (("stored", np.savez), ("deflated", np.savez_compressed)):
        held = io.BytesIO()
        save(held, kernel=values, bias=np.ones(3))
        yield Seedling(f"{name} archive", ".npz", held.getvalue(), _read_weights)
        yield Seedling(f"{name} archive of a kernel or weights", ".npz", held.getvalue(), read_kernel_or_weights)
    yield Seedling("array of weights", ".npy", _npy(values), _read_weights)
    yield Seedling("tensors", ".safetensors", _tensors(values), _read_weights)
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        file["layers/conv2d/vars/0"] = values
    yield Seedling("arrays in HDF5", ".weights.h5", held.getvalue(), _read_weights, share=0.1)


def _projects(values: np.ndarray) -> Iterator[Seedling]:
    old = ROOT / "tests/unit/files/projects/project-version-1.convstudio"
    yield Seedling("project of version 1", ".convstudio", old.read_bytes(), load_document)
    for example in EXAMPLES:
        data = encode_document(*load_example(example.id))
        if len(data) < 200_000:
            yield Seedling(f"project {example.id}", ".convstudio", data, load_document)
    large = Sample.of("large", np.resize(values, (60, 50, 3)))
    network = load_example(EXAMPLES[0].id)[0].network
    yield Seedling("project in base64", ".convstudio", encode_document(Document(large, network)), load_document)


def _memories(folder: Path, values: np.ndarray) -> Iterator[Seedling]:
    """Yield what the program keeps for itself: settings, and unsaved work, each of whose files is damaged in turn."""
    settings = folder / "settings.json"
    full = Settings(
        geometry="AdnQ",
        splitters={"panes": "AA=="},
        zoom=125,
        recent_files=("/a.png", "/b.npy"),
        recent_pictures={"/a.png": "iVBO"},
        keys={"File/Open": ("Ctrl+O", "F3")},
        starred=("sobel",),
        panels="AA==",
    )
    save_settings(settings, full)
    yield Seedling("class names", ".txt", "\ufeffcat\r\ndog\r\nhörse\r\n".encode(), _read_class_names)
    yield Seedling("settings", ".json", settings.read_bytes(), load_settings)
    home = folder / "recovery"
    document = Document(Sample.of("s", np.resize(values, (60, 50, 3))), load_example(EXAMPLES[0].id)[0].network)
    with Recovery(home) as recovery:
        recovery.write(document, load_example(EXAMPLES[0].id)[1])
        files = [path for path in sorted(home.rglob("*")) if path.is_file() and path.stat().st_size]
        work = {path.relative_to(home): path.read_bytes() for path in files}
    for name, data in work.items():
        yield Seedling(f"recovery {name.name}", name.suffix, data, _ReadRecovery(work, name))


@dataclass(frozen=True)
class _ReadRecovery:
    """Puts a damaged file among the others of unsaved work, and reads it as the next start does."""

    work: dict[Path, bytes]
    damaged: Path

    def __call__(self, path: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="convstudio-mutants-") as name:
            home = Path(name)
            for place, data in self.work.items():
                (home / place).parent.mkdir(parents=True, exist_ok=True)
                (home / place).write_bytes(path.read_bytes() if place == self.damaged else data)
            for leftover in list_leftovers(home):
                read_leftover(leftover.path)


def _archive_of(preset: Detector) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        export_archive(Path(folder) / "presets.zip", [preset, preset])
        return (Path(folder) / "presets.zip").read_bytes()


def _read_presets(path: Path) -> None:
    """Read what a file gives, and raise the first problem: there they are listed and the rest is read."""
    problems = read_presets([path]).problems
    if problems:
        raise FileProblem(problems[0])


def _read_part(path: Path) -> InputReading:
    return read_input(path, ReadOptions(crop=(1, 1, 4, 3), size=(9, 7)))


def _read_thumbnail(path: Path) -> None:
    read_thumbnail(path, Progress())


def _read_text(path: Path) -> None:
    """Read what stands on the clipboard, where every letter can stand."""
    read_kernel_text(path.read_bytes().decode(errors="replace"))


def _read_class_names(path: Path) -> None:
    """Read names as the command line does, where too many are refused by the model."""
    try:
        class_names_of(read_class_names(path))
    except FileProblem:
        raise
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None


def _read_weights(path: Path) -> None:
    file = open_weights(path)
    file.arrays(file.entries)


def _npy(values: np.ndarray) -> bytes:
    held = io.BytesIO()
    np.save(held, values)
    return held.getvalue()


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def _tensors(values: np.ndarray) -> bytes:
    """Return a safetensors file of two tensors and a note, written by hand."""
    parts = {"conv.weight": values, "conv.bias": np.ones(3, np.float32)}
    head: dict[str, object] = {"__metadata__": {"made": "by hand"}}
    data = b""
    for name, part in parts.items():
        head[name] = {"dtype": "F32", "shape": part.shape, "data_offsets": [len(data), len(data) + part.nbytes]}
        data += part.tobytes()
    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + data


if __name__ == "__main__":
    sys.exit(main())
