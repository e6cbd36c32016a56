"""What can be exported has one list, which the formats of files follow."""

from convstudio.files.exports.page_formats import PAGE_FORMATS
from convstudio.model.words.export_contents import ANIMATION, CONTENTS, EXPORTED, PAGES


def test_every_page_has_formats_and_no_name_of_an_array():
    assert tuple(PAGE_FORMATS) == tuple(PAGES)
    assert tuple(EXPORTED) == (*CONTENTS, *PAGES, ANIMATION)
