"""A program that trains has our batches and our losses in it; what it cannot do is refused with the reason."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.code import PROGRAMS, TRAINED, training_code_for
from convstudio.files.code.training import BATCHES
from convstudio.files.datasets.loading import digit_data
from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import save_document
from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.training import advance, begin, plan
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DIGITS = load_example("digits")[0]
DRAW = np.random.default_rng(4)
SMALL = Dataset("drawn", frozen(DRAW.random((30, 4, 4, 1))), DRAW.integers(0, 2, 30), None, ("a", "b"))
SETTINGS = TrainingSettings(epochs=2, batch_size=7, seed=9)


def small(*ends, **given):
    layers = (Conv.of(DRAW.random((3, 3, 1, 2))), Flatten(), Dense.of(DRAW.random((8, 2))), *ends)
    return Document(Sample.of("first", SMALL.inputs[0]), Network(layers), training=replace(SETTINGS, **given))


def lines_of(document, target, data=SMALL):
    return training_code_for(document, target, data).text.splitlines()


@pytest.mark.parametrize("target", TRAINED)
def test_the_losses_in_a_program_are_those_of_our_first_steps(target):
    document = small()
    planned = plan(document, SMALL)
    state, losses = begin(planned), []
    for _ in range(8):
        state, report, _ = advance(planned, state)
        losses.append(report.loss)
    text = training_code_for(document, target, SMALL).text
    told = text.split("EXPECTED_LOSSES = np.array([")[1].split("]")[0]
    np.testing.assert_allclose([float(part) for part in told.split(",")], losses, rtol=1e-6)


def test_the_batches_of_a_program_are_those_of_our_steps():
    planned = plan(small(), SMALL)
    held = {"np": np, "EPOCHS": 2, "SEED": 9, "BATCH_SIZE": 7, "TRAINING": planned.parts.training}
    exec(BATCHES, held)
    ours = [planned.order(epoch)[at : at + 7] for epoch in range(2) for at in range(0, 24, 7)]
    assert [batch.tolist() for batch in held["batches"]()] == [batch.tolist() for batch in ours]


@pytest.mark.parametrize("target", TRAINED)
def test_the_same_training_gives_the_same_program(target):
    document = small()
    assert lines_of(document, target) == lines_of(document, target)


def test_keras_has_its_own_names_of_optimisers_losses_and_l2():
    lines = lines_of(small(Activation(activation="softmax"), optimiser="nesterov", l2=0.5), "keras")
    assert (
        "learner.compile(optimizer=keras.optimizers.SGD(RATE, momentum=0.9, nesterov=True), "
        "loss=keras.losses.CategoricalCrossentropy(from_logits=True))"
    ) in lines
    assert len([line for line in lines if "kernel_regularizer=keras.regularizers.L2(0.5)" in line]) == 2


def test_pytorch_uses_its_own_optimiser_where_that_makes_the_same_steps():
    assert "optimizer = torch.optim.SGD(learned, RATE, momentum=0.9)" in lines_of(
        small(optimiser="momentum"), "pytorch"
    )
    changing = lines_of(small(optimiser="momentum", schedule="cosine"), "pytorch")
    assert "optimizer = KerasMomentum(learned, RATE, momentum=0.9)" in changing


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("keras", "keras.optimizers.Adam(RATE, beta_2=0.9)"),
        ("pytorch", "torch.optim.Adam(learned, RATE, betas=(0.9, 0.9))"),
    ],
)
def test_what_adam_remembers_is_written_where_it_is_not_the_usual(target, line):
    assert line in training_code_for(small(beta_2=0.9), target, SMALL).text
    assert "beta" not in training_code_for(small(), target, SMALL).text


@pytest.mark.parametrize("target", TRAINED)
def test_a_locked_layer_does_not_learn(target):
    document = small()
    locked = document.with_layer(0, replace(document.layers[0], is_locked=True))
    line = {"keras": "model.layers[0].trainable = False", "pytorch": "model[0].requires_grad_(False)"}[target]
    assert line in lines_of(locked, target)
    assert line not in lines_of(document, target)


@pytest.mark.parametrize("target", TRAINED)
def test_locked_weights_of_a_dense_layer_get_their_values_back(target):
    document = small()
    dense = document.layers[2]
    locked = document.with_layer(
        2, replace(dense, locks=Locks.none(dense.weights.shape).of_weights([(0, 1)]).of_bias(0))
    )
    text = training_code_for(locked, target, SMALL).text
    kept = {"keras": "keep_locked()", "pytorch": "# locked weights stay as they are"}[target]
    assert kept in text
    assert kept not in training_code_for(document, target, SMALL).text


def test_whole_numbers_take_a_byte_each():
    text = training_code_for(DIGITS, "pytorch", digit_data()).text
    assert "X = unpacked_bytes(" in text
    assert len(text) < 230_000


def test_many_samples_are_read_from_a_file_beside_the_program():
    many = Dataset("many", frozen(np.zeros((2**15, 4, 4, 1))), np.zeros(2**15, np.int64), None, ("a", "b"))
    with pytest.raises(FileProblem, match="32768 samples would fill the program"):
        training_code_for(small(), "keras", many)
    made = training_code_for(small(), "keras", many, "many-data.npz")
    assert 'with np.load(Path(__file__).with_name("many-data.npz")) as held:' in made.text
    assert {name: array.shape for name, array in made.arrays.items()} == {"x": (2**15, 4, 4, 1), "y": (2**15, 2)}


def test_a_bias_that_is_not_learned_is_refused():
    document = small()
    silent = replace(document.layers[0], bias=frozen(np.ones(2)), has_bias=False)
    with pytest.raises(FileProblem, match="adds a bias that it does not learn"):
        training_code_for(document.with_layer(0, silent), "keras", SMALL)


def test_data_that_do_not_fit_are_refused_in_a_sentence():
    with pytest.raises(FileProblem, match="Layer 3 cannot work on inputs of 8×8×1"):
        training_code_for(small(), "keras", digit_data())


def test_the_names_of_programs_tell_which_train():
    assert PROGRAMS["keras training"] == "Keras with training"
    assert list(PROGRAMS)[-2:] == ["keras training", "pytorch training"]


def test_a_program_that_trains_is_written_from_the_command_line(tmp_path, capsys):
    out = tmp_path / "train.py"
    assert main(["code", "example:digits", "--for", "keras", "--training", "-o", str(out)]) == 0
    assert "learner.train_on_batch(X[batch], Y[batch])" in out.read_text()
    assert list(tmp_path.iterdir()) == [out]
    assert main(["code", "example:digits", "--for", "numpy", "--training"]) == 2
    assert "--training is for --for keras and pytorch, not for numpy" in capsys.readouterr().err
    assert main(["code", "example:digits", "--for", "keras", "--data", "digits"]) == 2
    assert "--data is for --training" in capsys.readouterr().err


def test_the_data_that_a_project_names_are_those_of_its_program(tmp_path, capsys):
    patterns = replace(DIGITS.training, data="patterns:classes=2,per-class=3")
    save_document(tmp_path / "p.convstudio", replace(DIGITS, training=patterns))
    assert main(["code", str(tmp_path / "p.convstudio"), "--for", "keras", "--training"]) == 0
    assert "(6, 8, 8, 1)" in capsys.readouterr().out


@pytest.mark.parametrize("target", TRAINED)
def test_a_program_says_which_settings_of_the_end_it_leaves_out(target):
    document = small(patience=3, keeps_best=True)
    assert [
        line for line in lines_of(document, target) if "ConvStudio stops" in line or "ConvStudio keeps" in line
    ] == [
        "# ConvStudio stops 3 epochs after the lowest held-out loss; this trains them all.",
        "# ConvStudio keeps the weights of the lowest held-out loss; this keeps the last ones.",
    ]
