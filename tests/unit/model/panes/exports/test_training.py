"""Curves of a training become a table and charts, its filters frames in the same colours."""

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes.exports.training import TrainingRecord, charts_of, curve_table, filter_scene
from convstudio.model.values.network import Network
from tests.training_records import network, record


def test_the_table_has_a_row_for_every_step_and_held_out_numbers_after_each_epoch():
    headings, rows = curve_table(record().run)
    assert headings[:7] == ("step", "epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy", "rate")
    assert headings[7:] == (*(f"weight_norm_{n}" for n in range(1, 5)), *(f"gradient_norm_{n}" for n in range(1, 5)))
    assert [row[0] for row in rows] == list(range(1, 41))
    assert rows[8][:7] == (9, None, pytest.approx(2 / 9), pytest.approx(8 / 9), None, None, 1e-3)
    assert rows[9][:6] == (10, 1, pytest.approx(0.2), pytest.approx(0.9), 1.5, 0.25)
    assert all(len(row) == len(headings) for row in rows)


def test_an_epoch_that_ends_between_known_steps_has_a_row_of_its_own():
    run = record(steps=40).run
    thinned = type(run.curves)(*(getattr(run.curves, name)[2::3] for name in
        ("steps", "losses", "accuracies", "rates", "weight_norms", "gradient_norms")), 3)  # fmt: skip
    _, rows = curve_table(type(run)(1, run.settings, "", thinned, run.epochs, run.first, run.last))
    at_ten = next(row for row in rows if row[0] == 10)
    assert at_ten[1] == 1
    assert at_ten[2] is None
    assert at_ten[4] == 1.5


def test_maps_have_no_accuracy_in_the_table_and_no_chart_of_it():
    run = record(has_classes=False).run
    _, rows = curve_table(run)
    assert {row[3] for row in rows} == {None}
    assert [chart.name for chart in charts_of(run)] == ["Loss", "Learning rate"]


def test_all_frames_have_the_same_colours_and_are_about_equally_far_apart():
    scene = filter_scene(record(steps=400), 0)
    assert len(scene.steps) == 60
    assert (scene.steps[0], scene.steps[-1]) == (0, 400)
    assert max(np.diff(scene.steps)) <= 8
    assert scene.levels.high >= max(frame.max() for frame in scene.frames)
    assert scene.words(59) == "Layer 1: step 400"


def test_the_kernels_of_filters_with_several_channels_have_a_row_for_each_channel():
    held = record(channels=3)
    scene = filter_scene(held, 0)
    assert scene.columns == 4
    assert scene.frames[0].shape == (12, 3, 3)
    np.testing.assert_array_equal(scene.frames[0][5], held.kept[0][1].layers[0].weights[:, :, 1, 1])


def test_of_very_many_kernels_the_first_are_shown_and_that_is_said():
    held = record()
    many = network(channels=16, filters=32)
    scene = filter_scene(TrainingRecord(held.run, ((0, many),)), 0)
    assert scene.frames[0].shape == (256, 3, 3)
    assert "the first 256 of 512 kernels" in scene.words(0)


def test_of_a_large_dense_layer_a_corner_is_shown_and_that_is_said():
    held = record()
    large = Network((Dense.of(np.ones((300, 3))),))
    scene = filter_scene(TrainingRecord(held.run, ((0, large),)), 0)
    assert scene.frames[0].shape == (1, 256, 3)
    assert scene.words(0) == "Layer 1, a corner of its 300×3 weights: step 0"


def test_a_sequences_kernels_are_rows():
    held = record()
    rows = Network((Conv.of(np.arange(10).reshape(5, 1, 2)),))
    scene = filter_scene(TrainingRecord(held.run, ((0, rows),)), 0)
    assert scene.frames[0].tolist() == [[[0, 2, 4, 6, 8]], [[1, 3, 5, 7, 9]]]


def test_a_dense_layer_is_one_table():
    assert filter_scene(record(), 3).frames[0].shape == (1, 144, 3)


def test_a_layer_without_weights_and_one_that_was_not_trained_are_refused():
    with pytest.raises(ValueError, match="no filters to show"):
        filter_scene(record(), 1)
    with pytest.raises(ValueError, match="network with other layers"):
        filter_scene(record(), 9)
    held = record()
    other = Network((network(filters=5).layers[0],))
    with pytest.raises(ValueError, match="network with other layers"):
        filter_scene(TrainingRecord(held.run, ((0, held.kept[0][1]), (1, other))), 0)
