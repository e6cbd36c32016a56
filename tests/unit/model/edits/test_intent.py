from functools import partial

import numpy as np
import pytest

from convstudio.model.edits.intent import Intent, Target
from convstudio.model.edits.layer_settings import set_stride, set_title
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample

BEFORE = Document(Sample.of("dots", np.zeros((4, 4, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
STRIDE = partial(set_stride, layer=0, stride=(2, 2))


def test_an_edit_is_made_while_its_layer_is_as_it_was():
    asked = Intent("Set stride", STRIDE, target=Target.of(BEFORE, 0))
    assert asked.edited(BEFORE).layers[0].stride == (2, 2)


def test_an_edit_is_refused_after_its_layer_has_changed():
    asked = Intent("Set stride", STRIDE, target=Target.of(BEFORE, 0))
    with pytest.raises(ValueError, match="Layer 1 was changed or removed in the meantime"):
        asked.edited(set_stride(BEFORE, 0, (1, 3)))


def test_an_edit_is_refused_after_its_layer_is_gone():
    asked = Intent("Set stride", STRIDE, target=Target.of(BEFORE, 0))
    with pytest.raises(ValueError, match="Layer 1 was changed or removed"):
        asked.edited(Document(BEFORE.sample, Network(())))


def test_an_edit_of_the_input_is_refused_after_another_input_came():
    asked = Intent("Keep", lambda held: held, target=Target.of_input(BEFORE))
    with pytest.raises(ValueError, match="The input was changed or removed"):
        asked.edited(BEFORE.with_sample(Sample.of("others", np.ones((4, 4, 1)))))


def test_an_edit_of_a_layer_does_not_mind_another_title():
    asked = Intent("Set stride", STRIDE, target=Target.of(BEFORE, 0))
    assert asked.edited(set_title(BEFORE, "Dots")).title == "Dots"


def test_an_intent_that_asks_for_nothing_is_refused():
    with pytest.raises(ValueError, match="asks for an edit, for a move, or for both"):
        Intent("Nothing")


def test_a_move_alone_leaves_the_document_as_it_is():
    assert Intent(move=lambda _document, view: view).edited(BEFORE) is BEFORE
