"""Every kind of layer answers every question that the program asks of it; a kind that is forgotten anywhere fails here.

What is true is what the layer's own run does: which outputs a cell changes is found by changing it.
"""

import ast
import math
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import convstudio
from convstudio.files.code import TARGETS
from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.model.colour.display import Levels
from convstudio.model.edits import building
from convstudio.model.edits.readers import carried_along
from convstudio.model.edits.side_effects import CHANGES
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.local_response_norm import LocalResponseNorm
from convstudio.model.learning.passes import Draw, layer_pass
from convstudio.model.panes.explanation import explained
from convstudio.model.readings.weights.layer_weights import readings
from convstudio.model.run.forward import forward
from convstudio.model.trace.links import channel_shown, linked_cells, select_channel, window_of
from convstudio.model.trace.receptive_field import xray
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import Limits
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.model.words.summary import summary_text
from tests.property.test_code_runs import run as run_program
from tests.specimens import SPECIMENS, kinds_of_layers

EVERY = pytest.mark.parametrize(("layer", "read"), SPECIMENS.values(), ids=SPECIMENS)
PROGRAM = Path(convstudio.__file__).parent
OUTSIDE = sorted(path for path in PROGRAM.rglob("*.py") if path.parent.name != "kinds")
LIMITS = Limits(*(1000 for _ in fields(Limits)))
LEVELS = Levels(-1.0, 1.0, signed=True)


def document_of(layer, read):
    """Return a document with a layer that reads maps or a sequence; a vector is made by a flattening before it."""
    if read.ndim > 1:
        return Document(Sample.of("drawn", read), Network((layer,)))
    return Document(Sample.of("drawn", read[:, np.newaxis]), Network((building.Flatten(), layer)))


def outputs(layer, read):
    """Yield each output with its place, channel last: `(position, channel)`; a vector's values have channel 0."""
    output_shape = layer.output_shape(read.shape)
    for at in np.ndindex(output_shape):
        yield ((at[:-1], at[-1]) if len(output_shape) > 1 else (at, 0)), at


def view_of(position, channel):
    return ViewState(position=position, filter=channel)


@cache
def dependence(name):
    """Return per cell of the input, channel last, which outputs a change of it changes: booleans of both shapes."""
    layer, read = SPECIMENS[name]
    made = layer.run(read)
    found = np.zeros((*read.shape, *made.shape), bool)
    for cell in np.ndindex(read.shape):
        for amount in (1000, -1000):  # up and down: the largest of a window may be above or below it
            changed = read.copy()
            changed[cell] += amount
            found[cell] |= layer.run(frozen(changed)) != made
    return found


NAMED = pytest.mark.parametrize("name", SPECIMENS)


def cells_of(axes, shape):
    """Return a table of what lies at the crossing of the places along each axis."""
    inside = np.zeros(shape, bool)
    kept = [along[(along >= 0) & (along < length)] for along, length in zip(axes, shape, strict=True)]
    inside[np.ix_(*kept)] = True
    return inside


def spatial_of(shape):
    return shape[:-1] or shape


def works_or_says_why(layer, shape):
    """Run a layer on ones; a refusal must say something."""
    try:
        return layer.run(frozen(np.ones(shape))).shape == layer.output_shape(shape)
    except ValueError as refusal:
        return len(str(refusal)) > 20


def test_every_kind_has_a_specimen():
    assert {type(layer) for layer, _ in SPECIMENS.values()} == kinds_of_layers()


def test_a_kind_that_forgets_a_question_cannot_be_made():
    class Forgetful(Layer):
        def output_shape(self, read):
            return read

        def compute(self, values):
            return values

    with pytest.raises(TypeError, match=r"abstract.*explain.*fed_by.*following.*form.*name.*paths.*window"):
        Forgetful()


@NAMED
def test_a_layer_computes_in_the_float_type_that_it_is_given(name):
    layer, read = SPECIMENS[name]
    made = layer.compute(read.astype(np.float64))
    assert made.dtype == np.float64
    np.testing.assert_allclose(made, layer.run(read), rtol=1e-4, atol=1e-4)


def test_no_function_outside_the_kinds_chooses_between_kinds():
    """A chain over kinds falls through for the next one: a kind answers by a method, or by its line in a table.

    A convolution and a transposed one may be told apart, as the kernel pane shows both.
    """
    names = {kind.__name__ for kind in kinds_of_layers()} - {"ConvTranspose"}
    chains = {}
    for path in OUTSIDE:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                asked = {name for part in ast.walk(function) for name in _kinds_asked_for(part)} & names
                chains |= {f"{path.relative_to(PROGRAM)}: {function.name}": asked} if len(asked) > 1 else {}
    assert not chains


def _kinds_asked_for(part):
    """Return the names in the second argument of isinstance, or in a case of a match statement."""
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "isinstance":
        return {one.id for one in ast.walk(part.args[1]) if isinstance(one, ast.Name)}
    return {part.cls.id} if isinstance(part, ast.MatchClass) and isinstance(part.cls, ast.Name) else set()


def test_every_kind_can_be_added():
    added = {type(layer) for make in building.NEW_LAYERS.values() for layer in make((8, 8, 3))}
    assert added == kinds_of_layers()


@EVERY
def test_it_makes_the_shape_that_it_says(layer, read):
    assert layer.run(read).shape == layer.output_shape(read.shape)


@EVERY
def test_its_gradients_are_the_slopes_of_its_run(layer, read):
    """A nudge in a random direction changes the loss as the gradients say; one after the other for each array."""
    draw = np.random.default_rng(5)
    grad = draw.standard_normal(layer.output_shape(read.shape))
    found = layer.backward(read, grad)
    arrays = {"": (read, found.inputs), **{name: (getattr(layer, name), of) for name, of in found.learned.items()}}
    for name, (values, gradient) in arrays.items():
        assert gradient.shape == values.shape
        way = draw.standard_normal(values.shape)
        sides = [_nudged(layer, read, name, frozen(values + step * way)) for step in (0.002, -0.002)]
        slope = float(((sides[0] - sides[1]) * grad).sum()) / 0.004
        assert slope == pytest.approx(float((gradient * way).sum()), rel=0.01, abs=0.02)


def _nudged(layer, read, name, values):
    """Run with other values of the input, or of one array that the layer learns."""
    made = replace(layer, **{name: values}).run(read) if name else layer.run(values)
    return made.astype(np.float64)


@EVERY
def test_it_learns_no_more_than_its_parameters(layer, read):
    learned = layer.backward(read, np.ones(layer.output_shape(read.shape))).learned
    assert tuple(learned) == layer.learned
    assert sum(gradient.size for gradient in learned.values()) == layer.parameters - layer.measured


@EVERY
def test_it_says_why_it_cannot_work_or_works_on_every_other_shape(layer, read):
    del read
    for shape in ((4,), (9, 2), (4, 5, 3), (3, 4, 5, 4)):
        assert works_or_says_why(layer, shape)


@EVERY
def test_its_name_is_one_that_no_other_kind_has(layer, read):
    del read
    others = {other.name for other, _ in SPECIMENS.values() if type(other) is not type(layer)}
    assert layer.name
    assert layer.name not in others


@EVERY
def test_what_it_learns_is_what_its_arrays_hold(layer, read):
    arrays = [getattr(layer, part.name) for part in fields(layer)]
    assert layer.parameters == sum(value.size for value in arrays if isinstance(value, np.ndarray))
    assert layer.multiplications(read.shape) >= 0


@EVERY
def test_the_summary_has_its_name_and_its_shape(layer, read):
    lines = summary_text(document_of(layer, read)).splitlines()
    (line,) = [line for line in lines if line.startswith(layer.name)]
    assert "×".join(map(str, layer.output_shape(read.shape))) in line


@EVERY
def test_its_form_shows_values_that_can_be_set_again(layer, read):
    if isinstance(layer, Conv):
        return  # it has the kernel pane
    del read
    assert layer.facts.endswith(".")
    for setting in layer.form(LIMITS):
        value = setting.read(layer, 0)
        assert setting.write(layer, 0, value).output_shape is not None
        assert setting.read(setting.write(layer, 0, value), 0) == value
        if setting.low is not None:
            assert setting.read(setting.write(layer, 0, setting.low), 0) == setting.low


@NAMED
def test_the_window_of_every_output_holds_every_cell_that_changes_it(name):
    layer, read = SPECIMENS[name]
    depends = dependence(name)
    for (position, _), at in outputs(layer, read):
        window = window_of(layer, read.shape, position)
        inside = cells_of(window.sources, spatial_of(read.shape))
        seen = depends[(..., *at)]
        assert not (seen.reshape(inside.shape if read.ndim == 1 else read.shape) & ~_every_channel(inside, read)).any()


def _every_channel(inside, read):
    return inside if read.ndim == 1 else np.broadcast_to(inside[..., np.newaxis], read.shape)


@NAMED
def test_an_input_cell_is_linked_to_every_output_that_it_changes(name):
    layer, read = SPECIMENS[name]
    output_shape = layer.output_shape(read.shape)
    for cell in np.ndindex(spatial_of(read.shape)):
        fed = linked_cells(layer, read.shape, Cell(Pane.INPUT, cell))[Pane.MAP]
        inside = cells_of(fed, spatial_of(output_shape))
        changed = dependence(name)[cell].reshape(-1, *output_shape).any(axis=0)
        assert not (
            changed & ~(inside if len(output_shape) == 1 else np.broadcast_to(inside[..., np.newaxis], output_shape))
        ).any()


@NAMED
def test_the_links_of_windows_and_of_input_cells_are_the_same(name):
    layer, read = SPECIMENS[name]
    output_shape = spatial_of(layer.output_shape(read.shape))
    pairs = set()
    for position in np.ndindex(output_shape):
        at = np.nonzero(cells_of(window_of(layer, read.shape, position).sources, spatial_of(read.shape)))
        pairs |= {(cell, position) for cell in zip(*(along.tolist() for along in at), strict=True)}
    fed = set()
    for cell in np.ndindex(spatial_of(read.shape)):
        at = np.nonzero(cells_of(linked_cells(layer, read.shape, Cell(Pane.INPUT, cell))[Pane.MAP], output_shape))
        fed |= {(cell, position) for position in zip(*(along.tolist() for along in at), strict=True)}
    assert pairs == fed


@NAMED
def test_the_xray_sees_every_cell_that_changes_an_output(name):
    layer, read = SPECIMENS[name]
    document = document_of(layer, read)
    depends = dependence(name)
    for (position, channel), at in outputs(layer, read):
        found = xray(document, len(document.layers) - 1, position, channel)[-2]
        for cell in zip(*np.nonzero(depends[(..., *at)]), strict=True):
            assert found.paths_from(cell) > 0


@EVERY
def test_the_explanation_of_every_output_ends_in_its_number(layer, read):
    made = layer.run(read)
    names = [f"channel {number + 1}" for number in range(read.shape[-1])]
    for (position, channel), at in outputs(layer, read):
        found = explained(layer, TiledArray.of(read), view_of(position, channel), LEVELS, names)
        assert found.output == pytest.approx(float(made[at]), rel=1e-5, abs=1e-6)
        assert found.text
        assert found.sentence.endswith(".")


@EVERY
def test_a_sum_of_products_has_as_many_terms_as_it_counts(layer, read):
    names = [f"channel {number + 1}" for number in range(read.shape[-1])]
    for (position, channel), _ in outputs(layer, read):
        found = explained(layer, TiledArray.of(read), view_of(position, channel), LEVELS, names).calculation
        assert layer.term_count(read.shape, position) == (0 if found is None else found.products.size)
        assert bool(layer.kernel_cells) == (found is not None)


@NAMED
def test_a_weight_is_linked_to_the_cells_that_it_is_multiplied_with(name):
    layer, read = SPECIMENS[name]
    for weight in np.ndindex(layer.kernel_cells):
        if layer.kernel_cells:
            met = layer.met_by_weight(read.shape, weight)
            assert met is not None
            assert len(met) == len(spatial_of(read.shape))


@EVERY
def test_what_holds_arrays_opens_files_of_weights_and_says_what_else_changes(layer, read):
    document = document_of(layer, read)
    holds_arrays = any(isinstance(getattr(layer, part.name), np.ndarray) for part in fields(layer))
    with pytest.raises(ValueError, match=r"No array of the file fits|has no weights") as refused:
        readings({"nothing": (1, 2, 3, 4, 5, 6, 7)}, ".npy", document, len(document.layers) - 1, 9)
    assert ("has no weights" in str(refused.value)) == (not holds_arrays)
    assert (type(layer) in CHANGES) >= holds_arrays


@EVERY
def test_the_channel_that_an_output_reads_can_be_looked_at(layer, read):
    document = document_of(layer, read)
    index = len(document.layers) - 1
    for channel in range(read.shape[-1] if read.ndim > 1 else 1):
        view = replace(select_channel(document, ViewState(layer=index), channel))
        assert channel_shown(layer, read.shape, view) == channel


@EVERY
def test_switched_off_it_passes_on_what_it_reads(layer, read):
    off = replace(layer, is_on=False)
    document = document_of(off, read)
    np.testing.assert_array_equal(forward(document).layers[-1].maps, read)
    names = [f"channel {number + 1}" for number in range(read.shape[-1])]
    position = (0,) * max(1, read.ndim - 1)
    found = explained(off, TiledArray.of(read), view_of(position, 0), LEVELS, names)
    assert found.output == read[(0,) * read.ndim]


@EVERY
def test_an_edit_of_one_cell_makes_what_a_whole_run_makes(layer, read):
    document = document_of(layer, read)
    before = forward(document)
    held = document.sample.values
    for cell in list(np.ndindex(held.spatial))[:: max(1, math.prod(held.spatial) // 6)]:
        box = tuple(slice(at, at + 1) for at in cell)
        changed = document.with_sample(replace(document.sample, values=held.with_box(box, held.box(box) + 3)))
        np.testing.assert_allclose(
            forward(changed, before).layers[-1].maps, forward(changed).layers[-1].maps, rtol=1e-5, atol=1e-6
        )


@EVERY
def test_an_edit_of_the_filters_before_it_makes_what_a_whole_run_makes(layer, read):
    if read.ndim == 1:
        return
    first = Conv.of(np.random.default_rng(1).standard_normal((*(1,) * (read.ndim - 1), read.shape[-1], read.shape[-1])))
    document = Document(Sample.of("drawn", read), Network((first, layer)))
    weights = first.weights.copy()
    weights[..., 0] += 1
    changed = document.with_layer(0, replace(first, weights=frozen(weights)))
    np.testing.assert_allclose(
        forward(changed, forward(document)).layers[-1].maps, forward(changed).layers[-1].maps, rtol=1e-5, atol=1e-6
    )


@EVERY
def test_fitted_to_another_input_it_works_or_says_why_not(layer, read):
    for shape in ((9, 3), (7, 8, 5), (5, 6, 7, 2), (11,)):
        fit = layer.fitted_to(shape)
        assert type(fit) is type(layer)
        assert works_or_says_why(fit, shape)
    assert layer.fitted_to(read.shape) == layer


@EVERY
def test_where_the_maps_before_it_change_places_it_follows_or_stays(layer, read):
    """Moved maps are read as before: with the layer behind them, the results are the same, or the same moved."""
    count = read.shape[-1]
    order = [*range(1, count), 0]
    if read.ndim == 1:
        return
    mixing = Conv.of(np.random.default_rng(2).standard_normal((*(1,) * (read.ndim - 1), count, count)))
    document = Document(Sample.of("drawn", read), Network((mixing, layer)))
    moved = replace(mixing, weights=frozen(mixing.weights[..., order]), bias=frozen(mixing.bias[order]))
    after = carried_along(document.with_layer(0, moved), 0, count, order)
    if after.layers[1] is layer and isinstance(layer, (Conv, LocalResponseNorm)):
        return  # it reads the maps in groups of several, or with their neighbours, and stays
    held, made = (forward(one).layers[1].maps for one in (document, after))
    totals = [np.sort(values, axis=-1).reshape(-1) for values in (held, made)]
    if type(layer).__name__ in ("Dropout", "SpatialDropout"):
        return  # the seed says which places are silenced, whatever stands there
    if made.ndim == 1:
        totals = [np.sort(values) for values in totals]
    np.testing.assert_allclose(*totals, rtol=1e-4, atol=1e-5)


@EVERY
def test_of_equal_maps_it_makes_equal_maps_and_gradients_in_training_or_says_what_tells_them_apart(layer, read):
    """A network with equal filters stays one: what follows them gives each the same gradient, up to rounding."""
    count = read.shape[-1]
    alike = MapOrder(count, (0,) * count)
    following = layer.following(alike)
    if following is None or count == 1:
        return
    batch = np.stack([np.repeat(values[..., :1], count, axis=-1) for values in (read, 2 * read)]).astype(np.float64)
    made = layer_pass(following, batch, 0, Draw(1, 2, 3))
    after = layer.order_after(alike)
    grad = np.random.default_rng(4).normal(size=made.output.shape)
    if after is not None:
        grad = np.stack([after.picked(one.reshape(-1)).reshape(one.shape) for one in grad])
    back, _ = made.back(grad.astype(np.float64), True)
    is_alike = np.allclose(back, back[..., :1], atol=1e-6, rtol=1e-4)
    if after is not None:
        is_alike &= all(np.allclose(after.picked(one.reshape(-1)), one.reshape(-1)) for one in made.output)
    assert is_alike == (not following.tells_maps_apart)


@EVERY
def test_saved_and_opened_it_is_the_same(layer, read):
    document = document_of(layer, read)
    assert decode_document(encode_document(document))[0] == document


@EVERY
@pytest.mark.parametrize("target", TARGETS)
def test_its_program_makes_our_numbers_or_says_that_the_library_cannot(layer, read, target):
    document = document_of(layer, read)
    refusal = ""
    try:
        run_program(document, target)
    except FileProblem as problem:
        refusal = str(problem)
    assert not refusal or (target in ("scipy", "opencv") and "cannot be written for" in refusal)
