"""`convstudio info`, and kernels that are one array of a file."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from convstudio.cli import main
from convstudio.files.resources import load_sample
from tests.onnx_models import Chain

DRAW = np.random.default_rng(4)
SQUARE = DRAW.normal(size=(3, 3, 3, 3)).astype(np.float32)
WEIGHTS = DRAW.normal(size=(8, 1, 3, 3)).astype(np.float32)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def told(capsys):
    def run(*arguments):
        assert main(arguments) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def refused(capsys):
    def run(*arguments):
        assert main(arguments) == 2
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n")) == ("", 1)
        return printed.err

    return run


def tensors():
    save_file({"conv1.weight": WEIGHTS, "conv1.bias": np.ones(8, np.float32)}, "w.safetensors")


def test_weights_are_listed_with_their_order_and_range(told):
    tensors()
    (row,) = [line for line in told("info", "w.safetensors").splitlines() if line.startswith("conv1.weight  8×1×3×3")]
    assert "PyTorch" in row
    assert f"{WEIGHTS.max():.4g}" in row


def test_as_json_the_numbers_are_exact(told):
    tensors()
    found = json.loads(told("info", "w.safetensors", "--json"))
    weights = next(one for one in found["arrays"] if one["name"] == "conv1.weight")
    assert (weights["shape"], weights["type"], weights["minimum"]) == ([8, 1, 3, 3], "float32", float(WEIGHTS.min()))
    assert found["format"] == "Safetensors"


def test_a_state_dict_is_listed_with_its_chain_and_what_is_missing(told):
    save_file({"0.weight": WEIGHTS, "2.weight": np.ones((2, 8, 1, 1), np.float32)}, "w.safetensors")
    text = told("info", "w.safetensors")
    assert "A network of 2 layers" in text
    assert "no activations, strides" in text
    assert "2 arrays of weights." in text


def test_an_array_that_is_damaged_is_said_in_its_row(told):
    np.savez("w.npz", good=np.ones(3), bad=[np.nan])
    assert "holds NaN or infinity in “bad”" in told("info", "w.npz")


def test_a_network_is_listed_with_its_layers_and_arrays(told):
    with open("n.onnx", "wb") as file:  # noqa: PTH123
        file.write(Chain(1, 8, 9).then("Conv", WEIGHTS).then("Relu").data)
    text = told("info", "n.onnx")
    assert "A network of 2 layers for an input of 8×9×1." in text
    assert "PyTorch, stated by the format" in text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", "1,2\n3,4\n", "As a kernel: Read a.csv as a kernel of 2×2"),
        ("a.csv", "1,2\n3,4\n", "As an input: Read a.csv as 2 rows × 2 columns"),
    ],
)
def test_a_file_is_told_by_every_door_that_takes_it(told, tmp_path, name, content, sentence):
    (tmp_path / name).write_text(content)
    assert sentence in told("info", name)


def test_the_facts_of_a_picture_leave_out_nan_and_infinity_and_say_so(told):
    np.save("odd.npy", np.float32([[np.nan, 1, 2], [3, np.inf, -np.inf]]))
    facts = json.loads(told("info", "odd.npy", "--json"))
    assert "3 numbers are NaN or infinity: the facts below are of the others." in facts["notes"]


def test_an_example_is_told_with_its_layers(told):
    assert "A network of 8 layers" in told("info", "example:digits")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("a.docx", "has no known format"), ("a.pth", "convert it in Python"), ("a.npy", "is not a NumPy array")],
)
def test_what_cannot_be_told_is_refused(refused, tmp_path, name, sentence):
    (tmp_path / name).write_bytes(b"letter")
    assert sentence in refused("info", name)


def test_a_file_that_is_not_there_is_said_so(refused):
    assert "“gone” does not exist: check its name and its folder" in refused("info", "gone")


def apply(*options):
    assert main(["apply", "sample:tutorial-lines", *options, "-o", "out.npy"]) == 0
    return np.load("out.npy")


def expected(weights, bias=0):
    x = load_sample("tutorial-lines").values.to_array()[..., 0]
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
    return np.einsum("rcij,fij->rcf", windows, weights[:, 0]) + bias


def test_one_array_of_a_file_makes_all_filters_of_its_layer():
    tensors()
    np.testing.assert_allclose(apply("--kernel", "w.safetensors#conv1.weight"), expected(WEIGHTS), atol=1e-5)


def test_the_bias_comes_from_the_file_where_it_is_named():
    tensors()
    made = apply("--kernel", "w.safetensors#conv1.weight", "--bias", "w.safetensors#conv1.bias")
    np.testing.assert_allclose(made, expected(WEIGHTS, 1), atol=1e-5)


def test_a_file_of_one_array_needs_no_name():
    np.save("w.npy", WEIGHTS)
    np.testing.assert_allclose(apply("--kernel", "w.npy"), expected(WEIGHTS), atol=1e-5)


def test_an_array_of_one_kernel_is_a_kernel():
    np.savez("k.npz", a=WEIGHTS[0, 0], b=WEIGHTS)
    np.testing.assert_allclose(apply("--kernel", "k.npz#a"), expected(WEIGHTS[:1]), atol=1e-5)


def test_an_order_is_asked_for_only_where_both_fit(refused):
    np.save("w.npy", SQUARE)
    np.save("x.npy", DRAW.normal(size=(6, 7, 3)).astype(np.float32))
    arguments = ("apply", "x.npy", "--kernel", "w.npy", "-o", "y.npy")
    assert "add --order keras or --order pytorch" in refused(*arguments)
    made = []
    for order in ("keras", "pytorch"):
        assert main([*arguments, "--order", order]) == 0
        made.append(np.load("y.npy"))
    windows = np.lib.stride_tricks.sliding_window_view(np.load("x.npy"), (3, 3), axis=(0, 1))
    np.testing.assert_allclose(made[0], np.einsum("rckij,ijkf->rcf", windows, SQUARE), atol=1e-5)
    np.testing.assert_allclose(made[1], np.einsum("rckij,fkij->rcf", windows, SQUARE), atol=1e-5)


def test_a_name_that_the_file_lacks_is_refused_with_the_nearest(refused):
    tensors()
    told = refused("apply", "sample:tutorial-lines", "--kernel", "w.safetensors#conv1.wait", "-o", "o.npy")
    assert "holds no array “conv1.wait”: choose one such as conv1.weight" in told


def test_a_named_array_that_cannot_be_listed_says_why(refused):
    np.savez("w.npz", edge=np.ones((3, 3)), words=np.array(["a"]))
    told = refused("apply", "sample:tutorial-lines", "--kernel", "w.npz#words", "-o", "o.npy")
    assert "“words.npy”, holds values of type" in told


def test_a_bad_array_hides_no_other_one(told):
    np.savez("w.npz", good=np.ones(3), bad=np.array([{}], object))
    text = told("info", "w.npz")
    assert "1 array of weights." in text
    assert "“bad.npy”, holds Python objects" in text


def test_a_bad_array_of_a_network_hides_no_other_one(told, tmp_path):
    model = Chain(1, 8, 9).then("Relu").then("Conv", WEIGHTS).then("Conv", SQUARE).model
    model.graph.initializer[0].raw_data = b"short"
    (tmp_path / "n.onnx").write_bytes(model.SerializeToString())
    text = told("info", "n.onnx")
    assert "1 array of weights." in text
    assert "the array “array0” is damaged: get a whole copy of the file." in text
    assert "(Conv) cannot be a layer here: its array “array0” is damaged. The 1 layer before it is opened." in text


def test_what_a_file_cannot_be_read_as_is_told(told):
    np.save("w.npy", WEIGHTS)
    assert "Not read as a kernel: “w.npy” " in told("info", "w.npy")


TWO = '"{}": {{"type_id": "opencv-matrix", "rows": 1, "cols": 2, "dt": "f", "data": [1, {}]}}'


def test_the_kernels_of_a_file_with_several_are_listed(told, tmp_path):
    (tmp_path / "k.json").write_text(f"{{{TWO.format('a', 1)}, {TWO.format('b', 2)}}}")
    text = told("info", "k.json")
    assert "Kernel a: 2, first row 1 1" in text
    assert "Kernel b: 2, first row 1 2" in text


def test_one_array_of_a_file_of_weights_is_converted_by_its_name(tmp_path, capsys):
    np.savez(tmp_path / "net.npz", edge=np.float32([[1, 2], [3, 4]]), layer=np.ones((2, 2, 1, 3), np.float32))
    assert main(["convert", "net.npz#edge", "edge.csv"]) == 0
    assert capsys.readouterr().out.startswith("Read “net.npz#edge” as a kernel of 2×2 (one array of weights).\n")
    assert (tmp_path / "edge.csv").read_text() == "1,2\n3,4\n"
    assert main(["convert", "net.npz#layer", "layer.csv"]) == 2
    assert "“net.npz#layer” has 4 axes (2×2×1×3): a kernel is" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["1 2 3\n", "null", "# heading\n", "[1, 2]"])
def test_what_is_no_document_at_all_is_said_to_be_no_project(tmp_path, capsys, text):
    (tmp_path / "few.txt").write_text(text)
    assert main(["code", "few.txt", "--for", "numpy"]) == 2
    assert capsys.readouterr().err == (
        "convstudio: error: “few.txt” is not a ConvStudio project: choose a file that was saved as one\n"
    )


def test_one_kernel_of_a_file_with_several_is_applied_and_converted_by_its_name(tmp_path):
    (tmp_path / "k.json").write_text(f"{{{TWO.format('a', 1)}, {TWO.format('b', 2)}}}")
    assert main(["apply", "sample:tutorial-sequence", "--kernel", "k.json#b", "-o", "y.csv"]) == 0
    assert main(["convert", "k.json#b", "k.csv"]) == 0
    assert (tmp_path / "k.csv").read_text() == "1,2\n"


GIMP = "(c3 5)\n(c2 -1)\n(divisor 1)\n(offset 0)\n"


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("table.txt", "1 2\n3 4\n", "Table"),
        ("string.txt", "3x1: 1,2,3", "ImageMagick kernel string"),
        ("matrix.txt", f"# GIMP 'Convolution Matrix' settings\n{GIMP}", "GIMP convolution matrix"),
    ],
)
def test_the_format_is_the_one_that_was_read(told, tmp_path, name, text, kind):
    (tmp_path / name).write_text(text)
    assert told("info", name).startswith(f"{name}: {kind}\n")


def test_one_of_several_arrays_is_asked_for_by_its_name(refused):
    np.savez("w.npz", a=np.ones((3, 3)), b=np.ones((3, 3)))
    sentence = refused("apply", "sample:tutorial-lines", "--kernel", "w.npz", "-o", "out.npy")
    assert "“w.npz” holds 2 arrays (a, b): name one of them, as FILE#NAME, or save" in sentence
