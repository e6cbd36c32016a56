"""What is typed into the capacity lab becomes a study, or a sentence that says what is wrong."""

from dataclasses import replace

import pytest

from convstudio.model.learning.study import Study, StudySettings
from convstudio.model.panes.learning.capacity.study_form import read_study, study_line, typed

FORM = typed(Study())


def test_a_study_that_is_typed_is_read_back():
    study = Study((3, 16), (1, 7), (2, 10), 2, StudySettings("digits", "2x2", 7, "sgd", 0.5))
    assert read_study(typed(study)) == study


def test_numbers_may_stand_between_commas_semicolons_or_spaces():
    assert read_study(replace(FORM, filters=" 1,2; 4 8,")).filters == (1, 2, 4, 8)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (
            replace(FORM, filters="1, two"),
            "Numbers of filters must be whole numbers such as 1, 2, 4, and “two” is none.",
        ),
        (replace(FORM, kernels="-3"), "Kernel sizes must be whole numbers such as 1, 2, 4, and “-3” is none."),
        (replace(FORM, classes=""), "The study needs at least one number of classes. Name one."),
        (replace(FORM, rate=0.0), "The learning rate must be above 0, not 0."),
        (replace(FORM, kernels="9"), "The kernel size must be from 1 to 7, not 9."),
    ],
)
def test_what_cannot_be_read_is_said(form, told):
    with pytest.raises(ValueError, match="^" + told.replace(".", r"\.") + "$"):
        read_study(form)


@pytest.mark.parametrize(
    ("done", "seconds", "is_running", "told"),
    [
        (0, None, False, "4 networks are to be trained. Press Start study."),
        (0, 0.1, True, "0 of 4 networks trained"),
        (1, 2.0, True, "1 of 4 networks trained, 6\xa0s left"),
        (1, 2.0, False, "1 of 4 networks trained. Start study goes on."),
        (4, 8.0, False, "4 of 4 networks trained"),
    ],
)
def test_how_far_a_study_is(done, seconds, is_running, told):
    assert study_line(done, 4, seconds, is_running=is_running) == told


def test_the_time_left_does_not_count_networks_that_were_trained_before():
    assert study_line(7, 10, 2.0, is_running=True, found=6) == "7 of 10 networks trained, 6\xa0s left"
    assert study_line(6, 10, 0.1, is_running=True, found=6) == "6 of 10 networks trained"


def test_results_are_told_from_the_study_that_is_typed_by_now():
    told = "4 of 4 networks trained. The fields ask for another study: press Start study."
    assert study_line(4, 4, 8.0, is_running=False, is_other=True) == told
