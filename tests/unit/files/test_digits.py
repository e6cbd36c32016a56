import importlib.util
from pathlib import Path

import numpy as np
import pytest

from convstudio.files.resources import load_digits, load_sample, sample_catalogue

DIGITS = load_digits()
SCRIPT = Path(__file__).parents[3] / "packaging" / "train_digits.py"


def training_script():
    spec = importlib.util.spec_from_file_location("train_digits", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_there_are_1797_digits_with_values_from_0_to_16():
    assert DIGITS.images.shape == (1797, 8, 8, 1)
    assert (DIGITS.images.min(), DIGITS.images.max()) == (0, 16)


def test_every_digit_is_there_about_as_often():
    counts = np.bincount(DIGITS.labels)
    assert len(counts) == 10
    assert 170 < counts.min() < counts.max() < 190


def test_no_digit_for_testing_is_used_for_training():
    trained = {image.tobytes() for image in DIGITS.for_training.images}
    assert not [image for image in DIGITS.held_out.images if image.tobytes() in trained]


def test_the_first_example_of_a_digit_is_the_first_of_its_kind_in_the_file():
    assert load_sample("digit-0-1").values.to_array()[0, :, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]


def test_every_digit_that_the_window_lists_is_held_out():
    held_out = {image.tobytes() for image in DIGITS.held_out.images}
    listed = [load_sample(info.id) for info in sample_catalogue() if info.kind == "digits"]
    assert len(listed) == 40
    assert all(sample.values.to_array().tobytes() in held_out for sample in listed)


def test_training_twice_gives_the_same_bits():
    script, few = training_script(), DIGITS.part(slice(0, 128))
    once, again = (script.train(script.scaled(few), epochs=2, seed=3) for _ in range(2))
    assert {name: held.tobytes() for name, held in once.items()} == {n: held.tobytes() for n, held in again.items()}


def test_the_training_follows_the_slope_of_the_loss():
    script, batch = training_script(), DIGITS.part(slice(0, 8))
    start = script.first_weights(5)
    weights = {name: held + np.linspace(-0.1, 0.1, held.size).reshape(held.shape) for name, held in start.items()}
    slopes = script.gradients(weights, script.scaled(batch))
    for name, held in weights.items():
        at = np.unravel_index(held.size // 3, held.shape)
        losses = [loss(script, {**weights, name: nudged(held, at, by)}, batch) for by in (1e-5, -1e-5)]
        assert slopes[name][at] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-3, abs=1e-7)


def nudged(held, at, by):
    changed = held.copy()
    changed[at] += by
    return changed


def loss(script, weights, batch):
    made = script.units(weights, script.scaled(batch))
    shifted = made - made.max(axis=-1, keepdims=True)
    chances = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -chances[np.arange(len(batch)), batch.labels].mean()
