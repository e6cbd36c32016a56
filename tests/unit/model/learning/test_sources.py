import pytest

from convstudio.model.learning.patterns import PatternSettings
from convstudio.model.learning.sources import (
    DigitsSource,
    PairSource,
    PatternsSource,
    StoredSource,
    source_of,
    source_text,
)


@pytest.mark.parametrize(
    "source",
    [
        DigitsSource(),
        PairSource(),
        PatternsSource(),
        PatternsSource(PatternSettings(8, 16, 20, 0, 0.25, 999_999)),
        StoredSource("/pictures/pets"),
        StoredSource("./digits"),
    ],
)
def test_a_source_comes_back_from_its_text(source):
    assert source_of(source_text(source)) == source


def test_settings_that_are_not_told_are_the_usual_ones():
    assert source_of("patterns:noise=0") == PatternsSource(PatternSettings(noise=0))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("patterns:colour=1", "no setting “colour”. Use classes, side"),
        ("patterns:classes=two", "“classes” of patterns must be a whole number, not “two”"),
        ("patterns:noise=much", "“noise” of patterns must be a number, not “much”"),
        ("patterns:classes=5", "2, 4 or 8 directions, not 5"),
    ],
)
def test_settings_that_there_are_not_are_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        source_of(text)
