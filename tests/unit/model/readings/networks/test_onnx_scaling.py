"""Sums, differences, products and quotients of maps and stored numbers as rescalings."""

from __future__ import annotations

import numpy as np
import pytest

from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.readings.networks.onnx_scaling import in_one, rescaling_of

MAPS = (4, 5, 3)
X = np.random.default_rng(1).normal(size=(*MAPS,)).astype(np.float32)
NUMBERS = np.float32([2, -4, 0.5])
DONE = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}


def made(operator: str, stored: np.ndarray, shape: tuple[int, ...] = MAPS, **how: bool) -> Rescaling:
    return rescaling_of(operator, stored, shape, **{"is_stored_first": False, "is_last": False} | how)


@pytest.mark.parametrize("operator", DONE)
@pytest.mark.parametrize("stored", [np.float32(3), NUMBERS.reshape(3, 1, 1), NUMBERS.reshape(1, 3, 1, 1)])
def test_numbers_stand_along_the_channels_that_come_first(operator: str, stored: np.ndarray) -> None:
    theirs = DONE[operator](np.moveaxis(X, -1, 0), stored.reshape(stored.shape[-3:]))
    np.testing.assert_allclose(made(operator, stored).run(X), np.moveaxis(theirs, 0, -1), rtol=1e-6)


def test_numbers_stand_along_the_channels_that_come_last() -> None:
    np.testing.assert_allclose(made("Sub", NUMBERS, is_last=True).run(X), X - NUMBERS, rtol=1e-6)


@pytest.mark.parametrize("operator", ["Add", "Sub", "Mul"])
def test_numbers_before_the_maps_are_not_numbers_after_them(operator: str) -> None:
    ours = made(operator, NUMBERS, is_stored_first=True, is_last=True).run(X)
    np.testing.assert_allclose(ours, DONE[operator](NUMBERS, X), rtol=1e-6)


def test_numbers_of_a_vector_are_one_for_each_place() -> None:
    assert made("Mul", NUMBERS, (3,)).scale == (2, -4, 0.5)


@pytest.mark.parametrize(
    ("operator", "stored", "how", "sentence"),
    [
        ("Div", np.float32(2), {"is_stored_first": True}, "it divides by the maps"),
        ("Div", np.float32([1, 0, 1]), {"is_last": True}, "it divides by 0"),
        ("Add", np.float32([1, np.inf, 1]), {"is_last": True}, "not all finite"),
        ("Add", np.ones(5, np.float32), {}, "other than one, or one for each channel"),
        ("Add", np.ones((4, 5), np.float32), {}, "other than one, or one for each channel"),
        ("Add", np.ones((2, 3, 1, 1), np.float32), {}, "other than one, or one for each channel"),
        ("Add", np.ones((1, 1, 3, 1, 1), np.float32), {}, "other than one, or one for each channel"),
    ],
)
def test_what_is_no_rescaling_is_refused(operator: str, stored: np.ndarray, how: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        made(operator, stored, **how)


def test_two_rescalings_are_one() -> None:
    first, second = Rescaling((2.0, 3.0, 4.0), (1.0, 0.0, -1.0)), Rescaling((0.5,), (7.0,))
    np.testing.assert_allclose(in_one(first, second).run(X), second.run(first.run(X)), rtol=1e-6)
