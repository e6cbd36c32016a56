import hashlib
import re
from importlib.resources import files

import numpy as np
import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.resources import (
    bundled_files,
    load_detectors,
    load_sample,
    sample_catalogue,
    sample_thumbnail,
)
from convstudio.model.values.detector_groups import HEADINGS
from convstudio.model.values.detectors import find_detector

SAMPLE_IDS = [info.id for info in sample_catalogue()]


def kernel(detector_id):
    return find_detector(load_detectors(), detector_id).kernel


def test_the_library_holds_75_detectors_with_ids_of_their_own():
    assert len({detector.id for detector in load_detectors()}) == 75


def test_the_divisor_is_divided_out_before_rounding_to_float32():
    np.testing.assert_array_equal(kernel("box-blur-3"), np.full((3, 3), np.float32(1 / 9)))


def test_a_detector_for_sequences_has_one_axis():
    np.testing.assert_array_equal(kernel("tutorial-bump"), [0, 1, 0])


def test_a_detector_that_mixes_channels_has_a_channel_axis():
    luma = find_detector(load_detectors(), "luma-bt601")
    assert (luma.mixes_channels, luma.kernel.shape) == (True, (1, 1, 3))


def test_every_detector_without_channels_has_as_many_axes_as_it_slides_along():
    assert all(d.kernel.ndim == d.rank for d in load_detectors() if not d.mixes_channels)


@pytest.mark.parametrize("sample_id", SAMPLE_IDS)
def test_every_sample_in_the_catalogue_opens(sample_id):
    assert load_sample(sample_id).origin == f"sample:{sample_id}"


def test_no_two_samples_share_an_id_or_a_title():
    titles = [info.title for info in sample_catalogue()]
    assert len(set(SAMPLE_IDS)) == len(set(titles)) == len(SAMPLE_IDS)


def test_the_tutorials_samples_come_first():
    assert SAMPLE_IDS[:2] == ["tutorial-sequence", "tutorial-lines"]


def test_photographs_come_before_digits():
    kinds = [info.kind for info in sample_catalogue()]
    assert kinds.index("photograph") < kinds.index("digits")


def test_the_tutorial_sequence_is_a_bump_of_two_steps():
    assert load_sample("tutorial-sequence").values.to_array()[:, 0].tolist() == [0, 0, 0, 1, 1, 0, 0, 0]


def test_the_tutorial_lines_are_eight_equal_rows():
    assert load_sample("tutorial-lines").values.to_array()[..., 0].tolist() == [[0, 0, 0, 1, 1, 0, 0, 0]] * 8


def test_there_are_at_least_five_photographs_from_0_to_1():
    photographs = [load_sample(info.id) for info in sample_catalogue() if info.kind == "photograph"]
    assert len(photographs) >= 5
    assert all(0 <= p.values.to_array().min() < p.values.to_array().max() <= 1 for p in photographs)


@pytest.mark.parametrize(("sample_id", "channels"), [("astronaut", 3), ("camera", 1)])
def test_colour_stays_colour_and_grey_stays_grey(sample_id, channels):
    assert load_sample(sample_id).channels == channels


def test_every_digit_has_examples():
    assert {f"digit-{digit}-1" for digit in range(10)} <= set(SAMPLE_IDS)


def test_an_unknown_sample_is_refused_with_similar_names():
    with pytest.raises(
        FileProblem, match=r"^The sample “astronut” does not exist: did you mean astronaut or rocket\?$"
    ):
        load_sample("astronut")


def test_a_name_like_no_sample_is_refused_with_examples():
    with pytest.raises(FileProblem, match="choose one such as tutorial-sequence"):
        load_sample("§§§")


@pytest.mark.parametrize("file", bundled_files(), ids=lambda file: file.file)
def test_every_bundled_file_is_the_one_that_its_credit_vouches_for(file):
    held = (files("convstudio.resources") / "samples" / file.file).read_bytes()
    assert hashlib.sha256(held).hexdigest() == file.sha256


@pytest.mark.parametrize("file", bundled_files(), ids=lambda file: file.file)
def test_every_bundled_file_is_credited_in_words_too(file):
    credits = (files("convstudio.resources") / "CREDITS.md").read_text("utf-8")
    row = next(line for line in credits.splitlines() if f"samples/{file.file}`" in line)
    assert all(part in row for part in (file.author, file.source, file.licence, file.sha256))


def test_every_photograph_is_in_the_public_domain_or_cc0():
    licences = {file.licence for file in bundled_files() if file.kind == "photograph"}
    assert licences == {"Public domain", "CC0 1.0"}


def test_no_file_among_the_samples_lacks_a_credit():
    names = {item.name for item in (files("convstudio.resources") / "samples").iterdir()}
    assert names - {file.file for file in bundled_files()} == {"samples.json"}


def test_the_resources_stay_small():
    folder = files("convstudio.resources")
    items = [item for part in folder.iterdir() if part.is_dir() for item in part.iterdir() if item.is_file()]
    assert sum(len(item.read_bytes()) for item in items) < 3 * 2**20


def test_the_icon_is_a_vector_picture():
    icon = (files("convstudio.resources") / "icons" / "convstudio.svg").read_text("utf-8")
    assert re.match(r"<svg [^>]*viewBox=", icon)


def test_every_icon_of_the_kept_set_names_its_licence():
    icons = [item for item in (files("convstudio.resources") / "icons").iterdir() if item.name != "convstudio.svg"]
    assert all(icon.read_text("utf-8").startswith("<!-- @license lucide-static") for icon in icons)


def test_every_detector_stands_under_one_heading():
    listed = [detector_id for ids in HEADINGS.values() for detector_id in ids]
    assert sorted(listed) == sorted(detector.id for detector in load_detectors())


def test_the_picture_of_a_sample_is_small():
    assert sample_thumbnail("astronaut").shape == (64, 64, 3)
