"""The form of a training has a field for every setting, and reads what it writes."""

from dataclasses import fields

import numpy as np
import pytest

from convstudio.model.panes.learning.training_form import FIELDS, TrainingField
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

DOCUMENT = Document(Sample.of("one", np.zeros((1, 1))), Network(()))


def test_every_setting_but_those_of_the_data_has_a_field() -> None:
    chosen_elsewhere = {"data", "random_labels"}  # in the panel of the data
    assert {field.key for field in FIELDS} == {field.name for field in fields(TrainingSettings)} - chosen_elsewhere
    assert len({field.name for field in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_a_field_reads_what_it_wrote(field: TrainingField) -> None:
    value = 2 if field.entries or field.is_whole else 1 if field.is_switch else 0.5
    assert field.read(field.write(DOCUMENT, value).training) == value


def test_momentum_matters_only_where_there_is_some() -> None:
    momentum = next(field for field in FIELDS if field.key == "momentum")
    assert not momentum.matters_for(TrainingSettings())
    assert momentum.matters_for(TrainingSettings(optimiser="nesterov"))
