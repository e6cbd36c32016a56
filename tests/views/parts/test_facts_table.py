"""A table of facts: what it tells when its rows change."""

import pytest
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from convstudio.views.parts.facts_table import FactsModel


@pytest.fixture
def facts() -> FactsModel:
    return FactsModel(("Name", "Value"))


@pytest.mark.parametrize("rows", [[], [("a", "1")], [("a", "1"), ("b", "2")]])
def test_rows_come_and_go_as_a_model_must_tell(facts: FactsModel, rows: list[tuple[str, str]]) -> None:
    tester = QAbstractItemModelTester(facts, QAbstractItemModelTester.FailureReportingMode.Fatal)
    facts.show_rows(rows)
    facts.show_rows([])
    facts.show_rows(rows)
    assert facts.rowCount() == len(rows)
    assert tester.model() is facts


def test_the_same_rows_are_no_change(facts: FactsModel) -> None:
    facts.show_rows([("a", "1")])
    changes = QSignalSpy(facts.dataChanged)
    facts.show_rows([("a", "1")])
    assert changes.count() == 0


def test_no_rows_after_none_tell_of_no_cell(facts: FactsModel) -> None:
    changes = QSignalSpy(facts.dataChanged)
    facts.show_rows([])
    assert changes.count() == 0


def test_other_texts_in_as_many_rows_keep_the_selection(facts: FactsModel) -> None:
    facts.show_rows([("a", "1")])
    resets = QSignalSpy(facts.modelReset)
    facts.show_rows([("a", "2")])
    assert resets.count() == 0
    assert facts.index(0, 1).data() == "2"
