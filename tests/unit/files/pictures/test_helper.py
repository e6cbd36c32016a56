"""Pictures that can be slow are decoded in a process that is killed when it is late or not wanted any more."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from convstudio.cli import main
from convstudio.files.images import decode_image
from convstudio.files.pictures import slowness
from convstudio.files.pictures.helper import decode_in_helper
from convstudio.files.pictures.slowness import can_be_slow
from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError, Progress

COLOURS = np.random.default_rng(1).integers(0, 256, (40, 60, 3)).astype(np.uint8)


def encoded(kind="PNG", colours=COLOURS, **options):
    buffer = io.BytesIO()
    Image.fromarray(colours).save(buffer, kind, **options)
    return buffer.getvalue()


def with_many_scans(data, count):
    """A progressive JPEG whose first scan is there many times over."""
    first = data.index(b"\xff\xda")
    second = data.index(b"\xff\xda", first + 2)
    end = max(data.rindex(marker, 0, second) for marker in (b"\xff\xc4", b"\xff\xda") if marker in data[first:second])
    return data[:first] + data[first : end if end > first else second] * count + data[second if end <= first else end :]


@pytest.fixture
def everything_is_slow(monkeypatch):
    monkeypatch.setattr(slowness, "_QUICK", 0)


@pytest.fixture
def started(monkeypatch):
    """The processes that were started."""
    found, real = [], subprocess.Popen

    def start(*arguments, **options):
        found.append(real(*arguments, **options))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return found


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {"progressive": True}), ("GIF", {}), ("TIFF", {})])
def test_the_helper_makes_the_same_numbers(kind, options):
    data = encoded(kind, **options)
    found, expected = decode_in_helper(data, "“x”", 1, Progress()), decode_image(data, "“x”")
    np.testing.assert_array_equal(found.values, expected.values)
    assert (found.page, found.pages, found.notes) == (expected.page, expected.pages, expected.notes)


def test_a_usual_photograph_needs_no_helper():
    assert not can_be_slow(encoded("JPEG", progressive=True), 1)


@pytest.mark.parametrize("side", [5_000, 6_000])
def test_a_png_that_claims_many_pixels_does(side):
    data = bytearray(encoded())
    data[16:24] = side.to_bytes(4, "big") * 2
    assert can_be_slow(bytes(data), 1) == (side == 6_000)


def test_a_jpeg_of_many_scans_does():
    photograph = encoded("JPEG", np.zeros((800, 1000, 3), np.uint8), progressive=True)
    assert can_be_slow(with_many_scans(photograph, 400), 1)


@pytest.mark.parametrize("data", [b"", b"text", encoded()[:20]])
def test_what_is_no_picture_is_refused_without_a_helper(data, started):
    with pytest.raises(FileProblem):
        decode_image(data, "“x”")
    assert started == []


def test_a_slow_picture_is_decoded_with_its_notes(everything_is_slow, started):
    picture = decode_image(encoded("PNG", np.zeros((2, 2, 4), np.uint8)), "“x”")
    assert (picture.values.min(), picture.notes) == (1, ("Transparency was laid on white.",))
    assert not picture.values.flags.writeable
    assert len(started) == 1


def test_a_problem_is_said_in_the_words_of_the_decoder(everything_is_slow):
    with pytest.raises(FileProblem, match=r"^“x” is damaged, or ends before the picture is complete"):
        decode_image(encoded()[:-40], "“x”")


def test_a_page_that_is_not_there_is_refused(everything_is_slow):
    with pytest.raises(FileProblem, match=r"^“x” has 1 page, not a page 3: choose page 1"):
        decode_image(encoded(), "“x”", page=3)


def test_a_picture_that_takes_too_long_is_refused(started):
    with pytest.raises(FileProblem, match=r"^“x” takes longer than 0 seconds to decode: save it as a plain PNG"):
        decode_in_helper(encoded(), "“x”", 1, Progress(), deadline=0)
    assert started[0].poll() is not None


def test_cancelling_kills_the_helper(started):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        decode_in_helper(encoded(), "“x”", 1, progress)
    assert started[0].poll() is not None


@pytest.mark.parametrize("size", [10, 10**6])
def test_a_decoder_that_takes_its_process_down_is_said_in_a_sentence(monkeypatch, size):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FileProblem, match=r"^“x” stopped its decoder, so it is probably damaged: get a whole copy"):
        decode_in_helper(bytes(size), "“x”", 1, Progress())


def test_a_system_that_starts_no_process_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(FileProblem, match=r"^“x” needs a helper process, and the system did not start it"):
        decode_in_helper(encoded(), "“x”", 1, Progress())


def test_the_command_line_reads_a_slow_picture(everything_is_slow, tmp_path, started):
    (tmp_path / "x.png").write_bytes(encoded())
    assert main(["apply", str(tmp_path / "x.png"), "--kernel", "identity", "-o", str(tmp_path / "y.npy")]) == 0
    assert np.load(tmp_path / "y.npy").shape[:2] == (38, 58)
    assert len(started) == 1


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_helper_knows_no_qt():
    code = "import sys, convstudio.files.pictures.process; print([m for m in sys.modules if 'PySide6' in m])"
    assert run(code).stdout.strip() == "[]"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system cannot hold a process to its memory")
def test_the_helper_cannot_take_more_memory_than_it_may():
    code = (
        "import numpy as np; from convstudio.files.pictures.process import hold_memory; hold_memory(2**26)\n"
        "try: np.ones(2**25)\nexcept MemoryError: print('refused')"
    )
    assert run(code).stdout.strip() == "refused"


def test_a_module_of_the_same_name_in_the_current_folder_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit(5)")
    monkeypatch.chdir(tmp_path)
    assert decode_in_helper(encoded(), "“x”", 1, Progress()).values.shape == (40, 60, 3)
