import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convstudio.files.disk.save import backup_of
from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.files.projects import documents
from convstudio.files.projects.documents import (
    PROJECT_FORMAT,
    decode_document,
    encode_document,
    load_document,
    save_document,
)
from convstudio.model.edits.channels import rename_channel
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.dropout import Dropout, SpatialDropout
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.values.arrays import frozen
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState

VERSION_1 = Path(__file__).parent / "project-version-1.convstudio"  # written by the program when 1 was the newest


def document(values=None, layer=None, title="Lines"):
    sample = Sample.of("two lines", np.eye(8, dtype=np.float32)[..., np.newaxis] if values is None else values)
    return Document(sample, Network((layer or Conv.of(np.full((3, 3, 1, 2), 1 / 9)),)), title)


def content(**changes):
    return json.loads(encode_document(document())) | changes


def packed(content):
    return json.dumps(content).encode()


def with_layer(**changes):
    plain = content()
    plain["layers"][0] |= changes
    return packed(plain)


def with_channel_names(names):
    plain = content()
    plain["sample"]["channel_names"] = names
    return packed(plain)


def with_sample(values):
    plain = content()
    plain["sample"]["values"] = values
    return packed(plain)


FLAT = {"kind": "flatten", "is_on": True, "is_locked": False}
HUGE = {"dtype": "float32", "shape": [40000, 40000], "base64": ""}
GROWING = ConvTranspose(frozen(np.ones((2, 2, 1, 1))), frozen([0]), (2, 2), (1, 1), output_padding=(1, 0))
EVERY_KIND = (
    replace(Conv.of(np.ones((3, 3, 1, 4))), has_bias=False, activation="relu", padding="same"),
    Pool("average", (2, 1), (1, 1), ((0, 1), (1, 0)), (1, 2)),
    replace(ConvTranspose(frozen(np.ones((2, 2, 4, 2))), frozen([1, 2]), (2, 2), (1, 1)), output_padding=(1, 0)),
    BatchNorm(frozen([1, 2]), frozen([3, 4]), frozen([5, 6]), frozen([7, 8]), 1e-5),
    Activation("softmax", is_on=False),
    Activation("leaky_relu", 0.01),
    Activation("thresholded_relu", 0.5, 0.1),
    Dropout(0.25, 7),
    SpatialDropout(1.0, 2**62),
    GlobalPool("max"),
    Flatten(),
    Dense.of(np.ones((2, 3)), [1, 2, 3], "tanh"),
    Conv.of(np.ones((3, 5, 2))),  # cannot work on a vector, and says so itself
)


def one_layer(layer, **changes):
    plain = json.loads(encode_document(document(layer=layer)))
    plain["layers"][0] |= changes
    return packed(plain)


def test_layers_of_every_kind_reopen_exactly_as_they_were_saved():
    original = replace(document(), network=Network(EVERY_KIND))
    assert decode_document(encode_document(original))[0] == original


def test_a_project_of_version_1_opens_with_layers_that_are_on_and_have_a_bias():
    first, second = load_document(VERSION_1)[0].layers
    numbers = np.random.default_rng(1).standard_normal((2, 2, 4, 300)).round(2)
    assert first == Conv(
        frozen(np.arange(36).reshape(3, 3, 1, 4) / 8 - 2),
        frozen([0, 0.5, -1, 1 / 9]),
        (1, 2),
        (1, 1),
        ((1, 0), (2, 1)),
        "replicate",
        2,
        True,
        "leaky_relu",
        has_bias=True,
        is_on=True,
    )
    assert second == replace(Conv.of(numbers), padding="same", dilation=(2, 1))


def test_a_project_of_version_1_opens_with_its_input_title_and_view():
    found, view = load_document(VERSION_1)
    values = np.random.default_rng(2).integers(-3, 4, (8, 9, 2))
    assert found.sample == Sample.of("two channels", values, "by hand")
    assert found.title == "Written by version 1"
    assert view == ViewState(layer=1, channel=1, filter=2, position=(3, 1))


@pytest.mark.parametrize("layers", [None, 1, [1], [[]], {"a": 1}])
def test_a_version_1_project_without_proper_layers_is_refused_in_a_sentence(layers):
    with pytest.raises(FileProblem, match=r"^The project[^\n]*\.$"):
        decode_document(packed(json.loads(VERSION_1.read_bytes()) | {"layers": layers}))


def test_more_layers_than_fit_are_refused_with_both_numbers():
    with pytest.raises(FileProblem, match=r"has 65 layers: use 1 to 64"):
        decode_document(packed(content(layers=[FLAT] * 65)))


def test_a_layer_with_more_numbers_than_fit_is_refused_before_they_are_unpacked():
    with pytest.raises(FileProblem, match=r"layer 1 holds 40000×40000 = 1600000000 numbers: use"):
        decode_document(one_layer(Dense.of(np.ones((2, 3))), weights=HUGE))


def test_the_layer_with_a_wrong_shape_is_named():
    with pytest.raises(FileProblem, match="layer 2 has numbers of shape 3: they need 2 axes"):
        decode_document(
            packed(content(layers=[FLAT, json.loads(one_layer(EVERY_KIND[-2]))["layers"][0] | {"weights": [1, 2, 3]}]))
        )


@pytest.mark.parametrize(
    "original",
    [
        document(),
        document(values=np.zeros((5, 1)), layer=Conv.of([[[1.0]], [[-0.0]]])),
        document(values=np.random.default_rng(1).random((80, 60, 3)), layer=Conv.of(np.zeros((3, 3, 3, 1)))),
        document(values=[[[np.nan]], [[np.inf]], [[-np.inf]]]),
        document(values=[[[1e-45], [-0.0], [3.4028235e38]]]),
        document(layer=replace(Conv.of(np.ones((2, 3, 1, 1)), [0.5]), stride=(2, 1), dilation=(1, 3), flip=True)),
        document(layer=replace(Conv.of(np.ones((2, 2, 1, 1))), padding=((0, 1), (2, 3)), padding_mode="reflect")),
        document(layer=replace(Conv.of(np.ones((9, 9, 2, 4))), padding="same", groups=2, activation="gelu")),
        rename_channel(document(values=np.zeros((2, 2, 3)), layer=Conv.of(np.ones((1, 1, 3, 1)))), 1, "near infrared"),
        document(title="<b>“Ünïcode”</b> \n\\ 漢字 \U0001f600"),
    ],
    ids=["plain", "sequence", "large", "nan", "extreme", "strides", "pairs", "does not fit", "named channels", "title"],
)
def test_a_project_reopens_exactly_as_it_was_saved(tmp_path, original):
    save_document(tmp_path / "a.convstudio", original)
    assert load_document(tmp_path / "a.convstudio")[0] == original


def test_what_the_user_looked_at_reopens_too():
    view = ViewState(layer=0, channel=0, filter=1, position=(2, 3), input_span="middle")
    assert decode_document(encode_document(document(), view))[1] == view


def test_levels_that_nobody_chose_leave_the_file_as_it_always_was():
    assert b"input_span" not in encode_document(document(), ViewState())


def test_what_was_pointed_at_is_not_kept():
    view = ViewState(pointed=Cell(Pane.MAP, (1, 1)), revealed=3)
    assert decode_document(encode_document(document(), view))[1] == ViewState()


def test_the_same_document_gives_the_same_bytes():
    assert encode_document(document()) == encode_document(document())


def test_small_arrays_are_written_as_readable_rows():
    assert content()["sample"]["values"][1] == [[0], [1], [0], [0], [0], [0], [0], [0]]


def test_numbers_are_written_with_as_few_digits_as_read_back():
    assert content()["layers"][0]["weights"][0][0][0] == [0.11111111, 0.11111111]


def test_large_arrays_are_written_with_their_type_and_shape():
    plain = json.loads(encode_document(document(values=np.zeros((80, 60, 1)))))
    assert plain["sample"]["values"].keys() == {"dtype", "shape", "base64"}


def test_names_of_filters_and_a_combination_reopen():
    layer = replace(Conv.of(np.ones((3, 3, 1, 2))), filter_names=("edge", ""))
    document = Document(
        Sample.of("ones", np.ones((4, 4, 1))), Network((layer,)), combination=Combination(0, "norm", (1, 0))
    )
    assert decode_document(encode_document(document))[0] == document


@pytest.mark.parametrize(
    ("layer", "combination", "reason"),
    [
        ({"filter_names": ["a", "b"]}, None, "layer 1 has 2 names for 1 filters"),
        ({"filter_names": ["x" * 61]}, None, "filter_names"),
        ({}, {"layer": 1, "kind": "sum", "filters": []}, "combines maps of layer 1"),
        ({}, {"layer": 0, "kind": "product", "filters": []}, "combination.kind"),
    ],
)
def test_wrong_names_and_combinations_are_refused(layer, combination, reason):
    wrong = json.loads(encode_document(document(layer=Conv.of(np.ones((3, 3, 1, 1))))))
    wrong["layers"][0] |= layer
    wrong["combination"] = combination
    with pytest.raises(FileProblem, match=reason):
        decode_document(packed(wrong))


def test_saving_again_keeps_the_one_before(tmp_path):
    path = tmp_path / "a.convstudio"
    save_document(path, document(title="first"))
    save_document(path, document(title="second"))
    assert load_document(backup_of(path))[0].title == "first"


def test_a_damaged_project_names_its_backup(tmp_path):
    path = tmp_path / "a.convstudio"
    save_document(path, document())
    save_document(path, document())
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(FileProblem, match=r"The version before it is “[^”]*a\.convstudio\.bak”\.$"):
        load_document(path)


def test_a_newer_version_is_refused_by_name_and_left_alone(tmp_path):
    path = tmp_path / "a.convstudio"
    path.write_bytes(packed(content(version=7, something_new=1)))
    before = path.read_bytes()
    with pytest.raises(
        FileProblem, match=r"made by a newer ConvStudio \(project version 7; this program reads up to 5\)"
    ):
        load_document(path)
    assert path.read_bytes() == before


def test_a_pooling_of_version_2_leaves_padding_out_and_keeps_whole_windows():
    plain = older(2, layers=json.loads(one_layer(Pool("average")))["layers"])
    for rule in ("ceil_mode", "count_include_pad"):
        del plain["layers"][0][rule]
    assert decode_document(packed(plain))[0].layers == (Pool("average"),)


def test_an_activation_of_version_3_has_the_number_that_it_had():
    layers = (Activation("leaky_relu"), Activation("elu"), Activation("tanh"))
    plain = older(3, layers=json.loads(encode_document(replace(document(), network=Network(layers))))["layers"])
    for layer in plain["layers"]:
        del layer["alpha"]
    assert decode_document(packed(plain))[0].layers == layers


def older(version, **changes):
    """Return a project as an older version wrote it: without learning."""
    plain = content(version=version, **changes)
    for name in ("target", "training"):
        del plain[name]
    for layer in plain["layers"]:
        del layer["is_locked"]
    return plain


def test_a_project_of_version_4_opens_without_a_target_and_with_the_usual_training():
    assert decode_document(packed(older(4)))[0] == document()


def test_an_older_version_opens_through_its_migrations():
    older = {key: value for key, value in content(version=1).items() if key != "title"}
    newer = replace(PROJECT_FORMAT, version=3, migrations={1: lambda c: c | {"name": "T"}, 2: _name_to_title})
    assert decode_document(packed(older), file_format=newer)[0].title == "T"


def _name_to_title(plain):
    return {key: value for key, value in plain.items() if key != "name"} | {"title": plain["name"]}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="no bytes"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(packed(content())[:-20], id="cut off"),
        pytest.param(packed(content(format="other")), id="another format"),
        pytest.param(packed(content(version=0)), id="version 0"),
        pytest.param(packed(content(version="1")), id="version as text"),
        pytest.param(packed(content(extra=1)), id="unknown field"),
        pytest.param(packed({k: v for k, v in content().items() if k != "sample"}), id="no sample"),
        pytest.param(packed(content(layers=[])), id="no layers"),
        pytest.param(packed(content(title=None)), id="no title"),
        pytest.param(
            packed(content(view={"layer": -1, "channel": 0, "filter": 0, "position": []})), id="negative layer"
        ),
        pytest.param(with_channel_names(["a", "b"]), id="more names than channels"),
        pytest.param(with_channel_names([""]), id="a channel without a name"),
        pytest.param(with_layer(kind="pool"), id="unknown layer"),
        pytest.param(with_layer(stride=[0, 1]), id="stride 0"),
        pytest.param(with_layer(stride=[1, 65]), id="stride too large"),
        pytest.param(with_layer(stride=[1]), id="stride of another rank"),
        pytest.param(with_layer(stride=[1, 1.5]), id="half a stride"),
        pytest.param(with_layer(dilation=[1, 1000]), id="dilation too large"),
        pytest.param(with_layer(padding="sane"), id="unknown padding"),
        pytest.param(with_layer(padding=[[0, -1], [0, 0]]), id="negative padding"),
        pytest.param(with_layer(padding=[[0, 1]]), id="padding of another rank"),
        pytest.param(with_layer(padding_mode="mirror"), id="unknown padding mode"),
        pytest.param(with_layer(groups=0), id="no groups"),
        pytest.param(with_layer(groups=513), id="too many groups"),
        pytest.param(with_layer(activation="swish"), id="unknown activation"),
        pytest.param(with_layer(flip=1), id="flip as number"),
        pytest.param(with_layer(bias=[0]), id="one bias for two filters"),
        pytest.param(with_layer(weights=[[[1]]]), id="weights of another rank"),
        pytest.param(with_layer(weights=[]), id="no weights"),
        pytest.param(with_layer(weights=[[[[1, 2]]], [[[1]]]]), id="ragged weights"),
        pytest.param(with_layer(weights=[[[[1, "2"]]]]), id="text among weights"),
        pytest.param(with_layer(weights=[[[[1, True]]]]), id="truth among weights"),
        pytest.param(with_layer(weights=[[[[1, None]]]]), id="nothing among weights"),
        pytest.param(with_layer(weights=[[[[1, 1e39]]]]), id="weight beyond float32"),
        pytest.param(with_layer(weights=[[[[1, 10**400]]]]), id="weight of 400 digits"),
        pytest.param(packed(content()).replace(b"0.11111111", b"NaN", 1), id="NaN"),
        pytest.param(packed(content()).replace(b"0.11111111", b"Infinity", 1), id="infinity"),
        pytest.param(packed(content()).replace(b"0.11111111", b"1e999", 1), id="1e999"),
        pytest.param(with_layer(weights=[[[[0, 0]]]] * 32), id="kernel too large"),
        pytest.param(with_layer(weights=[[[[0] * 513]]], bias=[0] * 513), id="too many filters"),
        pytest.param(with_layer(weights=[[[[0, 0]] * 64]], groups=9), id="too many channels"),
        pytest.param(with_layer(weights=[[1, 2]]), id="a matrix for a convolution"),
        pytest.param(with_layer(is_on="yes"), id="a switch that is no truth"),
        pytest.param(packed(content(layers=[FLAT] * 65)), id="too many layers"),
        pytest.param(packed(content(layers=[{"kind": "flatten"}])), id="no switch"),
        pytest.param(packed(content(layers=[FLAT | {"kind": "recurrent"}])), id="a kind of the future"),
        pytest.param(packed(content(layers=[FLAT | {"rate": 1}])), id="flattening with a rate"),
        pytest.param(one_layer(Dropout(), rate=1.5), id="a rate above 1"),
        pytest.param(one_layer(Dropout(), rate="NaN"), id="a rate that is no number"),
        pytest.param(one_layer(Dropout(), seed=-1), id="a negative seed"),
        pytest.param(one_layer(Dropout(), seed=10**400), id="a seed of 400 digits"),
        pytest.param(one_layer(Activation(), activation="swish"), id="another activation"),
        pytest.param(one_layer(Activation(), alpha=0.1), id="a number for ReLU"),
        pytest.param(one_layer(Activation("elu"), alpha=None), id="no number for ELU"),
        pytest.param(one_layer(Activation("elu"), alpha=-1), id="a negative alpha"),
        pytest.param(one_layer(Activation("elu"), alpha=101), id="an alpha that is too large"),
        pytest.param(one_layer(Activation(), slope=0.1), id="a slope for ReLU"),
        pytest.param(one_layer(Activation("thresholded_relu"), slope=-1), id="a negative slope below a threshold"),
        pytest.param(one_layer(Pool(), pooling="median"), id="another pooling"),
        pytest.param(one_layer(Pool(), size=[]), id="a window without axes"),
        pytest.param(one_layer(Pool(), size=[2, 2, 2, 2]), id="a window of four axes"),
        pytest.param(one_layer(Pool(), size=[2, 65]), id="a window too large"),
        pytest.param(one_layer(Pool(), stride=[2]), id="a pooling's stride of another rank"),
        pytest.param(one_layer(Pool(), padding=[[1, 1]]), id="a pooling's padding of another rank"),
        pytest.param(one_layer(GlobalPool(), pooling=None), id="no pooling"),
        pytest.param(one_layer(BatchNorm.of(2), variance=[1]), id="one variance for two means"),
        pytest.param(one_layer(BatchNorm.of(2), mean=[[1, 2]]), id="means in rows"),
        pytest.param(one_layer(BatchNorm.of(2), epsilon=-1), id="a negative epsilon"),
        pytest.param(one_layer(Dense.of(np.ones((2, 3))), bias=[0]), id="one bias for three units"),
        pytest.param(one_layer(Dense.of(np.ones((2, 3))), weights=[1, 2]), id="weights in a line"),
        pytest.param(one_layer(Dense.of(np.ones((2, 3))), weights=HUGE), id="a dense layer too large"),
        pytest.param(one_layer(Dense.of(np.ones((2, 3))), activation="swish"), id="a dense layer's activation"),
        pytest.param(one_layer(GROWING, output_padding=[1]), id="an output padding of another rank"),
        pytest.param(one_layer(GROWING, output_padding=[1, -1]), id="a negative output padding"),
        pytest.param(with_sample([]), id="no input"),
        pytest.param(with_sample([1, 2]), id="input without channels"),
        pytest.param(with_sample([[[0] * 65]]), id="input with too many channels"),
        pytest.param(with_sample({"dtype": "float32", "shape": [40000, 40000, 1], "base64": ""}), id="huge shape"),
        pytest.param(with_sample({"dtype": "float32", "shape": [2, 2, 1], "base64": "AAAA"}), id="lying shape"),
        pytest.param(with_sample({"dtype": "float32", "shape": [-1, -1, 1], "base64": "AAAA"}), id="negative shape"),
        pytest.param(with_sample({"dtype": "float32", "shape": [1, 1, 1], "base64": "====?"}), id="no base64"),
        pytest.param(with_sample({"dtype": "float32", "shape": [1, 1, 1], "base64": "é"}), id="base64 of letters"),
        pytest.param(with_sample({"dtype": "object", "shape": [1, 1, 1], "base64": "AAAAAA=="}), id="objects"),
    ],
)
def test_a_damaged_or_hostile_project_is_refused_in_a_sentence(data):
    with pytest.raises(FileProblem, match=r"^The project[^\n]*\.$"):
        decode_document(data)


def test_the_place_of_a_wrong_setting_is_named():
    with pytest.raises(FileProblem, match=r"\$\.layers\[0\]\.stride\[1\]"):
        decode_document(with_layer(stride=[1, 65]))


def test_what_cannot_be_saved_leaves_the_project_as_it_was(tmp_path):
    path = tmp_path / "a.convstudio"
    save_document(path, document())
    before = path.read_bytes()
    with pytest.raises(WriteProblem, match="would not open again"):
        save_document(path, document(layer=Conv.of(np.zeros((40, 40, 1, 1)))))
    assert path.read_bytes() == before


def test_a_project_too_large_to_be_read_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "LIMITS", replace(LIMITS, file_bytes=2**20))
    path = tmp_path / "a.convstudio"
    with pytest.raises(WriteProblem, match=r"too large to reopen \(2 MiB, limit 1 MiB\), so it was not saved: use"):
        save_document(path, document(values=np.zeros((1000, 500, 1))))
    assert not path.exists()


def test_a_title_with_half_a_character_is_refused(tmp_path):
    with pytest.raises(WriteProblem, match="contains an invalid character"):
        save_document(tmp_path / "a.convstudio", document(title="\ud800"))


def test_a_save_that_does_not_read_back_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "decode_document", lambda _data, progress: (document(title="another"), None))
    with pytest.raises(WriteProblem, match="what was written differs"):
        save_document(tmp_path / "a.convstudio", document())
    assert list(tmp_path.iterdir()) == []
