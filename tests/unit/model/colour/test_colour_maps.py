from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES, is_signed_map, shown_title


def test_no_colour_map_is_offered_twice():
    assert len({shown_title(name) for name in COLOUR_MAP_NAMES}) == len(COLOUR_MAP_NAMES)


def test_only_diverging_maps_have_zero_in_their_middle():
    assert [is_signed_map(name) for name in ("diverging", "CET-CBD1", "grey", "CET-L1")] == [True, True, False, False]
