from convstudio.files.faults import write_fault_report


def test_a_report_says_where_it_is(tmp_path):
    said = write_fault_report(tmp_path / "recovery", "Traceback")
    assert said == f"A report is in {tmp_path / 'recovery' / 'fault.txt'}."


def test_a_report_that_cannot_be_written_is_a_sentence_too(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert write_fault_report(tmp_path / "file", "Traceback") == "No report could be written."
