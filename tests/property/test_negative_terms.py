"""Whatever explains a number by a sum writes the sum's negative terms in brackets.

The lenses add up counts and places in memory only (how far numbers lie apart, parameters), which are never negative.
"""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from convstudio.model.panes.explanation import explained
from convstudio.model.panes.ledger import has_ledger, ledger, ledger_text
from convstudio.model.run.forward import forward
from convstudio.model.run.layer_input import reading_of
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.combination import Combination, CombinedMap
from convstudio.model.values.maps import Maps
from tests.property.random_documents import networks
from tests.property.test_explanation import LEVELS, views_of

BARE = re.compile(r"(?:[+−] |·)-|(?<![\w^])-[^\s()·²]+(?:²| [+−] |·)")
"""A negative number beside a sign of a sum, or one that multiplies or is squared there, without brackets."""


def test_a_bare_negative_term_is_found_wherever_it_stands():
    assert all(map(BARE.search, ["1 + -2", "-1 + 2", "3·-2", "-3·2", "√(-2² + 1²)", "(-4 − 10) ÷ 2", "1 − -3"]))
    assert not any(map(BARE.search, ["1 + (-2) = -1", "(-1)·2 = -2", "max(-1, -2) = -1", "1e-05 + 2", "√((-2)² + 1²)"]))


@given(networks(must_work=True), st.data())
def test_every_negative_term_of_an_explanation_stands_in_brackets(document, data):
    result = forward(document)
    layer = data.draw(st.integers(0, len(document.layers) - 1))
    view = views_of(data.draw, document, layer)
    reading = reading_of(document, view, result)
    found = explained(document.layers[layer], reading.values, view, LEVELS, reading.names)
    told = [found.text, found.whole, found.sentence]
    if found.calculation is not None:
        term = data.draw(st.integers(0, max(found.calculation.products.size - 1, 0)))
        going = explained(document.layers[layer], reading.values, replace(view, term=term), LEVELS, reading.names)
        told += [going.text, going.whole, going.sentence, going.term]
        if has_ledger(document.layers[layer], found.calculation):
            lines = ledger(document.layers[layer], found.calculation, reading.names)
            told += [ledger_text(lines), *(line.sentence for line in lines)]
    assert [text for text in told if BARE.search(text)] == []


@given(st.lists(st.sampled_from([-2.5, -1.0, 0.0, 3.0]), min_size=2, max_size=2))
def test_every_negative_term_of_a_combination_stands_in_brackets(values):
    for kind in ("sum", "maximum", "mean", "norm", "difference"):
        found = CombinedMap.of(Combination(0, kind, (0, 1)), Maps(TiledArray.of([values])))
        assert BARE.search(found.terms_at((0,))) is None
