"""Generators make named kernels and banks of filters from their numbers, for every kernel size or say why not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.library.generators import GENERATORS, Series, find_generator, generators_for, recalled_rule
from convstudio.model.values.detectors import RuleUse

EVERY = pytest.mark.parametrize("generator", GENERATORS, ids=[one.id for one in GENERATORS])


def size_of(generator, length):
    return generator.size_for((length,) * generator.ranks[-1])


def defaults(generator):
    return [one.default for one in generator.parameters]


def made_or_refused(generator, size, values):
    try:
        return generator.kernel(size, values), ""
    except ValueError as refusal:
        return None, str(refusal)


@EVERY
def test_its_own_numbers_make_a_kernel_of_the_size_that_is_asked_for(generator):
    for rank in generator.ranks:
        size = generator.size_for((7,) * rank)
        made = generator.kernel(size, defaults(generator))
        assert (made.kernel.shape, made.rank, made.kernel.dtype) == (size, rank, np.float32)
        assert np.any(made.kernel)


@EVERY
def test_its_parameters_begin_inside_what_they_can_be(generator):
    for parameter in generator.parameters:
        assert parameter.least <= parameter.default <= parameter.most
        assert parameter.tells


@EVERY
@given(data=st.data())
def test_numbers_in_their_ranges_make_a_finite_kernel_or_a_sentence(generator, data):
    values = [
        data.draw(st.integers(int(one.least), int(one.most)) if one.is_whole else st.floats(one.least, one.most))
        for one in generator.parameters
    ]
    size = generator.size_for(tuple(data.draw(st.integers(1, 9)) for _ in range(generator.ranks[-1])))
    made, refusal = made_or_refused(generator, size, values)
    assert ";" in refusal if made is None else np.all(np.isfinite(made.kernel)), "it says what to use in its place"


VARIED = [(one, place) for one in GENERATORS for place in range(len(one.parameters))]


@pytest.mark.parametrize(("generator", "varied"), VARIED, ids=[f"{one.id} {place}" for one, place in VARIED])
def test_a_bank_over_a_parameter_differs_in_it_alone_and_is_named_by_it(generator, varied):
    size = size_of(generator, 9)
    ends = generator.parameters[varied].usual_ends
    bank = generator.bank(size, defaults(generator), [Series(varied, 4, *ends)])
    values = generator.parameters[varied].spread(4, *ends)
    assert len(set(bank.names)) == bank.filters == len(values)
    for place, value in enumerate(values):
        numbers = [*defaults(generator)[:varied], value, *defaults(generator)[varied + 1 :]]
        made = np.atleast_2d(generator.kernel(size, numbers).kernel)
        np.testing.assert_array_equal(bank.kernels[..., 0, place], made)


def test_eight_orientations_go_half_around():
    bank = find_generator("gabor").bank((9, 9), [4, 0, 0], [Series(1, 8, 0, 180)])
    assert bank.names[:2] == ("orientation 0°", "orientation 22.5°")
    np.testing.assert_allclose(bank.kernels[:, :, 0, 4], bank.kernels[:, :, 0, 0].T, atol=1e-6)


def test_whole_numbers_are_not_asked_for_twice():
    assert find_generator("compass").parameters[0].spread(8, 0, 2) == [0, 1, 2]


def test_a_part_of_a_turn_reaches_its_last_angle():
    assert find_generator("motion").parameters[1].spread(3, 0, 90) == [0, 45, 90]


def test_wavelengths_grow_by_equal_factors():
    assert find_generator("gabor").parameters[0].spread(3, 3, 12) == [3, 6, 12]


def test_a_bank_over_two_numbers_has_every_pair_the_first_changing_fastest():
    bank = find_generator("gabor").bank((9, 9), [4, 0, 0], [Series(1, 2, 0, 180), Series(0, 2, 4, 8)])
    assert bank.names == tuple(f"orientation {turn}°, wavelength {length}" for length in (4, 8) for turn in (0, 90))
    single = find_generator("gabor").kernel((9, 9), [8, 90, 0]).kernel
    np.testing.assert_array_equal(bank.kernels[:, :, 0, 3], single)


@pytest.mark.parametrize(
    ("series", "refusal"),
    [
        ([Series(0, 2, 1, 8)], "wavelength goes from 2 to 31, so 1 is refused"),
        ([Series(1, 2, 0, 90), Series(1, 2, 0, 180)], "Both series of the bank are over the orientation"),
        ([Series(1, 64, 0, 180), Series(0, 9, 2, 8)], "576 filters are more than the 512"),
    ],
)
def test_a_bank_that_cannot_be_made_is_refused_by_a_sentence(series, refusal):
    with pytest.raises(ValueError, match=refusal):
        find_generator("gabor").bank((9, 9), [4, 0, 0], series)


def test_a_kernel_is_named_by_its_size_and_numbers():
    assert find_generator("dog").kernel((5, 7), [1, 1.6]).name == "Difference of Gaussians 5×7, sigma 1, ratio 1.6"


def test_a_choice_is_named_by_its_text():
    assert find_generator("compass").kernel((3, 3), [2, 1]).name == "Compass 3×3, Robinson, eighths of a turn 1"


def test_a_sequence_has_no_rules_of_direction():
    assert {"gabor", "motion", "disk", "compass"}.isdisjoint(one.id for one in generators_for(1))


def test_every_rule_is_for_some_layer_and_has_an_id_of_its_own():
    assert len({one.id for one in GENERATORS}) == len(GENERATORS)
    assert set(GENERATORS) == {*generators_for(1), *generators_for(2)}


@EVERY
def test_the_rule_and_numbers_of_a_preset_make_the_same_kernel_again(generator):
    made = generator.kernel(size_of(generator, 5), defaults(generator))
    rule = recalled_rule(made)
    again = rule.generator.kernel(rule.size, rule.values)
    assert (again.name, again.kernel.tolist()) == (made.name, made.kernel.tolist())


def test_a_preset_of_an_unknown_rule_has_no_numbers_to_change():
    made = find_generator("gaussian").kernel((3, 3), [1.0])
    assert recalled_rule(replace(made, made_by=RuleUse("magic"))) is None


def test_a_name_that_its_user_gave_stays_when_the_numbers_change():
    gaussian = find_generator("gaussian")
    preset = replace(gaussian.kernel((3, 3), [1.0]), name="My blur", detects="fog")
    changed = recalled_rule(preset).changed(preset, gaussian.kernel((3, 3), [2.0]))
    assert (changed.name, changed.detects, changed.made_by.parameters["sigma"]) == ("My blur", "fog", 2.0)
