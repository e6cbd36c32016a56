from pathlib import Path

import numpy as np

from convstudio.files.datasets.loading import digit_data
from convstudio.files.digits import HELD_OUT
from convstudio.files.projects.documents import decode_document
from convstudio.files.resources import load_digits, load_sample, load_trained, sample_catalogue
from convstudio.model.learning.batches import evaluate
from convstudio.model.learning.training import advance, begin, plan
from convstudio.model.library.examples import EXAMPLES

DIGITS = load_digits()
NETWORKS = Path(__file__).parents[3] / "resources" / "networks"


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


def test_the_bundled_classifier_has_the_digits_right_that_its_example_promises():
    network = decode_document(load_trained())[0].network
    found = evaluate(network, digit_data(), np.arange(HELD_OUT))
    assert f"{found.accuracy:.1%}" == "97.3%"
    about = next(example.about for example in EXAMPLES if example.id == "digits")
    assert f"Of 450 digits that it was not trained on, the network gets {round(450 * found.accuracy)} right" in about


def test_the_classifier_begins_with_random_weights_and_the_settings_that_trained_it():
    trained = decode_document(load_trained())[0]
    untrained = decode_document((NETWORKS / "digits-untrained.convstudio").read_bytes())[0]
    assert evaluate(untrained.network, digit_data(), np.arange(HELD_OUT)).accuracy < 0.3
    assert trained.training == untrained.training
    assert [type(layer) for layer in trained.layers] == [type(layer) for layer in untrained.layers]


def test_the_first_epoch_of_its_training_leads_where_it_led_before():
    """The whole training takes some seconds; a first epoch that went another way would show that its recipe changed."""
    untrained = decode_document((NETWORKS / "digits-untrained.convstudio").read_bytes())[0]
    planned = plan(untrained, digit_data())
    state, report = begin(planned), None
    while report is None:
        state, _, report = advance(planned, state)
    assert report.held_out_accuracy > 0.85
