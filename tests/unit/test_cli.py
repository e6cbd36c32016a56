import dataclasses
import io
import json
import os
import subprocess
import sys
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convstudio import __version__
from convstudio.cli import main
from convstudio.files.batch.manifest import MANIFEST_NAME
from convstudio.files.projects.documents import save_document
from convstudio.files.resources import load_sample
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.ops.native.engine import found


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def refused(capsys):
    """Return the one line that a refused command prints."""

    def run(*arguments, status=2):
        assert main(arguments) == status
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("convstudio: error: ")
        assert printed.err.count("\n") == 1
        return printed.err.removeprefix("convstudio: error: ").rstrip("\n")

    return run


def apply(*options, source="sample:tutorial-lines", output="out.csv"):
    assert main(["apply", source, *options, "-o", output]) == 0
    return np.loadtxt(output, delimiter=",", ndmin=2) if output.endswith(".csv") else np.load(output)


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def test_maps_that_do_not_fit_are_refused_before_memory_is_taken(refused, monkeypatch):
    monkeypatch.setattr("convstudio.files.limits.LIMITS", dataclasses.replace(LIMITS, output_values=35))
    sentence = refused("apply", "sample:tutorial-lines", "--kernel", "tutorial-vertical-line", "-o", "out.npy")
    assert "would make feature maps of 6×6×1 = 36 values" in sentence
    assert names(".") == []


def test_the_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"convstudio {__version__}\nengine: {found().told}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["apply", "--help"], ["detectors", "--help"]])
def test_help_is_printed(arguments, capsys):
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("usage: convstudio")


def test_help_names_the_commands_that_need_no_window(capsys):
    main(["--help"])
    assert "convstudio apply" in capsys.readouterr().out


# --- the settings of a layer -------------------------------------------------------------------------------------


def test_a_bias_is_added_to_every_output():
    assert apply("--kernel", "tutorial-vertical-line", "--bias", "1/2")[0].tolist() == [0.5, 0.5, 3.5, 3.5, 0.5, 0.5]


def test_a_bias_may_begin_with_a_minus():
    assert apply("--kernel", "tutorial-vertical-line", "--bias", "-1")[0].tolist() == [-1, -1, 2, 2, -1, -1]


def test_every_kernel_makes_a_filter_with_a_bias_of_its_own():
    kernels = ("--kernel", "tutorial-vertical-line", "--kernel", "tutorial-horizontal-line")
    assert apply(*kernels, "--bias", "-1,2", output="out.npy")[0, 2].tolist() == [2, 4]


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ((), (6, 6)),
        (("--stride", "2"), (3, 3)),
        (("--stride", "2,1"), (3, 6)),
        (("--dilation", "2"), (4, 4)),
        (("--dilation", "1,3"), (6, 2)),
        (("--padding", "same"), (8, 8)),
        (("--padding", "full"), (10, 10)),
        (("--padding", "1"), (8, 8)),
        (("--padding", "0,2"), (6, 10)),
        (("--padding", "0:1,2:3"), (7, 11)),
        (("--padding", "0:1,2"), (7, 10)),
    ],
)
def test_strides_dilation_and_padding_change_the_shape(options, shape):
    assert apply("--kernel", "box-blur-3", *options).shape == shape


def test_a_padding_mode_decides_what_lies_outside():
    row = apply("--kernel", "box-blur-3", "--padding", "same", "--padding-mode", "replicate", source="sample:ramp")[0]
    np.testing.assert_allclose(row[[0, -1]], [1 / 3, 6 + 2 / 3], rtol=1e-6)


def test_a_flipped_kernel_is_true_convolution():
    kernels = ("--kernel", "sobel-x")
    np.testing.assert_array_equal(apply(*kernels, "--flip"), -apply(*kernels))


def test_an_activation_follows_the_bias():
    assert apply("--kernel", "sobel-x", "--activation", "relu").min() == 0


def test_groups_let_every_filter_read_its_own_channel():
    same = ("--kernel", "identity") * 3
    result = apply(*same, "--groups", "3", "--padding", "same", source="sample:astronaut", output="out.npy")
    np.testing.assert_array_equal(result, load_sample("astronaut").values.to_array())


def test_a_kernel_without_channels_is_summed_over_all():
    result = apply("--kernel", "identity", "--padding", "same", source="sample:coffee", output="out.npy")
    np.testing.assert_allclose(result[..., 0], load_sample("coffee").values.to_array().sum(axis=-1), rtol=1e-6)


def test_a_kernel_with_channels_weighs_each():
    result = apply("--kernel", "luma-bt601", source="sample:chelsea", output="out.npy")
    expected = load_sample("chelsea").values.to_array() @ np.array([0.299, 0.587, 0.114], np.float32)
    np.testing.assert_allclose(result[..., 0], expected, rtol=1e-5)


def test_inputs_may_stand_between_options(tmp_path):
    assert main(["apply", "--kernel", "sobel-x", "sample:step", "-o", "out.csv", "--stride", "2"]) == 0


# --- what stands there already ------------------------------------------------------------------------------------

TWO = ("--kernel", "sobel-x", "--kernel", "sobel-y")


def test_a_file_under_another_name_than_the_given_one_is_not_replaced(refused):
    Path("shot-0.png").write_bytes(b"mine")
    sentence = refused("apply", "sample:tutorial-lines", *TWO, "-o", "shot.png")
    assert sentence == "“shot-0.png” would be replaced: add --force to replace, or name another output"
    assert (names("."), Path("shot-0.png").read_bytes()) == (["shot-0.png"], b"mine")


def test_with_force_it_is_replaced():
    Path("shot-0.png").write_bytes(b"mine")
    assert main(["apply", "sample:tutorial-lines", *TWO, "-o", "shot.png", "--force"]) == 0
    assert Path("shot-0.png").read_bytes().startswith(b"\x89PNG")


def test_the_given_file_itself_is_replaced():
    Path("out.csv").write_bytes(b"mine")
    assert apply("--kernel", "tutorial-vertical-line").shape == (6, 6)


def test_results_in_a_folder_are_not_replaced_and_nothing_is_computed_first(refused, monkeypatch):
    monkeypatch.setattr("convstudio.commands.apply.ApplyWork.__call__", None)
    Path("out").mkdir()
    Path("out/letter-b.npy").write_bytes(b"mine")
    sentence = refused("apply", "sample:letter-a", "sample:letter-b", "--kernel", "sobel-x", "-o", "out")
    assert sentence.startswith("“out/letter-b.npy” would be replaced")
    assert Path("out/letter-b.npy").read_bytes() == b"mine"


def test_force_goes_with_a_project():
    document = Document(load_sample("letter-a"), Network((Activation(),)))
    save_document("p.convstudio", document)
    assert main(["apply", "sample:letter-a", "--project", "p.convstudio", "-o", "out.npy", "--force"]) == 0


@pytest.mark.parametrize("taken", ["out/b-1.csv", "out/b-0.csv"])
def test_a_taken_name_of_a_later_input_is_found_before_anything_is_written(refused, taken):
    for name in ("a.csv", "b.csv"):
        np.savetxt(name, np.eye(8), delimiter=",")
    Path("out").mkdir()
    Path(taken).write_bytes(b"mine")
    assert refused("apply", "a.csv", "b.csv", *TWO, "-o", "out").startswith(f"“{taken}” would be replaced")
    assert (names("out"), Path(taken).read_bytes()) == ([Path(taken).name], b"mine")


def test_of_two_inputs_whose_numbered_maps_have_one_name_the_second_is_refused(capsys):
    save_document("p.convstudio", Document(load_sample("letter-a"), Network((Activation(),))))
    for name, channels in (("a.png", 3), ("a-0.png", 1)):
        Image.fromarray(np.zeros((9, 9, channels), np.uint8).squeeze()).save(name)
    assert main(["apply", "a.png", "a-0.png", "--project", "p.convstudio", "-o", "out"]) == 2
    assert "two inputs would both become “out/a-0.png”" in capsys.readouterr().err
    assert names("out") == ["a-0.png", "a-1.png", "a-2.png", MANIFEST_NAME]


# --- several inputs ----------------------------------------------------------------------------------------------


def test_several_inputs_go_into_a_folder_each_in_its_own_kind(tmp_path):
    np.save("a.npy", np.eye(8))
    np.savetxt("b.csv", np.eye(8), delimiter=",")
    Image.fromarray(np.zeros((9, 9), np.uint8)).save("c.jpg")
    assert main(["apply", "a.npy", "b.csv", "c.jpg", "sample:step", "--kernel", "sobel-x", "-o", "out"]) == 0
    assert names("out") == ["a.npy", "b.csv", "c.png", MANIFEST_NAME, "step.npy"]


def test_one_input_goes_into_a_folder_that_exists(tmp_path):
    Path("out").mkdir()
    assert main(["apply", "sample:step", "--kernel", "sobel-x", "-o", "out"]) == 0
    assert names("out") == [MANIFEST_NAME, "step.npy"]


def test_two_inputs_with_one_name_are_refused_before_anything_is_written(refused):
    Path("d").mkdir()
    np.save("a.npy", np.eye(8))
    np.save("d/a.npy", np.eye(8))
    assert "would both become “out/a.npy”" in refused("apply", "a.npy", "d/a.npy", "--kernel", "sobel-x", "-o", "out")
    assert not Path("out").exists()


def test_several_inputs_and_a_file_as_output_are_refused(refused):
    Path("out").touch()
    message = refused("apply", "sample:step", "sample:ramp", "--kernel", "sobel-x", "-o", "out")
    assert message == "“out” is a file, and several inputs need a folder: name another one"


def test_a_picture_says_its_levels_on_the_screen(capsys):
    main(["apply", "sample:tutorial-lines", "--kernel", "tutorial-vertical-line", "-o", "m.png"])
    assert capsys.readouterr().out == "m.png: black is 0, white is 3\n"


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--kernel", "sobl-x"], "there is no kernel file and no detector “sobl-x”: did you mean sobel-x"),
        (["--kernel", "§"], "see convstudio detectors for the list"),
        (["--kernel", "gone.npy"], "“gone.npy” does not exist: check its name and its folder"),
        (
            ["--kernel", "tutorial-bump"],
            "(3) does not fit the input “Tutorial: two-pixel line” (8×8×1): use one of rows",
        ),
        (["--kernel", "luma-bt601"], "(1×1×3) does not fit"),
        (["--kernel", "sobel-x", "--kernel", "gaussian-5"], "“sobel-x” (3×3) and “gaussian-5” (5×5) differ in size"),
        (["--kernel", "sobel-x", "--bias", "1,2"], "--bias has 2 numbers for 1 filter: give one for each filter"),
        (["--kernel", "sobel-x", "--bias", "x"], "“x” is not a number"),
        (["--kernel", "sobel-x", "--stride", "0"], "“0” is not a valid stride: give a whole number from 1 to 64"),
        (["--kernel", "sobel-x", "--stride", "1,2,3"], "stride (1, 2, 3) has length 3"),
        (["--kernel", "sobel-x", "--dilation", "65"], "“65” is not a valid dilation: give a whole number from 1 to 64"),
        (["--kernel", "sobel-x", "--dilation", "9"], "is larger than the padded input 8×8"),
        (
            ["--kernel", "sobel-x", "--padding", "257"],
            "“257” is not a valid padding: give a whole number from 0 to 256",
        ),
        (["--kernel", "sobel-x", "--padding", "smae"], "or one of valid, same, full, causal"),
        (["--kernel", "sobel-x", "--padding", "0:1"], "padding ((0, 1),) has length 1"),
        (["--kernel", "sobel-x", "--padding", "causal"], "is for sequences"),
        (["--kernel", "sobel-x", "--padding", "9", "--padding-mode", "reflect"], "reflect"),
        (
            ["--kernel", "sobel-x", "--padding-mode", "mirror"],
            "--padding-mode: “mirror” is not one of its choices: give one of zeros, ",
        ),
        (["--kernel", "sobel-x", "--padding", "full,1"], "“full,1” is not a padding: give “full” alone, or cells"),
        (["--kernel", "sobel-x", "--pool", "max"], "“max” is not a pooling: give one such as max:2"),
        (["--kernel", "sobel-x", "--colours", "rainbow"], " and 44 more: see convstudio apply --help"),
        (["--kernel", "sobel-x", "--groups", "2"], "groups"),
        (["--kernel", "sobel-x", "--groups", "0"], "“0” is not a valid groups"),
        (
            ["--kernel", "sobel-x", "--activation", "swish"],
            "--activation: “swish” is not one of its choices: give one of linear, relu, ",
        ),
        (["--kernel", "sobel-x", "--strid", "2"], "unrecognized arguments: --strid"),
        ([], "one of the arguments --kernel --project is required: see convstudio apply --help"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(refused, options, sentence):
    assert sentence in refused("apply", "sample:tutorial-lines", *options, "-o", "out.csv")
    assert not Path("out.csv").exists()


@pytest.mark.parametrize("kernel", ["sobel-x", "wide.npy"])
def test_a_sequence_has_steps_and_no_columns(refused, kernel):
    np.save("wide.npy", np.ones((2, 2, 2, 2)))
    sentence = refused("apply", "sample:tutorial-sequence", "--kernel", kernel, "-o", "out.csv")
    assert "steps" in sentence
    assert "columns" not in sentence.replace("rows × columns", "")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("sample:astronut", "the sample “astronut” does not exist: did you mean astronaut"),
        ("gone.png", "“gone.png” does not exist: check its name and its folder"),
        ("gone.docx", "“gone.docx” is not an input: choose a file that ends in"),
        (".", "“.” holds no inputs: name a folder"),
        ("a\nb.png", "“a?b.png” does not exist"),
        ("", "“” is not an input"),
    ],
)
def test_a_wrong_input_is_refused_in_one_line(refused, source, sentence):
    assert sentence in refused("apply", source, "--kernel", "sobel-x", "-o", "out.csv")


@pytest.mark.parametrize(
    ("output", "status", "sentence"),
    [
        ("out.docx", 2, "“out.docx” has no known format"),
        ("out", 2, "has no known format"),
        ("gone/out.csv", 1, "“gone/out.csv” was not saved: its folder does not exist"),
        ("gone/deep/", 1, "was not made (no such file or directory): make the folder first"),
        ("/dev/null", 2, "has no known format"),
    ],
)
def test_a_wrong_output_is_refused_in_one_line(refused, output, status, sentence):
    arguments = ("apply", "sample:step", "--kernel", "sobel-x", "-o", output)
    assert sentence in refused(*arguments, status=status)


def test_a_full_disk_is_a_failed_write(refused, monkeypatch):
    def fill(file, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", fill)
    line = refused("apply", "sample:step", "--kernel", "sobel-x", "-o", "out.csv", status=1)
    assert line.startswith("“out.csv” was not saved: the disk is full")
    assert names(".") == []


def test_too_little_memory_is_said(refused, monkeypatch):
    monkeypatch.setattr(Conv, "run", lambda *values: (_ for _ in ()).throw(MemoryError))
    assert "there is not enough memory" in refused("apply", "sample:step", "--kernel", "sobel-x", "-o", "out.csv")


# --- detectors ---------------------------------------------------------------------------------------------------


def test_all_detectors_are_listed(capsys):
    assert main(["detectors"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 75


def test_detectors_are_listed_as_json_with_their_weights(capsys):
    main(["detectors", "list", "--json"])
    entries = {entry["id"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert entries["tutorial-bump"]["weights"] == [0, 1, 0]
    assert len(entries) == 75


def test_a_detector_is_shown_with_fractions_and_its_source(capsys):
    main(["detectors", "show", "box-blur-3"])
    printed = capsys.readouterr().out
    assert "  1/9  1/9  1/9\n" in printed
    assert "source:  fspecial average" in printed


def test_a_detector_of_channels_is_shown_by_their_names(capsys):
    main(["detectors", "show", "luma-bt601"])
    assert "red" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize("name", ["k.kernel.json", "k.npy", "k.csv", "k.tsv", "k.txt", "k.safetensors"])
def test_an_exported_detector_does_the_same_as_its_id(name):
    assert main(["detectors", "export", "gaussian-5", "-o", name]) == 0
    np.testing.assert_array_equal(apply("--kernel", name), apply("--kernel", "gaussian-5"))


def test_an_exported_detector_for_sequences_does_the_same_as_its_id():
    assert main(["detectors", "export", "savitzky-golay-5", "-o", "k.csv"]) == 0
    source = "sample:noisy-sine"
    np.testing.assert_array_equal(
        apply("--kernel", "k.csv", source=source), apply("--kernel", "savitzky-golay-5", source=source)
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "sobl-x"], "did you mean sobel-x"),
        (["show"], "the following arguments are required: ID"),
        (["export", "sobel-x"], "the following arguments are required: -o/--output"),
        (["export", "sobel-x", "-o", "k.docx"], "has no known format"),
        (["export", "luma-bt601", "-o", "k.csv"], "holds rows and columns, and the kernel has 3 channels"),
        (["lst"], "unrecognized arguments: lst"),
    ],
)
def test_a_wrong_detector_command_is_refused_in_one_line(refused, arguments, sentence):
    assert sentence in refused("detectors", *arguments)


# --- convert -----------------------------------------------------------------------------------------------------


def test_a_kernel_is_converted_and_both_ways_are_told(capsys):
    assert main(["convert", "sobel-x", "k.svg"]) == 0
    assert main(["convert", "k.svg", "k.csv"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "Wrote “k.svg” (SVG filter, turned by 180°, because SVG applies it as a true convolution).",
        "Read “k.svg” as a kernel of 3×3 (SVG filter, turned by 180°, because SVG applies it as a true convolution). "
        "Its bias is 0.",
        "Wrote “k.csv” (Table).",
    ]
    np.testing.assert_array_equal(apply("--kernel", "k.csv"), apply("--kernel", "sobel-x"))


def test_one_row_stays_a_row_of_an_image_on_request():
    Path("row.csv").write_text("1,0,-1\n")
    main(["convert", "row.csv", "row.npy", "--rank", "2"])
    main(["convert", "row.csv", "sequence.npy"])
    assert (np.load("row.npy").shape, np.load("sequence.npy").shape) == ((1, 3), (3,))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sobl-x", "k.csv"], "did you mean sobel-x"),
        (["sobel-x"], "the following arguments are required: OUT"),
        (["sobel-x", "k.docx"], "has no known format"),
        (["sobel-x", "k.csv", "--rank", "3"], "--rank: “3” is not one of its choices: give one of 1, 2"),
    ],
)
def test_a_wrong_conversion_is_refused_in_one_line(refused, arguments, sentence):
    assert sentence in refused("convert", *arguments)


def test_a_kernel_that_a_format_cannot_hold_is_refused_in_one_line(refused):
    np.save("deep.npy", np.ones((3, 3, 2), np.float32))
    assert "“k.csv”" in refused("convert", "deep.npy", "k.csv")
    assert not Path("k.csv").exists()


def test_apply_tells_once_how_a_kernel_file_was_read_and_takes_its_bias(capsys):
    Path("k.svg").write_text('<feConvolveMatrix kernelMatrix="0 0 0 0 1 0 0 0 0" bias="0.25"/>')
    main(["apply", "sample:step", "sample:cross", "--kernel", "k.svg", "-o", "out"])
    assert capsys.readouterr().err.splitlines() == [
        "convstudio: Read “k.svg” as a kernel of 3×3 (SVG filter, turned by 180°, because SVG applies it as a true "
        "convolution). Its bias is 0.25.",
        "convstudio: 2 inputs: 2 written",
    ]
    difference = apply("--kernel", "k.svg", source="sample:step") - apply("--kernel", "identity", source="sample:step")
    np.testing.assert_allclose(difference, 0.25)


def test_a_bias_that_is_given_replaces_that_of_the_kernel_file():
    Path("k.svg").write_text('<feConvolveMatrix kernelMatrix="0 0 0 0 1 0 0 0 0" bias="0.25"/>')
    np.testing.assert_array_equal(apply("--kernel", "k.svg", "--bias", "0"), apply("--kernel", "identity"))


# --- the window --------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch):
    """Return the list of what the window was asked to open."""
    asked = []
    app = types.ModuleType("convstudio.app")
    app.run = lambda files: asked.append(files) or 7
    monkeypatch.setitem(sys.modules, "convstudio.app", app)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return asked


def test_without_a_command_the_window_opens(opened):
    assert (main([]), opened) == (7, [[]])


def test_the_window_opens_with_files(opened):
    Path("a.png").touch()
    assert (main(["a.png", "sample:ramp"]), opened) == (7, [["a.png", "sample:ramp"]])


def test_a_file_that_is_missing_opens_no_window(refused, opened):
    assert refused("aplly") == "“aplly” is neither a command nor a file: check its name, or see convstudio --help"
    assert opened == []


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux Qt ends the process without a display")
def test_without_a_display_one_sentence_says_what_to_do(refused, opened, monkeypatch):
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert refused(status=1).startswith("there is no display to open a window on: ")


def test_a_missing_library_of_the_window_is_said_in_one_sentence(refused, opened, monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "convstudio.app":
                raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.delitem(sys.modules, "convstudio.app")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert "apt-get install libegl1" in refused(status=1)


# --- the process -------------------------------------------------------------------------------------------------


def run(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "convstudio", *arguments], capture_output=True, **options)


def test_nothing_of_qt_is_loaded_without_a_window():
    code = (
        "import sys; from convstudio.cli import main; "
        "status = main(['apply', 'sample:step', '--kernel', 'sobel-x', '-o', 'out.csv']); "
        "print(status, [name for name in sys.modules if name.startswith(('PySide6', 'shiboken6', 'pyqtgraph'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0 []\n"


def test_the_module_can_be_run(capsys):
    assert run("--version").stdout.decode() == f"convstudio {__version__}\nengine: {found().told}\n"


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_reader_that_leaves_early_is_no_error():
    command = f"'{sys.executable}' -m convstudio detectors --json | head -n 1 >first; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.stdout.strip() in (b"141", b"0")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_printed_is_said_in_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "convstudio", "detectors"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr.decode().count("\n")) == (1, 1)


def test_characters_that_a_terminal_lacks_are_no_error():
    done = run("detectors", "show", "sobel-x", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, b"")


FIELD = Path(__file__).parents[1] / "field"


def kernel_of_one():
    np.save("one.npy", np.ones((1, 1), np.float32))
    return "one.npy"


def told(capsys, *arguments):
    assert main(["apply", *map(str, arguments), "--kernel", kernel_of_one(), "-o", "out.npy"]) == 0
    return np.load("out.npy").shape, capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "shape", "said"),
    [
        (
            [],
            (12, 16, 1),
            "convstudio: Read a21_3hw_small.npy as 12 rows × 16 columns × 3 channels (channels "
            "first). For 3 rows × 12 columns × 16 channels (channels last), add --channels last.\n",
        ),
        (["--channels", "last"], (3, 12, 1), ""),
    ],
)
def test_an_order_of_axes_that_was_decided_is_said_and_an_option_decides_otherwise(capsys, options, shape, said):
    assert told(capsys, FIELD / "a21_3hw_small.npy", *options) == (shape, said)


@pytest.mark.parametrize(
    ("options", "shape", "said"),
    [
        ([], (2, 3, 1), "(without the header row). For 3 rows × 3 columns (every row is data), add --header no.\n"),
        (["--header", "no"], (3, 3, 1), ""),
        (["--header", "yes"], (2, 3, 1), "2 rows × 3 columns (without the header row).\n"),
    ],
)
def test_a_header_of_numbers_that_was_decided_is_said_and_an_option_decides_otherwise(capsys, options, shape, said):
    found, printed = told(capsys, FIELD / "t07_pandas_noindex.csv", *options)
    assert found == shape
    assert printed.endswith(said)
    assert bool(printed) == bool(said)


def test_the_decimal_sign_and_the_sample_of_a_batch_are_options(capsys):
    Path("x.csv").write_text("1,2;0\n3,4;0\n")
    assert "with decimal commas" in told(capsys, "x.csv", "--decimal", "comma")[1]
    np.save("batch.npy", np.zeros((4, 3, 12, 16)))
    assert "Read sample 3 of 4 as 12 rows × 16 columns" in told(capsys, "batch.npy", "--page", "3")[1]


def test_a_page_that_is_not_there_is_refused(refused):
    np.save("batch.npy", np.zeros((4, 3, 12, 16)))
    sentence = refused("apply", "batch.npy", "--page", "5", "--kernel", kernel_of_one(), "-o", "out.npy")
    assert "has 4 samples, not a sample 5: choose one from 1 to 4" in sentence


def test_what_happened_to_transparent_pixels_is_said(capsys):
    Image.new("RGBA", (3, 3), (255, 0, 0, 128)).save("x.png")
    assert told(capsys, "x.png")[1].endswith("3 rows × 3 columns × 3 channels. Transparency was laid on white.\n")


def test_an_input_that_leaves_nothing_to_decide_is_not_commented(capsys):
    Path("x.csv").write_text("1,2\n3,4\n")
    assert told(capsys, "x.csv") == ((2, 2, 1), "")


def test_an_interruption_is_quiet(monkeypatch, capsys):
    def interrupt(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("convstudio.cli._run", interrupt)
    assert (main(["detectors"]), capsys.readouterr().err) == (130, "")


def test_the_command_line_works_without_streams_to_reconfigure(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert main(["--version"]) == 0


def test_the_maps_are_pooled_after_the_activation():
    made = apply("--kernel", "vertical-line", "--activation", "relu", "--pool", "max:2")
    np.testing.assert_array_equal(made, [[0, 3, 0]] * 3)


@pytest.mark.parametrize("pooling", ["min:2", "max", "max:0", "max:2,2,2", "max:9"])
def test_a_pooling_that_cannot_work_is_refused(refused, pooling):
    assert "pool" in refused(
        "apply", "sample:tutorial-lines", "--kernel", "sobel-x", "--pool", pooling, "-o", "out.csv"
    )
    assert names(".") == []


@pytest.fixture
def project():
    """Save a project: Sobel with a stride and ReLU, on the tutorial's lines."""
    layer = replace(Conv.of(np.reshape([-1, 0, 1] * 3, (3, 3, 1, 1))), stride=(1, 2), activation="relu")
    save_document("own.convstudio", Document(load_sample("tutorial-lines"), Network((layer,))))
    return "own.convstudio"


def test_a_saved_network_runs_on_another_input(project):
    np.save("steps.npy", np.tile(np.float32([0, 0, 1, 2, 2, 0, 0]), (4, 1)))
    np.testing.assert_array_equal(apply("--project", project, source="steps.npy"), [[3, 3, 0]] * 2)


def test_settings_beside_a_project_are_refused(refused, project):
    told = refused("apply", "sample:tutorial-lines", "--project", project, "--padding-mode", "reflect", "-o", "out.csv")
    assert told == "--project brings its own layers: leave out --padding-mode"


def test_an_input_that_does_not_run_through_a_project_is_refused(refused, project):
    told = refused("apply", "sample:tutorial-sequence", "--project", project, "-o", "out.csv")
    assert "does not run through the project" in told
    assert not Path("out.csv").exists()


@pytest.fixture
def classifier():
    """Save a network that makes a vector of three shares: it reads any image of one channel."""
    numbers = np.random.default_rng(4)
    first = replace(Conv.of(numbers.standard_normal((3, 3, 1, 4))), activation="relu")
    last = Dense.of(numbers.standard_normal((4, 3)), activation="softmax")
    layers = (first, Pool(), GlobalPool(), last)
    save_document("classes.convstudio", Document(load_sample("tutorial-lines"), Network(layers)))
    return "classes.convstudio"


def test_a_network_that_makes_a_vector_writes_one_row(classifier):
    row = apply("--project", classifier)
    assert row.shape == (1, 3)
    np.testing.assert_allclose(row.sum(), 1, rtol=1e-6)


def test_a_vector_is_an_array_with_one_axis(classifier):
    assert apply("--project", classifier, output="out.npy").shape == (3,)


def test_a_vector_in_json_counts_units(classifier):
    assert main(["apply", "sample:tutorial-lines", "--project", classifier, "-o", "out.json"]) == 0
    assert json.loads(Path("out.json").read_text())["axes"] == ["units"]


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_vector_is_no_picture(refused, classifier, suffix):
    told = refused("apply", "sample:tutorial-lines", "--project", classifier, "-o", f"out{suffix}")
    assert (
        told == f"“out{suffix}” would be a picture of a vector of 3 values: use the extension "
        ".npy, .json, .csv, .tsv, .npz, .xlsx"
    )


def test_pictures_that_become_vectors_are_written_as_rows_into_the_folder(classifier):
    Image.fromarray(np.eye(9, dtype=np.uint8) * 255).save("a.png")
    np.savetxt("a.csv", np.eye(9), delimiter=",")
    assert main(["apply", "a.png", "a.csv", "--project", classifier, "-o", "out"]) == 0
    assert names("out") == ["a.csv", "a.png.csv", MANIFEST_NAME]
    assert Path("out/a.csv").read_text() == Path("out/a.png.csv").read_text()


def test_every_layers_maps_are_checked_before_the_first_one_runs(refused, monkeypatch):
    layers = (Conv.of(np.ones((3, 3, 1, 1))), _growing(20), GlobalPool())
    save_document("grow.convstudio", Document(load_sample("tutorial-lines"), Network(layers)))
    monkeypatch.setattr("convstudio.files.limits.LIMITS", dataclasses.replace(LIMITS, output_values=10_000))
    monkeypatch.setattr(Conv, "run", lambda *_: pytest.fail("a layer ran"))
    told = refused("apply", "sample:tutorial-lines", "--project", "grow.convstudio", "-o", "out.csv")
    assert "would make feature maps of 120×120×1 = 14400 values" in told


def _growing(times):
    weights = np.ones((1, 1, 1, 1), np.float32)
    return ConvTranspose(weights, np.zeros(1, np.float32), (times, times), (1, 1), "same")


def test_a_layer_in_the_middle_that_cannot_work_is_told(refused):
    layers = (Flatten(), Conv.of(np.ones((3, 3, 1, 1))), Activation())
    save_document("flat.convstudio", Document(load_sample("tutorial-lines"), Network(layers)))
    told = refused("apply", "sample:tutorial-lines", "--project", "flat.convstudio", "-o", "out.csv")
    assert told.endswith("its input is a vector of 64 values: move it further left")


# --- projects as text --------------------------------------------------------------------------------------------


def test_a_project_is_summed_up_as_a_table(classifier, capsys):
    assert main(["summary", classifier]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[3].split("  ")[0] == "Conv 3×3 · 4 filters"
    assert told.endswith("Parameters: 55 (55 learned, 0 measured)\nMultiply-adds: 1\xa0308\n")


def test_a_summary_in_json_has_a_row_for_each_layer(classifier, capsys):
    assert main(["summary", classifier, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["output_shape"] for row in told["layers"]] == [[6, 6, 4], [3, 3, 4], [4], [3]]
    assert told["layers"][1]["field"] == {"size": [4, 4], "jump": [2, 2], "start": [0, 0]}
    assert (told["input"], told["parameters"], told["measured"], told["multiplications"]) == ([8, 8, 1], 55, 0, 1308)


def test_a_summary_is_text_in_json_or_a_picture_and_not_both(refused, classifier):
    assert "--json is for text, and “s.svg” is a picture: leave one of them out" in refused(
        "summary", classifier, "--json", "-o", "s.svg"
    )
    assert not Path("s.svg").exists()


def test_a_picture_of_the_layers_of_another_ending_is_refused(refused, classifier):
    assert "“s.png” cannot hold a page of the kind network: use the extension .svg" in refused(
        "summary", classifier, "-o", "s.png"
    )


def test_a_project_is_written_as_a_program(classifier, capsys):
    assert main(["code", classifier, "--for", "numpy", "-o", "net.py"]) == 0
    assert capsys.readouterr().out == ""
    done = subprocess.run([sys.executable, "net.py"], capture_output=True, text=True, check=False)
    assert done.stdout == "The numbers are those of ConvStudio: an output of shape (3,).\n", done.stderr


def test_a_program_goes_to_the_standard_output_unless_a_file_is_named(classifier, capsys):
    assert main(["code", classifier, "--for", "pytorch"]) == 0
    assert "nn.Sequential(" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        (["--for", "scipy"], 2, "layer 2 (Max pool 2×2) cannot be written for SciPy: it has convolutions only"),
        (["--for", "caffe"], 2, "--for: “caffe” is not one of its choices: give one of keras, "),
        ([], 2, "the following arguments are required: --for"),
        (["--for", "numpy", "-o", "gone/net.py"], 1, "“gone/net.py” was not saved: its folder does not exist"),
    ],
)
def test_a_program_that_cannot_be_written_is_refused_in_one_line(refused, classifier, options, status, sentence):
    assert sentence in refused("code", classifier, *options, status=status)


@pytest.mark.parametrize("command", [["summary"], ["code", "--for", "numpy"]])
def test_a_project_that_is_not_there_is_refused_in_one_line(refused, command):
    assert "“gone.convstudio” does not exist" in refused(*command, "gone.convstudio")


def test_the_weights_of_a_layer_with_more_channels_than_the_input_are_refused_with_what_would_fit(capsys):
    field = Path(__file__).parents[1] / "field" / "w03_torch_groups2.safetensors"
    assert main(["apply", "--kernel", str(field), "sample:tutorial-lines", "-o", "out.npy"]) == 2
    assert (
        "(6×2×3×3) does not fit: use one in the order of Keras (rows × columns × channels × filters) or "
        "PyTorch (filters × channels × rows × columns), with 1 channel" in capsys.readouterr().err
    )
