"""A program can be read: it uses each library's own layers, names every layer, and no text of the user leaves it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.code import TARGETS, code_for
from convstudio.files.problems import FileProblem
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dropout import Dropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

ROOT = Path(__file__).parents[3]
EDGE = Conv.of(np.reshape([[-1, 0, 1]] * 3, (3, 3, 1, 1)))


def document_of(*layers, title="Lines", name="s", shape=(8, 8, 1)):
    return Document(Sample.of(name, np.ones(shape)), Network(layers), title)


def lines_of(document, target):
    return [line.strip() for line in code_for(document, target).splitlines()]


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_network_gives_the_same_program(target):
    assert code_for(document_of(EDGE), target) == code_for(document_of(EDGE), target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_title_stays_in_its_comment(target):
    hostile = "x\"\"\"\nimport gone\n'''\u2028import gone"
    program = code_for(document_of(EDGE, title=hostile, name=hostile), target)
    assert not [line for line in program.splitlines() if line.startswith("import gone")]
    compile(program, "<program>", "exec")


def test_keras_has_its_own_names_of_paddings_and_activations():
    layer = replace(EDGE, padding="same", stride=(2, 2), activation="relu")
    expected = 'layers.Conv2D(1, (3, 3), strides=(2, 2), padding="same", activation="relu"),'
    assert any(line.startswith(expected) for line in lines_of(document_of(layer, Pool(), GlobalPool()), "keras"))


def test_pytorch_pads_inside_the_convolution_where_it_can():
    layer = replace(EDGE, padding="same", padding_mode="reflect")
    expected = "nn.Conv2d(1, 1, (3, 3), padding=(1, 1), padding_mode='reflect'),"
    assert any(line.startswith(expected) for line in lines_of(document_of(layer), "pytorch"))


def test_pytorch_pads_before_the_convolution_where_the_sides_differ():
    layer = replace(EDGE, padding="same", stride=(2, 2))
    text = code_for(document_of(layer), "pytorch")
    assert "nn.ZeroPad2d((0, 1, 0, 1)),  # 1 Conv 3×3 · 1 filter: 1×8×8 → 1×4×4" in text


def test_small_kernels_are_written_as_rows_and_large_ones_as_bytes():
    text = code_for(document_of(EDGE, Conv.of(np.ones((9, 9, 1, 4)), None), shape=(20, 20, 1)), "numpy")
    assert "weights_1 = np.array([[-1.,  0.,  1.],\n" in text
    assert "weights_2 = unpacked(" in text


def test_only_functions_that_are_used_are_written():
    text = code_for(document_of(EDGE), "numpy")
    assert "def conv(" in text
    assert "def max_pool(" not in text


def test_a_program_says_that_no_library_draws_our_dropout():
    text = code_for(document_of(Dropout(0.5, 3)), "keras")
    assert "no library draws our mask from a seed" in text
    assert "np.random.default_rng(3).random((8, 8, 1)) >= 0.5" in text


def test_of_a_large_output_values_of_every_map_are_checked():
    document = document_of(Conv.of(np.ones((1, 1, 1, 64))), shape=(64, 64, 1))
    (line,) = [line for line in lines_of(document, "numpy") if line.startswith("# one in")]
    every = int(line.split()[3])
    assert len(set(np.arange(0, 64 * 64 * 64, every) % 64)) == 64


def test_maps_that_would_not_fit_are_refused_before_anything_is_computed():
    growing = ConvTranspose(frozen(np.ones((1, 1, 1, 1))), frozen([0]), (60, 60), (1, 1), "same")
    with pytest.raises(FileProblem, match=r"^Layer 2 \(Transposed 1×1 · 1 filter\) would make feature maps of"):
        code_for(document_of(growing, growing, growing), "numpy")


def test_a_layer_that_is_off_is_left_out():
    text = code_for(document_of(EDGE, replace(EDGE, is_on=False), Activation()), "pytorch")
    assert "weights_2" not in text
    assert "# 3 ReLU" in text


@pytest.mark.parametrize("target", TARGETS)
def test_a_layer_that_cannot_work_is_named(target):
    document = document_of(EDGE, Flatten(), EDGE)
    with pytest.raises(FileProblem, match=r"^Layer 3 \(Conv 3×3 · 1 filter\) cannot work: .*move it further left\.$"):
        code_for(document, target)


@pytest.mark.parametrize(("target", "library"), [("scipy", "SciPy"), ("opencv", "OpenCV")])
@pytest.mark.parametrize("layer", [Pool(), GlobalPool(), Flatten(), Dropout()])
def test_a_library_without_such_a_layer_says_so(target, library, layer):
    with pytest.raises(FileProblem, match=rf"^Layer 2 \(.*\) cannot be written for {library}: .* choose numpy"):
        code_for(document_of(EDGE, layer), target)


def test_opencv_takes_no_sequences():
    document = document_of(Conv.of(np.ones((3, 1, 1))), shape=(8, 1))
    with pytest.raises(FileProblem, match="it filters images of rows and columns"):
        code_for(document, "opencv")


def test_a_network_of_nothing_but_layers_that_are_off_passes_the_sample_on():
    text = code_for(document_of(replace(EDGE, is_on=False)), "numpy")
    exec(compile(text, "<program>", "exec"), {"__name__": "program"})


def test_the_command_line_offers_every_library_of_the_table(capsys):
    main(["code", "--help"])
    assert f"{{{','.join(TARGETS)}}}" in capsys.readouterr().out


@pytest.mark.parametrize("document", ["README.md", "packaging/CHANGELOG.md"])
def test_the_documents_name_every_library_of_the_table(document):
    text = " ".join((ROOT / document).read_text(encoding="utf-8").split()).replace(" and ", ", ").replace(" or ", ", ")
    assert ", ".join(TARGETS.values()) in text
