import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from convstudio.files.batch.processes import in_processes
from convstudio.files.batch.tasks import InputTask, Made, one_by_one
from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError

linux = pytest.mark.skipif(os.name == "nt", reason="signals of other systems")


@dataclass(frozen=True)
class Act:
    """Does what the name of an input says, and answers with the name and its process."""

    folder: str = ""

    def __call__(self, task):
        match task.spec.split(":"):
            case ["refuse", _]:
                raise FileProblem(f"“{task.spec}” is refused: name another one.")
            case ["fault", _]:
                raise IndexError("none")
            case ["die", _]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["die once", _]:
                self._die_once()
            case ["wait", seconds]:
                time.sleep(float(seconds))
            case ["large", size]:
                return Made([(task.target, bytes(int(size)))])
        return Made([(task.target, task.spec.encode())], told=(str(os.getpid()),))

    def _die_once(self):
        try:
            (Path(self.folder) / "died").touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


def tasks(*specs):
    return [InputTask(spec, Path(f"{number}.out"), b"x") for number, spec in enumerate(specs)]


def answers(results):
    return [result.problem or result.made.files[0][1].decode() for result in results]


def test_results_come_in_the_order_of_the_inputs():
    specs = ["wait:0.3", *(f"input:{number}" for number in range(20))]
    assert answers(in_processes(2)(Act(), tasks(*specs))) == specs


def test_a_result_whose_turn_is_not_wanted_comes_before_a_slow_one():
    results = in_processes(2, in_order=False)(Act(), tasks("wait:60", "input:1"))
    assert next(results).spec == "input:1"
    results.close()


def test_all_results_come_also_where_all_that_was_begun_has_ended_before_the_first_is_taken(monkeypatch):
    monkeypatch.setattr("convstudio.files.batch.processes._AHEAD", 1)
    specs = [f"input:{number}" for number in range(5)]
    assert answers(in_processes(1)(Act(), tasks(*specs))) == specs


def test_several_processes_work():
    results = list(in_processes(2)(Act(), tasks(*["wait:0.05"] * 20)))
    assert len({result.made.told for result in results}) == 2


def test_no_more_processes_are_started_than_there_are_inputs():
    results = list(in_processes(8)(Act(), tasks("input:1")))
    assert len(results) == 1


def test_a_refusal_and_a_fault_are_sentences_and_the_rest_goes_on():
    work = tasks("refuse:1", "fault:1", "input:3")
    expected = [
        "“refuse:1” is refused: name another one.",
        "“fault:1” met a fault of the program (IndexError: none): report it to its authors",
        "input:3",
    ]
    assert answers(in_processes(2)(Act(), work)) == answers(one_by_one(Act(), work)) == expected


@linux
def test_an_input_whose_process_is_killed_is_tried_again(tmp_path):
    specs = ["input:0", "die once:1", *(f"input:{number}" for number in range(2, 12))]
    assert answers(in_processes(2)(Act(str(tmp_path)), tasks(*specs))) == specs


@linux
def test_an_input_that_kills_every_process_is_a_sentence_and_the_rest_goes_on():
    specs = ["input:0", "die:1", *(f"input:{number}" for number in range(2, 12))]
    found = answers(in_processes(2)(Act(), tasks(*specs)))
    assert found[1].startswith("“die:1” ended the process that worked on it")
    assert [*found[:1], *found[2:]] == [*specs[:1], *specs[2:]]


def test_inputs_and_results_larger_than_a_pipe_holds_do_not_wait_for_each_other():
    given = [InputTask("large:3000000", Path("a"), bytes(3_000_000))] * 12
    assert [len(result.made.files[0][1]) for result in in_processes(1)(Act(), given)] == [3_000_000] * 12


def test_no_more_inputs_are_taken_than_are_worked_on():
    taken = []

    def endless():
        while True:
            taken.append(None)
            yield InputTask("input:1", Path("a"), b"x")

    results = in_processes(2)(Act(), endless())
    next(results)
    results.close()
    assert len(taken) < 20


@linux
def test_whoever_stops_asking_leaves_no_process_running():
    results = in_processes(2)(Act(), tasks("input:0", "wait:60", "wait:60"))
    process = int(next(results).made.told[0])
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_look_that_raises_ends_the_processes_while_results_are_waited_for():
    looked = []

    def look():
        looked.append(time.monotonic())
        if len(looked) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        list(in_processes(1, look)(Act(), tasks("wait:600")))
