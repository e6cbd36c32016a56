from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convstudio.files.inputs import ReadOptions, read_input
from convstudio.files.problems import FileProblem

FIELD = Path(__file__).parents[2] / "field"


@pytest.fixture
def saved(tmp_path):
    def save(array):
        path = tmp_path / "x.npy"
        np.save(path, array)
        return path

    return save


def test_channels_first_are_read_as_channels_and_asked_about():
    reading = read_input(FIELD / "a21_3hw_small.npy")
    expected = np.moveaxis(np.load(FIELD / "a21_3hw_small.npy"), 0, -1)
    np.testing.assert_array_equal(reading.sample.values.to_array(), expected.astype(np.float32))
    assert reading.is_doubtful
    assert reading.sentence == "Read a21_3hw_small.npy as 12 rows × 16 columns × 3 channels (channels first)."
    assert [one.text for one in reading.others] == ["3 rows × 12 columns × 16 channels (channels last)"]


def test_one_grey_picture_with_its_channel_first_is_not_one_row_of_28_channels():
    reading = read_input(FIELD / "a10_1hw.npy")
    assert reading.sample.values.shape == (28, 28, 1)
    assert reading.is_doubtful


@pytest.mark.parametrize("choice", [0, 1])
def test_every_choice_reads_the_file_as_its_line_says(choice):
    path = FIELD / "a21_3hw_small.npy"
    chosen = read_input(path).choices[choice]
    again = read_input(path, chosen.options)
    assert (again.choice.text, again.options, again.is_doubtful) == (chosen.text, chosen.options, False)
    assert again.sample.values.shape == [(12, 16, 3), (3, 12, 16)][choice]


@pytest.mark.parametrize(
    ("shape", "read", "doubtful"),
    [
        ((28, 28, 1), (28, 28, 1), False),
        ((12, 16, 3), (12, 16, 3), False),
        ((224, 224, 3), (224, 224, 3), False),
        ((3, 224, 224), (224, 224, 3), False),
        ((16, 28, 28), (28, 28, 16), True),
        ((28, 28, 16), (28, 28, 16), False),
        ((3, 16, 3), (3, 16, 3), True),
        ((1, 5, 1), (1, 5, 1), True),
        ((1, 1, 1), (1, 1, 1), False),
        ((8, 12, 16), (8, 12, 16), True),
        ((4, 5, 6), (4, 5, 6), True),
    ],
)
def test_the_likelier_order_of_three_axes_is_read_and_a_doubtful_one_asked_about(saved, shape, read, doubtful):
    reading = read_input(saved(np.zeros(shape, np.uint8)))
    assert (reading.sample.values.shape, reading.is_doubtful) == (read, doubtful)


def test_an_order_that_cannot_be_meant_is_said_but_not_asked_about(saved):
    reading = read_input(saved(np.zeros((3, 224, 224), np.uint8)))
    assert reading.sentence == "Read x.npy as 224 rows × 224 columns × 3 channels (channels first)."
    assert not reading.others


def test_of_a_volume_one_plane_is_read_and_the_others_are_offered(saved):
    volume = np.arange(70 * 80 * 90, dtype=np.float32).reshape(70, 80, 90)
    reading = read_input(saved(volume))
    np.testing.assert_array_equal(reading.sample.values.to_array()[..., 0], volume[0])
    assert reading.sentence == "Read plane 1 of 70 as 80 rows × 90 columns."
    assert (reading.choice.pages, reading.can_be_otherwise) == (70, True)


def test_another_plane_is_read_where_it_is_asked_for(saved):
    volume = np.arange(70 * 80 * 90, dtype=np.float32).reshape(70, 80, 90)
    reading = read_input(saved(volume), ReadOptions(page=5))
    np.testing.assert_array_equal(reading.sample.values.to_array()[..., 0], volume[4])


def test_of_a_batch_one_sample_is_read_with_its_channels_last(saved):
    batch = np.random.default_rng(0).normal(size=(4, 3, 12, 16)).astype(np.float32)
    reading = read_input(saved(batch), ReadOptions(page=2))
    np.testing.assert_array_equal(reading.sample.values.to_array(), np.moveaxis(batch[1], 0, -1))
    assert reading.sentence.startswith("Read sample 2 of 4 as 12 rows × 16 columns × 3 channels")


def test_a_page_that_is_not_there_is_refused_with_how_many_there_are(saved):
    with pytest.raises(FileProblem, match="has 4 samples, not a sample 5"):
        read_input(saved(np.zeros((4, 3, 12, 16))), ReadOptions(page=5))


def test_an_order_that_does_not_fit_is_refused_with_advice_that_fits(saved):
    with pytest.raises(FileProblem, match=r"has 3 axes \(3×224×224\), and with channels last it does not fit"):
        read_input(saved(np.zeros((3, 224, 224))), ReadOptions(channels="last"))


def test_fortran_order_and_channels_first_go_together(saved):
    values = np.asfortranarray(np.random.default_rng(1).normal(size=(3, 12, 16)).astype(np.float32))
    read = read_input(saved(values)).sample.values.to_array()
    np.testing.assert_array_equal(read, np.moveaxis(values, 0, -1))


def test_of_a_picture_with_several_pages_one_is_read_and_the_sentence_says_which(tmp_path):
    path = tmp_path / "x.tif"
    pages = [Image.new("L", (4, 3), 51 * grey) for grey in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    reading = read_input(path, ReadOptions(page=2))
    assert reading.sentence == "Read page 2 of 3 as 3 rows × 4 columns."
    assert (reading.choice.pages, reading.is_doubtful, reading.can_be_otherwise) == (3, False, True)
    np.testing.assert_allclose(reading.sample.values.to_array(), 0.2)


def test_of_a_transparent_picture_the_opacity_can_be_kept_as_a_named_channel(tmp_path):
    Image.new("RGBA", (4, 3), (255, 0, 0, 51)).save(tmp_path / "x.png")
    first = read_input(tmp_path / "x.png")
    assert first.sentence == "Read x.png as 3 rows × 4 columns × 3 channels. Transparency was laid on white."
    assert [choice.text for choice in first.choices] == [
        "3 rows × 4 columns × 3 channels, transparency laid on white",
        "3 rows × 4 columns × 4 channels, transparency kept as the last one",
    ]
    kept = read_input(tmp_path / "x.png", first.others[0].options)
    assert kept.sample.channel_names == ("red", "green", "blue", "opacity")
    np.testing.assert_allclose(kept.sample.values.to_array()[0, 0], [1, 0, 0, 0.2])
    assert [choice.shape for choice in kept.choices] == [(3, 4, 4), (3, 4, 3)]
