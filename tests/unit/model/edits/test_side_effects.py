"""Whatever a step changes beyond what it is about is named: found by making every edit that there is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import pytest

from convstudio.files.resources import load_detectors
from convstudio.model.edits import (
    building,
    channels,
    filters,
    initialisers,
    input_cells,
    kernel_weights,
    layer_settings,
    misfits,
    strokes,
)
from convstudio.model.edits.filters import FilterBank
from convstudio.model.edits.intent import Edit, Target
from convstudio.model.edits.side_effects import SideEffect, question, side_effects, step_name
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.pooling import Pool
from convstudio.model.panes import gallery, kernel_settings, layer_form
from convstudio.model.values.combination import Combination
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

DETECTORS = load_detectors()
RANDOM = np.random.default_rng(3)
INPUT, NETWORK, COMBINATION = "input", "network", "combination"


def named(detector_id: str) -> Detector:
    found = find_detector(DETECTORS, detector_id)
    assert found is not None
    return found


def weights(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape)


def deep() -> Document:
    """Make a network in which every kind of layer reads what a convolution makes, with a combination of its maps."""
    depthwise = replace(Conv.of(weights(2, 2, 1, 4)), groups=4)
    layers = (
        Conv.of(weights(3, 3, 3, 4)),
        BatchNorm.of(4),
        depthwise,
        Pool(),
        Conv.of(weights(2, 2, 4, 2)),
        Flatten(),
        Dense.of(weights(8, 3)),
    )
    sample = Sample.of("noise", weights(9, 9, 3))
    return Document(sample, Network(layers), combination=Combination(0, "sum", (0, 1, 3)))


@dataclass(frozen=True)
class Case:
    """One edit and what it is about: the input, the network, the combination, a layer, or a filter of a layer."""

    function: Callable[..., Document]
    edit: Edit
    about: object


def case(function: Callable[..., Document], about: object, *arguments: object, **more: object) -> Case:
    return Case(function, lambda document: function(document, *arguments, **more), about)


VIEW = ViewState(layer=0, filter=1)
BANK = FilterBank.of(np.ones((5, 5, 1, 2)))
PHOTO = Sample.of("photo", weights(9, 9, 1))
STEPS = Sample.of("steps", weights(30, 1))
CASES = (
    case(input_cells.set_sample, INPUT, PHOTO),
    case(input_cells.set_sample, INPUT, STEPS),
    case(input_cells.set_sample, INPUT, Sample.of("wide", weights(9, 9, 5))),
    case(input_cells.set_input_values, INPUT, (0, 0), [[1]], 0),
    case(input_cells.paint_input, INPUT, (1, 1), 3, 1.0, None),
    case(strokes.paint_stroke, INPUT, [(1, 1)], 3, 1.0, None),
    case(input_cells.fill_input, INPUT, 1.0),
    case(input_cells.insert_input, INPUT, 0, 0),
    case(input_cells.delete_input, INPUT, 0, [0]),
    case(input_cells.set_input_shape, INPUT, (5, 5)),
    case(kernel_weights.set_weights_block, (0, 1), 0, 1, 0, (0, 0), [[5]]),
    case(input_cells.write_into_resized_input, INPUT, (12, 10), (4, 4), [[1]], 0),
    case(kernel_weights.write_into_resized_kernel, (0, 1), 0, 1, 0, size=(5, 4), start=(1, 1), values=[[5]]),
    case(kernel_weights.set_filter, (0, 1), 0, 1, np.ones((2, 2, 3))),
    case(kernel_weights.set_filter, (0, 1), 0, 1, np.ones((3, 3, 3))),
    case(kernel_weights.use_detector, (0, 1), 0, 1, named("roberts-plus")),
    case(kernel_weights.use_detector, (0, 1), 0, 1, named("gaussian-5")),
    case(kernel_weights.use_detector, (0, 1), 0, 1, named("roberts-plus"), is_padded=True),
    case(kernel_weights.name_filter, (0, 1), 0, 1, "edge"),
    case(kernel_weights.set_kernel_size, 0, 0, (2, 2)),
    case(kernel_weights.set_kernel_size, 0, 0, (5, 5)),
    case(kernel_settings.set_kernel_length, 0, 0, 0, 1),
    case(kernel_weights.set_bias, (0, 1), 0, 1, 3.0),
    case(kernel_weights.flip_kernel, (0, 1), 0, 1, 0),
    case(kernel_weights.rotate_kernel, (0, 1), 0, 1),
    case(kernel_weights.transpose_kernel, (0, 1), 0, 1),
    case(kernel_weights.negate_kernel, (0, 1), 0, 1),
    case(kernel_weights.normalise_kernel, (0, 1), 0, 1),
    case(kernel_weights.normalise_kernel_by_size, (0, 1), 0, 1),
    case(kernel_weights.randomise_kernel, (0, 1), 0, 1, 7),
    case(layer_settings.set_stride, 0, 0, (2, 2)),
    case(kernel_settings.set_axis_stride, 0, 0, 0, 2),
    case(layer_settings.set_dilation, 0, 0, (2, 2)),
    case(kernel_settings.set_axis_dilation, 0, 0, 0, 2),
    case(layer_settings.set_padding, 0, 0, "same"),
    case(kernel_settings.choose_padding, 0, 0, "full"),
    case(kernel_settings.set_padding_side, 0, 0, 0, 0, 2),
    case(layer_settings.set_padding_mode, 0, 0, "reflect"),
    case(layer_settings.set_flip, 0, 0, True),
    case(layer_settings.set_activation, 0, 0, "relu"),
    case(layer_settings.set_filters, 0, 0, 2),
    case(layer_settings.set_filters, 0, 0, 6, DETECTORS),
    case(layer_settings.set_groups, 4, 4, 2),
    case(kernel_settings.regrouped, 4, 4, conv_at(deep(), 4), 2),
    case(layer_settings.set_title, INPUT, "lesson"),
    case(filters.add_filter, 0, 0, 1),
    case(filters.duplicate_filters, 0, 0, [0, 2]),
    case(filters.remove_filters, 0, 0, [1, 2]),
    case(filters.remove_filters, 0, 0, [0]),
    case(filters.move_filters, 0, 0, [0], 2),
    case(filters.rename_filter, (0, 1), 0, 1, "edge"),
    case(filters.forget_stale_name, (0, 1), 0, 1, DETECTORS, conv_at(deep(), 0)),
    case(filters.paste_filters, 0, 0, 0, BANK),
    case(filters.fill_bank, 0, 0, BANK),
    case(initialisers.initialise, 0, 0, initialisers.INITIALISERS[0], 0.0, 1),
    case(building.add_layer, NETWORK, 0, "Convolution"),
    case(building.put_layer, NETWORK, 0, Activation()),
    case(building.duplicate_layer, NETWORK, 0),
    case(building.remove_layer, NETWORK, 0),
    case(building.move_layer, NETWORK, 0, 2),
    case(building.switch_layer, 0, 0, False),
    case(building.fit_layer, 0, 0),
    case(misfits.fit_all, 0),
    case(layer_form.set_value, 3, ViewState(layer=3), Pool().form(LIMITS)[1], 3),
    case(layer_form.set_unit_weights, 6, ViewState(layer=6, position=(1,)), 0, [[9.0]]),
    case(gallery.combine, COMBINATION, VIEW, "norm", (0, 1)),
    case(gallery.combine, COMBINATION, ViewState(layer=4), "sum", (0, 1)),
    *(
        Case(function, lambda document, edit=edit: edit(document), INPUT)
        for function, edit in (
            (channels.keep_channel, lambda document: channels.keep_channel(document, 1)),
            (channels.mean_of_channels, channels.mean_of_channels),
            (channels.add_channels, lambda document: channels.add_channels(document, np.ones((9, 9, 1)))),
            (channels.add_empty_channel, channels.add_empty_channel),
            (channels.copy_channel, lambda document: channels.copy_channel(document, 0)),
            (channels.remove_channel, lambda document: channels.remove_channel(document, 0)),
            (channels.move_channel, lambda document: channels.move_channel(document, 0, 2)),
            (channels.rename_channel, lambda document: channels.rename_channel(document, 0, "other")),
        )
    ),
)
MODULES: tuple[ModuleType, ...] = (
    building, channels, filters, gallery, initialisers, input_cells, kernel_weights,
    layer_form, layer_settings, misfits, strokes,
)  # fmt: skip


def edits_of(module: ModuleType) -> set[Callable[..., Document]]:
    """Return the public functions of a module that make a document of a document."""
    return {
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and function.__annotations__.get("return") == "Document"
    }


def unnamed(before: Document, after: Document, about: object, effects: tuple[SideEffect, ...]) -> list[str]:
    """Return what changed beyond the target and is in no phrase."""
    texts = [effect.does for effect in effects]
    layer, one = about if isinstance(about, tuple) else (about, None)
    found = []
    if before.sample is not after.sample and about != INPUT:
        found.append("the input")
    if about != NETWORK:
        assert len(before.layers) == len(after.layers)
        for index, (held, made) in enumerate(zip(before.layers, after.layers, strict=True)):
            is_told = any(f"layer {index + 1}" in text and "maps" not in text for text in texts)
            if index != layer and held != made and not is_told:
                found.append(f"layer {index + 1}")
    if one is not None:
        found += _other_filters(conv_at(before, layer), conv_at(after, layer), one, texts)
    if before.combination != after.combination and about != COMBINATION and not any("maps" in text for text in texts):
        is_moved = after.combination is not None and before.combination is not None
        if not (is_moved and len(after.combination.filters) == len(before.combination.filters)):
            found.append("the combination")
    return found


def _other_filters(held: Conv, made: Conv, one: int, texts: list[str]) -> list[str]:
    others = [index for index in range(held.filters) if index != one]
    is_same = np.array_equal(held.weights[..., others], made.weights[..., others])
    return [] if is_same or any("other filter" in text for text in texts) else ["other filters"]


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.function.__name__)
def test_everything_that_changes_beyond_the_target_is_named(made: Case) -> None:
    before = deep()
    after = made.edit(before)
    layer, one = made.about if isinstance(made.about, tuple) else (made.about, None)
    target = Target.of(before, layer, one) if isinstance(layer, int) else None
    assert unnamed(before, after, made.about, side_effects(before, after, target)) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_edit_of_the_program_is_among_those_that_are_tried(module: ModuleType) -> None:
    assert edits_of(module) - {made.function for made in CASES} == set()


def test_a_smaller_detector_crops_the_other_filters_which_is_a_loss() -> None:
    before = deep()
    after = kernel_weights.use_detector(before, 0, 1, named("roberts-plus"))
    effects = side_effects(before, after, Target.of(before, 0, 1))
    assert effects == (SideEffect("crop 3 other filters to 2×2", is_loss=True),)
    assert step_name("Use detector roberts-plus", effects) == (
        "Use detector roberts-plus and crop 3 other filters to 2×2"
    )
    assert question(effects) == "This step would also crop 3 other filters to 2×2."


def test_zeros_that_are_cut_off_are_no_loss() -> None:
    small = kernel_weights.set_kernel_size(deep(), 0, (2, 2))
    wide = kernel_weights.set_kernel_size(small, 0, (4, 4))
    effects = side_effects(wide, kernel_weights.set_filter(wide, 0, 1, np.ones((2, 2, 3))), Target.of(wide, 0, 1))
    assert effects == (SideEffect("resize 3 other filters to 2×2, without a loss"),)


def test_a_padded_detector_leaves_every_other_filter_as_it_was() -> None:
    before = deep()
    after = kernel_weights.use_detector(before, 0, 1, named("roberts-plus"), is_padded=True)
    assert side_effects(before, after, Target.of(before, 0, 1)) == ()
    np.testing.assert_array_equal(conv_at(after, 0).weights[..., 0, 1], [[0, 0, 0], [0, 1, 0], [0, 0, -1]])


def test_a_detector_larger_in_one_direction_alone_is_padded_in_the_other() -> None:
    before = deep()
    after = kernel_weights.use_detector(before, 0, 1, named("motion-blur-horizontal"), is_padded=True)
    assert conv_at(after, 0).kernel_size == (3, 5)
    assert not any(effect.is_loss for effect in side_effects(before, after, Target.of(before, 0, 1)))


def test_an_input_of_fewer_channels_loses_kernels_unless_all_are_alike() -> None:
    before = deep()
    assert SideEffect("drop 8 kernels of layer 1", is_loss=True) in side_effects(
        before, input_cells.set_sample(before, PHOTO)
    )
    alike = Document(before.sample, Network((Conv.of(np.ones((3, 3, 3, 2))),)))
    assert side_effects(alike, input_cells.set_sample(alike, PHOTO)) == (SideEffect("drop 4 kernels of layer 1"),)


def test_the_tutorials_line_detector_loses_nothing_on_a_sequence_and_sobel_does() -> None:
    for detector, is_loss in (("tutorial-vertical-line", False), ("sobel-x", True)):
        kernel = named(detector).for_channels(1)[..., None]
        before = Document(PHOTO, Network((Conv.of(kernel),)))
        (effect,) = side_effects(before, input_cells.set_sample(before, STEPS))
        assert effect == SideEffect("turn the kernels of layer 1 into 1-D ones", is_loss)


def test_removing_a_filter_names_what_the_layers_after_it_lose() -> None:
    before = deep()
    texts = [effect.does for effect in side_effects(before, filters.remove_filters(before, 0, [0]))]
    assert texts == [
        "drop 1 channel of layer 2",
        "drop 1 filter of layer 3",
        "drop 2 kernels of layer 5",
        "leave 1 map out of the sum of maps of layer 1",
    ]


def test_a_step_with_many_side_effects_keeps_a_short_name() -> None:
    effects = [SideEffect(f"drop {n} kernels of layer {n}") for n in (2, 3, 4, 5)]
    assert step_name("Open photo", effects) == (
        "Open photo, drop 2 kernels of layer 2, drop 3 kernels of layer 3 and make 2 more changes"
    )
