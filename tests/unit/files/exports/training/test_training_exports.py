"""Weights, curves and filters of a training are files that other programs read."""

import csv
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load

from convstudio.cli import main
from convstudio.files.code.named_weights import keras_weights, pytorch_weights
from convstudio.files.exports.page_formats import PAGE_FORMATS, PageSubject
from convstudio.files.exports.pictures import PictureStyle
from convstudio.files.exports.training.training_log import read_log
from convstudio.files.problems import FileProblem
from convstudio.files.projects.examples import load_example
from convstudio.files.weights import open_weights
from convstudio.model.kinds.activation import Activation
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import CURVES, FILTERS, WEIGHTS
from tests.training_records import network, record

DIGITS = load_example("digits")[0]
KINDS = {kind.name: kind for what in (WEIGHTS, CURVES, FILTERS) for kind in PAGE_FORMATS[what]}


def subject(held=None, document=DIGITS, **given):
    return PageSubject(forward(document), ViewState(), (), PictureStyle(), record=held, **given)


def test_pytorch_weights_are_its_state_dict():
    written = load(KINDS["PyTorch weights"].encode(subject()))
    assert written["0.weight"].shape == (8, 1, 3, 3)
    assert set(written) == set(pytorch_weights(DIGITS)) == {
        f"{place}.{name}" for place in (0, 3, 6) for name in ("weight", "bias")
    }  # fmt: skip


def test_keras_weights_stand_in_the_order_of_set_weights():
    with np.load(io.BytesIO(KINDS["Keras weights"].encode(subject()))) as archive:
        assert list(archive) == list(keras_weights(DIGITS)) == [
            "conv2d/kernel", "conv2d/bias", "conv2d_1/kernel", "conv2d_1/bias", "dense/kernel", "dense/bias",
        ]  # fmt: skip
        np.testing.assert_array_equal(archive["dense/kernel"], DIGITS.layers[6].weights)


@pytest.mark.parametrize("kind", PAGE_FORMATS[WEIGHTS], ids=lambda kind: kind.name)
def test_what_is_written_of_weights_can_be_opened_again(kind, tmp_path):
    path = tmp_path / f"weights{kind.endings[0]}"
    path.write_bytes(kind.encode(subject()))
    assert len(open_weights(path).entries) == 6


def test_a_network_without_weights_is_refused():
    document = Document(Sample.of("ones", np.ones((2, 2, 1))), Network((Activation(),)))
    with pytest.raises(FileProblem, match="no weights to export"):
        KINDS["PyTorch weights"].encode(subject(document=document))


def test_the_table_of_curves_is_read_as_numbers():
    rows = list(csv.DictReader(io.StringIO(KINDS["Curves, table"].encode(subject(record())).decode())))
    assert len(rows) == 40
    assert float(rows[3]["loss"]) == 0.5
    assert (rows[3]["held_out_loss"], rows[9]["held_out_loss"]) == ("", "1.5")


def test_the_vectors_of_curves_have_their_texts_and_a_line_for_each_curve():
    root = ElementTree.fromstring(KINDS["Curves"].encode(subject(record())))
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Loss", "Accuracy", "Learning rate", "batches", "held out", "step 40"} <= set(texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 8  # held out: 4 epochs, 2 charts


def test_the_picture_of_curves_is_as_large_as_three_charts():
    with Image.open(io.BytesIO(KINDS["Curves, picture"].encode(subject(record())))) as picture:
        assert picture.size == (1440, 1440)


@pytest.mark.parametrize("kind", PAGE_FORMATS[FILTERS], ids=lambda kind: kind.endings[0])
def test_the_animation_has_a_frame_for_every_kept_step(kind):
    with Image.open(io.BytesIO(kind.encode(subject(record())))) as animation:
        assert animation.n_frames == 21


def test_the_animation_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        KINDS["Filters, PNG"].encode(subject(record(), progress=progress))


@pytest.mark.parametrize("name", ["Curves, table", "Curves", "Curves, picture", "Filters, GIF"])
def test_without_a_training_there_is_nothing_to_write(name):
    with pytest.raises(ValueError, match="There is no training to export"):
        KINDS[name].encode(subject())


def test_weights_are_exported_from_the_command_line(tmp_path, capsys):
    out = tmp_path / "digits.npz"
    assert main(["export", "example:digits", str(out), "--what", "weights"]) == 0
    assert "conv2d_1/kernel" in np.load(out).files
    assert main(["export", "example:digits", str(out), "--what", "weights", "--names", "pytorch"]) == 0
    assert "3.weight" in np.load(out).files
    assert main(["export", "example:digits", str(tmp_path / "maps.npz"), "--names", "keras"]) == 2
    assert "--names is for --what weights" in capsys.readouterr().err


LOG = """
{"epoch":1,"step":43,"loss":2.0,"accuracy":0.25,"held_out_loss":1.75,"held_out_accuracy":0.5}
{"epoch":2,"step":86,"loss":1.0,"accuracy":0.5,"held_out_loss":1.25,"held_out_accuracy":0.75}
"""


def test_the_curves_of_a_log_are_written_from_the_command_line(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(LOG)
    assert main(["export", str(log), str(tmp_path / "curves.csv"), "--what", "curves"]) == 0
    rows = list(csv.DictReader((tmp_path / "curves.csv").read_text().splitlines()))
    assert [(row["step"], row["loss"], row["held_out_accuracy"]) for row in rows] == [
        ("43", "2.0", "0.5"), ("86", "1.0", "0.75"),
    ]  # fmt: skip
    assert main(["export", str(log), str(tmp_path / "curves.svg"), "--what", "curves"]) == 0
    texts = (tmp_path / "curves.svg").read_text()
    assert "Accuracy" in texts
    assert "Learning rate" not in texts


def test_epochs_that_were_trained_again_are_those_of_the_later_run(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(LOG + LOG.replace('"loss":2.0', '"loss":3.0').splitlines()[1])
    assert [(epoch.epoch, epoch.loss) for epoch in read_log(log).run.epochs] == [(1, 3.0)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "line 1 does not report an epoch"),
        ("hello", "line 1 does not report an epoch"),
        (" ", "reports no epoch"),
    ],
)
def test_a_file_that_is_no_log_is_refused_in_a_line(tmp_path, capsys, text, reason):
    log = tmp_path / "log.jsonl"
    log.write_text(text)
    assert main(["export", str(log), str(tmp_path / "curves.svg"), "--what", "curves"]) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "curves.svg").exists()


def test_networks_of_the_tests_can_be_run():
    document = Document(Sample.of("ones", np.ones((8, 8, 1))), network())
    assert forward(document).layers[-1].maps.shape == (3,)
