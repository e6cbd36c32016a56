"""A project's network is trained from the command line, and goes on after an interruption."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convstudio.cli import main
from convstudio.commands import train
from convstudio.files.problems import WriteProblem
from convstudio.files.projects.documents import load_document, save_document
from convstudio.files.projects.unfinished_training import unfinished_path
from convstudio.model.learning.training import advance
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.numbers import percent
from tests.unit.model.learning.networks import CLASSIFIER, FILTER, MAPS, WITH_STATISTICS, document

SETTINGS = TrainingSettings(rate=0.01, batch_size=8, epochs=4, keeps_best=True)
OUT = Path("out.convstudio")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    start = replace(document(WITH_STATISTICS), training=SETTINGS)
    save_document("start.convstudio", start)
    data = np.random.default_rng(1).random((30, 6, 6, 1)).astype(np.float32)
    np.savez("data.npz", x=data, y=np.arange(30) % 3)


def trained(*more):
    return main(["train", "start.convstudio", "--data", "data.npz", "-o", str(OUT), *more])


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_the_trained_project_remembers_the_name_of_its_data_and_no_path(tmp_path):
    assert trained("--data", str(tmp_path / "data.npz"), "--epochs", "1") == 0
    assert load_document(OUT)[0].training.data == "own:data"


def test_the_trained_project_keeps_its_settings_and_the_names_of_the_classes(capsys):
    assert trained("--epochs", "2", "--optimizer", "sgd") == 0
    result = load_document(OUT)[0]
    assert (result.training.epochs, result.training.optimiser, result.training.rate) == (2, "sgd", 0.01)
    assert result.class_names == ("0", "1", "2")
    assert result.network != WITH_STATISTICS
    assert [line["epoch"] for line in lines(capsys.readouterr().out)] == [1, 2]


def test_the_log_goes_to_a_file_where_one_is_named(capsys):
    trained("--epochs", "1", "--log", "log.jsonl")
    assert lines(Path("log.jsonl").read_text())[0]["step"] == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "was trained for 1 epoch, the weights of epoch 1 kept" in captured.err


def test_two_runs_write_the_same_bytes():
    trained()
    first = OUT.read_bytes()
    trained()
    assert OUT.read_bytes() == first


@pytest.mark.parametrize("after", [1, 7])
def test_a_run_that_was_interrupted_goes_on_and_ends_as_one_that_was_not(after, monkeypatch, capsys):
    trained()
    whole = OUT.read_bytes()
    OUT.unlink()
    with monkeypatch.context() as changed:
        changed.setattr(train, "advance", _interrupted(after))
        assert trained() == 130
    assert not OUT.exists()
    assert trained() == 0
    assert f"going on after {after} step" in capsys.readouterr().err
    assert OUT.read_bytes() == whole
    assert not unfinished_path(OUT).exists()


def _interrupted(after):
    def step(planned, state):
        if state.step == after:
            raise KeyboardInterrupt
        return advance(planned, state)

    return step


def interrupted(after, monkeypatch, *more):
    with monkeypatch.context() as changed:
        changed.setattr(train, "advance", _interrupted(after))
        assert trained(*more) == 130


def error_of(capsys):
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_a_training_with_more_epochs_goes_on(monkeypatch, capsys):
    assert trained("--epochs", "7") == 0
    whole = OUT.read_bytes()
    interrupted(5, monkeypatch)
    assert trained("--epochs", "7") == 0
    assert "going on after 5 steps, with 7 epochs in all in place of 4\n" in capsys.readouterr().err
    assert OUT.read_bytes() == whole


def test_a_cosine_over_more_epochs_is_told(monkeypatch, capsys):
    interrupted(5, monkeypatch, "--schedule", "cosine")
    trained("--epochs", "7", "--schedule", "cosine")
    assert "in place of 4, over which the learning rate now falls to 0\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seed", "5", "--optimizer", "sgd"], "of other settings. Give --optimizer adam --seed 1 to go on with it"),
        (["--random-labels"], "of other settings. Give --no-random-labels to go on with it"),
        (["--data", "other.npz"], "of other data. Give another name for OUT, or --restart to begin again"),
        (["--epochs", "2"], "in epoch 3 already. Give --epochs 3 or more to go on with it, or --restart"),
    ],
)
def test_another_training_does_not_drop_an_interrupted_one(options, sentence, monkeypatch, capsys):
    np.savez("other.npz", x=np.ones((30, 6, 6, 1), np.float32), y=np.arange(30) % 3)
    interrupted(7, monkeypatch)
    kept = unfinished_path(OUT).read_bytes()
    assert trained(*options) == 2
    error = error_of(capsys)
    assert error.startswith("convstudio: error: “out.convstudio.unfinished” holds ")
    assert sentence in error
    assert unfinished_path(OUT).read_bytes() == kept


def test_what_the_kept_weights_reached_is_told(capsys):
    trained("--epochs", "30", "--rate", "0.1", "--patience", "2", "--held-out", "0.5")
    captured = capsys.readouterr()
    best = min(lines(captured.out), key=lambda report: report["held_out_loss"])
    assert best["epoch"] < len(lines(captured.out)) < 30
    kept = f"the weights of epoch {best['epoch']} kept: {percent(best['held_out_accuracy'])} right held out"
    assert kept in captured.err.splitlines()[-1]
    assert best["held_out_accuracy"] != lines(captured.out)[-1]["held_out_accuracy"]


def test_what_a_result_replaces_is_kept_and_named(capsys):
    trained("--epochs", "1")
    before = OUT.read_bytes()
    assert "kept as" not in capsys.readouterr().err
    trained("--epochs", "2")
    assert "the file that was there before is kept as “out.convstudio.bak”" in capsys.readouterr().err
    assert Path("out.convstudio.bak").read_bytes() == before


def test_an_interrupted_training_is_begun_again_where_that_is_asked_for(monkeypatch, capsys):
    trained("--seed", "5")
    whole = OUT.read_bytes()
    interrupted(2, monkeypatch)
    assert trained("--seed", "5", "--restart") == 0
    assert "going on" not in capsys.readouterr().err
    assert OUT.read_bytes() == whole


@pytest.mark.parametrize("option", ["-o", "--log"])
def test_what_cannot_be_written_is_said_before_the_training(option, monkeypatch, capsys):
    monkeypatch.setattr(train, "advance", _crash)
    assert trained(option, "missing/file.convstudio") == 1
    assert error_of(capsys) == (
        "convstudio: error: “missing/file.convstudio” was not saved: its folder does not exist. "
        "Make the folder, or save to another one"
    )


def test_a_disk_that_is_full_tells_what_is_kept(monkeypatch, capsys):
    monkeypatch.setattr(train, "save_document", _full)
    monkeypatch.setattr(train, "_KEPT_EVERY", 0.0)
    assert trained() == 1
    told = capsys.readouterr().err.splitlines()
    assert "convstudio: 12 steps are kept: give the same command again to go on" in told
    assert told[-1] == "convstudio: error: the disk is full"


def _full(*_):
    raise WriteProblem("the disk is full")


def test_a_crash_costs_the_last_seconds_only(monkeypatch):
    monkeypatch.setattr(train, "_KEPT_EVERY", 0.0)
    monkeypatch.setattr(train, "save_document", _crash)
    with pytest.raises(RuntimeError):
        trained()
    assert unfinished_path(OUT).exists()


def _crash(*_):
    raise RuntimeError


def test_a_damaged_rest_is_named_and_left_alone(capsys):
    unfinished_path(OUT).write_bytes(b"\0" * 100)
    assert trained() == 2
    assert "out.convstudio.unfinished” is damaged" in capsys.readouterr().err
    assert unfinished_path(OUT).exists()


def test_a_training_that_diverges_keeps_the_last_finite_weights_and_says_what_to_do(capsys):
    assert trained("--optimizer", "sgd", "--rate", "1e30") == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("convstudio: error: the training diverged at step")
    assert error.endswith("Begin again with a learning rate of 0.01")
    assert all(np.isfinite(load_document(OUT)[0].layers[at].weights).all() for at in (0, 5))


def test_one_pair_is_the_input_and_the_target_of_the_project():
    start = replace(document(FILTER, MAPS), target=MapTarget(frozen(MAPS.maps[0])))
    save_document("pair.convstudio", start)
    assert main(["train", "pair.convstudio", "--data", "pair", "--epochs", "300", "--rate", "0.05", "--held-out", "0",
                 "-o", str(OUT)]) == 0  # fmt: skip
    np.testing.assert_allclose(load_document(OUT)[0].layers[0].weights[..., 0, 0], np.eye(3), atol=0.05)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "out.npz"], "end its name in .convstudio"),
        (["--epochs", "0"], "the number of epochs must be between 1 and 100000, not 0"),
        (["--rate", "fast"], "“fast” is not a number"),
        (["--rate", "-1"], "the learning rate must be above 0"),
        (["--rate", "x"], "--rate: “x” is not a number: type one such as 2, 0.5, 1/9 or sqrt(2): see convstudio train"),
        (["--optimizer", "lbfgs"], "--optimizer: “lbfgs” is not one of its choices: give one of sgd, "),
        (["--data", "nothing.npz"], "nothing.npz"),
        (["--data", "patterns:classes=8,side=6"], "8 classes need a network that ends in 8 values"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(arguments, sentence, capsys):
    assert trained(*arguments) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("convstudio: error: ")
    assert sentence in error


def test_a_broken_picture_is_told_once(capsys, tmp_path):
    for name in ("left", "right", "up"):
        (tmp_path / "own" / name).mkdir(parents=True)
        for number in range(4):
            Image.new("L", (6, 6), 40 * number).save(tmp_path / "own" / name / f"{number}.png")
    for number in range(2):
        (tmp_path / "own" / "up" / f"broken {number}.png").write_bytes(b"\x89PNG")
    assert trained("--data", "own", "--epochs", "1") == 0
    told = capsys.readouterr().err
    assert [told.count(f"“up/broken {number}.png” is damaged") for number in range(2)] == [1, 1]


def test_a_network_without_a_head_is_refused(capsys):
    save_document("start.convstudio", replace(document(CLASSIFIER), network=FILTER))
    assert trained() == 2
    assert "3 classes need a network that ends in 3 values" in capsys.readouterr().err


def test_where_the_classes_of_a_file_are_is_named(capsys, tmp_path):
    table = tmp_path / "table.csv"
    rows = [",".join(map(str, [*range(36), row % 3])) for row in range(40)]
    table.write_text("\n".join(rows), encoding="utf-8")
    options = ["--data", str(table), "--epochs", "1"]
    assert trained(*options) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert "Give --labels NAME, of 1, 2, 3" in error
    assert trained(*options, "--labels", "37") == 0
