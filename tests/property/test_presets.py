"""Whatever a preset is called and holds, its file gives it back; whatever a file holds, it harms nothing."""

import tempfile
from pathlib import Path
from types import MappingProxyType

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convstudio.files.presets.documents import encode_preset
from convstudio.files.presets.exchange import export_archive, read_presets
from convstudio.files.presets.folder import PresetFolder
from convstudio.files.presets.names import PRESET_SUFFIX, file_name_of, id_of, stem_for
from convstudio.model.values.arrays import frozen, same_array
from convstudio.model.values.detectors import Detector, RuleUse
from convstudio.model.values.limits import LIMITS

lines = st.text(st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1, max_size=40)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
floats = st.floats(-LIMITS.number, LIMITS.number, width=32)


@st.composite
def presets(draw):
    rank, mixes = draw(st.sampled_from((1, 2))), draw(st.booleans())
    shape = draw(st.tuples(*[st.integers(1, 4)] * (rank + mixes)))
    return Detector(
        "preset:drawn",
        draw(lines),
        rank,
        frozen(draw(arrays(np.float32, shape, elements=floats))),
        mixes,
        draw(texts),
        draw(texts),
        bias=draw(st.none() | floats),
        tags=tuple(draw(st.lists(lines, max_size=3))),
        note=draw(texts),
        made_by=draw(st.none() | st.just(RuleUse("gabor", MappingProxyType({"phase": 90.0})))),
    )


@given(st.lists(presets(), max_size=3))
def test_presets_read_back_from_a_folder_and_from_an_archive(drawn):
    with tempfile.TemporaryDirectory() as place:
        folder = PresetFolder(Path(place) / "presets")
        folder.add(drawn)
        wanted = sorted(map(encode_preset, drawn))
        read = folder.read()
        assert (read.damaged, sorted(map(encode_preset, read.presets))) == ((), wanted)
        export_archive(Path(place) / "all.zip", drawn)
        assert sorted(map(encode_preset, read_presets([Path(place) / "all.zip"]).presets)) == wanted or not drawn


@given(presets())
def test_the_weights_keep_every_bit(drawn):
    with tempfile.TemporaryDirectory() as place:
        folder = PresetFolder(Path(place) / "presets")
        folder.add([drawn])
        (read,) = folder.read().presets
        assert same_array(read.kernel, drawn.kernel)
        assert (read.rank, read.mixes_channels) == (drawn.rank, drawn.mixes_channels)


@given(st.text(max_size=80))
def test_a_file_name_is_one_part_of_a_path_and_leads_back(name):
    file_name = f"{stem_for(name)}{PRESET_SUFFIX}"
    assert Path(file_name).name == file_name
    assert len(file_name.encode()) < 200
    assert file_name_of(id_of(file_name)) == file_name


@given(presets(), st.integers(0, 10**6), st.binary(max_size=3))
def test_a_damaged_file_leaves_the_others_and_itself_alone(drawn, place, damage):
    with tempfile.TemporaryDirectory() as room:
        folder = PresetFolder(Path(room) / "presets")
        folder.add([drawn])
        data = encode_preset(drawn)
        at = place % len(data)
        broken = data[:at] + damage + data[at + 2 :]
        (folder.path / "broken.kernel.json").write_bytes(broken)
        listing = folder.read()
        assert len(listing.presets) + len(listing.damaged) == 2
        assert encode_preset(drawn) in set(map(encode_preset, listing.presets))
        assert (folder.path / "broken.kernel.json").read_bytes() == broken


@given(presets(), presets())
def test_an_edit_and_its_undo_give_the_same_preset_back(drawn, other):
    with tempfile.TemporaryDirectory() as room:
        folder = PresetFolder(Path(room) / "presets")
        folder.add([drawn])
        (held,) = folder.read().presets
        change = folder.replace(held.id, other)
        assert [encode_preset(one) for one in folder.read().presets] == [encode_preset(other)]
        folder.undo(change)
        (back,) = folder.read().presets
        assert (back.id, encode_preset(back)) == (held.id, encode_preset(drawn))
