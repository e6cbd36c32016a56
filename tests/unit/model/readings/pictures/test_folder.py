"""The sentences about a list of pictures, and the places of its names."""

from convstudio.model.readings.pictures.folder import PictureFolder

HOLIDAY = PictureFolder("/home/me/holiday", ("a.png", "b\udcff.png"), "holiday", ("a.png", "b?.png"))


def test_a_path_is_that_of_the_file_and_not_of_its_shown_name() -> None:
    assert HOLIDAY.path(1) == "/home/me/holiday/b\udcff.png"


def test_the_place_of_a_shown_name_is_found() -> None:
    assert HOLIDAY.rows == {"a.png": 0, "b?.png": 1}


def test_the_start_of_the_list_names_the_key_that_goes_on() -> None:
    assert HOLIDAY.end(-1) == "This is the first picture of “holiday”. Page Down goes on."


def test_several_pictures_that_were_skipped_are_counted() -> None:
    assert HOLIDAY.skipped({0: "damaged", 1: "damaged"}) == "2 pictures cannot be read and were skipped."
