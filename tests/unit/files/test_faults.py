import re

from convstudio.files.faults import write_fault_report
from convstudio.model.values.limits import LIMITS


def reports(folder):
    return sorted(folder.glob("fault-*.txt"))


def test_a_report_says_where_it_is(tmp_path):
    said = write_fault_report(tmp_path / "recovery", "Traceback")
    (path,) = reports(tmp_path / "recovery")
    assert said == f"A report is in {path}."
    assert re.fullmatch(r"fault-\d{4}-\d\d-\d\d-\d{6}-\d{6}-01\.txt", path.name)
    assert path.read_text() == "Traceback"


def test_a_report_never_takes_the_place_of_another(tmp_path):
    for number in range(3):
        write_fault_report(tmp_path, f"fault {number}")
    assert [path.read_text() for path in reports(tmp_path)] == ["fault 0", "fault 1", "fault 2"]


def test_of_many_reports_the_newest_are_kept(tmp_path):
    for number in range(LIMITS.fault_reports + 5):
        write_fault_report(tmp_path, f"fault {number}")
    kept = [path.read_text() for path in reports(tmp_path)]
    assert kept == [f"fault {number}" for number in range(5, LIMITS.fault_reports + 5)]


def test_a_report_that_cannot_be_written_is_a_sentence_too(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert write_fault_report(tmp_path / "file", "Traceback") == "No report could be written."
