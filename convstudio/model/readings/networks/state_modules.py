"""The modules of a PyTorch state_dict, and the order in which they follow each other, by names and shapes alone.

Source of the names and shapes: the documentation of `torch.nn`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convstudio.model.readings.weights.weight_names import Shapes, last_word, natural, prefix_of
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.layer import Shape
from convstudio.model.values.limits import LIMITS

_COUNTER = "num_batches_tracked"
_STATISTICS = ("running_mean", "running_var")
_TRANSPOSED = re.compile(r"transpose|deconv|upconv", re.IGNORECASE)
_LAST_NUMBERS = re.compile(r"\d+")
_MOST_TRIES = 5_000


@dataclass(frozen=True)
class StateModule:
    """One module: its name, and the shapes of its arrays by their last word, such as `weight`."""

    name: str
    shapes: Shapes

    def array(self, word: str) -> str:
        """Return the name of one of its arrays."""
        return f"{self.name}.{word}" if self.name else word

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers in its name."""
        return tuple(_LAST_NUMBERS.findall(self.name))

    @property
    def pattern(self) -> str:
        """Its name without numbers: modules that are alike share it, and their numbers count them."""
        return _LAST_NUMBERS.sub("#", self.name)


@dataclass(frozen=True)
class Flow:
    """What goes from one module to the next: the axes of a map, 0 for a vector, and the channels or numbers.

    `channels` is None before the first module.
    """

    rank: int = 0
    channels: int | None = None


@dataclass(frozen=True)
class ModuleStep:
    """What a module does with what comes to it: its kind, its groups, and what goes on.

    `flattened` is the shape of the maps `(*spatial, channels)` that are flattened before a dense module; None without.
    """

    module: StateModule
    kind: str
    flow: Flow
    groups: int = 1
    flattened: Shape | None = None


def modules_of(shapes: Shapes) -> tuple[StateModule, ...]:
    """Gather arrays into modules, in the order of the file.

    >>> [one.name for one in modules_of({"0.weight": (4, 1, 3, 3), "0.bias": (4,), "2.weight": (2, 4, 1, 1)})]
    ['0', '2']
    """
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, shape in shapes.items():
        word = last_word(name)
        parts = found.setdefault(prefix_of(name).removesuffix("."), {})
        if word != _COUNTER:
            parts[word] = shape
    return tuple(StateModule(name, parts) for name, parts in found.items() if parts)


def is_state_dict(shapes: Shapes) -> bool:
    """Return whether arrays are named as PyTorch names those of modules: one `weight` of two axes and more, at least.

    >>> is_state_dict({"conv1.weight": (8, 1, 3, 3)}), is_state_dict({"kernel": (3, 3, 1, 8)})
    (True, False)
    """
    return any("weight" in one.shapes and len(one.shapes["weight"]) > 1 for one in modules_of(shapes))


def chain_of(modules: Sequence[StateModule], *, is_ordered: bool) -> tuple[tuple[ModuleStep, ...], str]:
    """Return the modules in an order in which each takes what the one before makes, and why it ends where it does.

    `is_ordered` tells that the file has the order of the model; else, or where they do not follow each other
    in it, modules of the same name count themselves by their numbers, and of the next ones the one that fits is taken.
    The reason names the module that nothing can be done with; it is empty where all of them follow each other.
    """
    if is_ordered:
        steps, reason = _walk(modules)
        if not reason:
            return steps, ""
    natural_steps, natural_reason = _walk(sorted(modules, key=lambda one: natural(one.name)))
    if not natural_reason and len({one.pattern for one in modules}) == 1:
        return natural_steps, ""
    return _searched(modules)


def _walk(modules: Sequence[StateModule]) -> tuple[tuple[ModuleStep, ...], str]:
    flow = Flow()
    steps: list[ModuleStep] = []
    for module in modules:
        step = step_of(module, flow)
        if isinstance(step, str):
            return tuple(steps), f"“{module.name[:60]}” {step}"
        steps.append(step)
        flow = step.flow
    return tuple(steps), ""


class _Search:
    """Goes through the orders in which modules of each pattern follow each other; keeps the longest way it found."""

    def __init__(self, modules: Sequence[StateModule]) -> None:
        patterns = dict.fromkeys(one.pattern for one in modules)
        ordered = sorted(modules, key=lambda one: natural(one.name))
        self._lines = [[one for one in ordered if one.pattern == pattern] for pattern in patterns]
        self._wanted = min(len(modules), LIMITS.layers + 1)
        self._tries = 0
        self.best: tuple[ModuleStep, ...] = ()

    def go(self) -> bool:
        """Search depth first; return whether all modules found a place, or one more than a network can have.

        It keeps a list of its own in place of calls in calls: a file may hold thousands of modules.
        """
        steps: list[ModuleStep] = []
        places = [0] * len(self._lines)
        taken: list[int] = []
        choices = [self._next(steps, places)]
        while choices and self._tries < _MOST_TRIES:
            found = next(choices[-1], None)
            if found is None:
                choices.pop()
                if taken:
                    places[taken.pop()] -= 1
                    steps.pop()
                continue
            line, step = found
            self._tries += 1
            steps.append(step)
            taken.append(line)
            places[line] += 1
            if len(steps) > len(self.best):
                self.best = tuple(steps)
            if len(steps) == self._wanted:
                return True
            choices.append(self._next(steps, places))
        return False

    def left(self) -> StateModule:
        """Return the module that comes first by its name among those without a place."""
        placed = {step.module.name for step in self.best}
        rest = [one for line in self._lines for one in line if one.name not in placed]
        return min(rest, key=lambda one: natural(one.name))

    def _next(self, steps: Sequence[ModuleStep], places: Sequence[int]) -> Iterator[tuple[int, ModuleStep]]:
        """Return what can follow, the likeliest first: what shares the numbers, norms, convolutions, then the rest."""
        last = steps[-1] if steps else None
        flow = Flow() if last is None else last.flow
        found = []
        for at, line in enumerate(self._lines):
            if places[at] < len(line):
                step = step_of(line[places[at]], flow, may_group=False)
                if not isinstance(step, str):
                    found.append((at, step))
        return iter(sorted(found, key=lambda one: _rank(one[1], last)))


def _rank(step: ModuleStep, last: ModuleStep | None) -> tuple[object, ...]:
    shares = last is not None and step.module.numbers == last.module.numbers
    follows = last is not None and step.module.pattern == last.module.pattern
    is_double = last is not None and step.kind == last.kind == "norm"
    is_early = last is None and step.kind not in ("conv", "transposed")
    return (is_double or is_early, not shares, step.kind == "dense", not follows, natural(step.module.name))


def _searched(modules: Sequence[StateModule]) -> tuple[tuple[ModuleStep, ...], str]:
    search = _Search(modules)
    if search.go():
        return search.best, ""
    left = search.left()
    kept = _before_branch(search.best, left)
    reason = step_of(left, search.best[-1].flow if search.best else Flow())
    if len(kept) < len(search.best) or not isinstance(reason, str):
        reason = "finds no place among the others, so the network branches, or the order of its modules is not known"
    return kept, f"“{left.name[:60]}” {reason}"


def _before_branch(steps: tuple[ModuleStep, ...], left: StateModule) -> tuple[ModuleStep, ...]:
    """Return the steps before a module could have come as well: there the network may branch."""
    for count, step in enumerate(steps, 1):
        is_next_norm = count < len(steps) and steps[count].kind in ("norm", "slopes")
        if not is_next_norm and not isinstance(step_of(left, step.flow), str):
            return steps[:count]
    return steps


# --- one module ----------------------------------------------------------------------------------------------------


def step_of(module: StateModule, flow: Flow, *, may_group: bool = True) -> ModuleStep | str:
    """Return what a module does with what comes to it, or, as the end of a sentence, why it cannot take it.

    Where the order of the modules is not sure, groups of several channels prove nothing: without `may_group` a
    convolution takes all channels or one each.
    """
    shapes = module.shapes
    weight = shapes.get("weight")
    if all(word in shapes for word in _STATISTICS):
        return _norm(module, flow)
    if weight is None or not set(shapes) <= {"weight", "bias"} or math.prod(weight) == 0:
        return f"holds {', '.join(sorted(shapes))[:80]}, which no layer here has"
    if len(weight) == 1:
        return _slopes(module, flow)
    if len(weight) == 2:
        return _dense(module, flow)
    if len(weight) > 4:
        return f"has weights of {len(weight)} axes, for which the window has no pane"
    return _convolution(module, flow, may_group)


def _norm(module: StateModule, flow: Flow) -> ModuleStep | str:
    (count,) = module.shapes["running_mean"] if len(module.shapes["running_mean"]) == 1 else (0,)
    if any(shape != (count,) for shape in module.shapes.values()):
        return "has statistics of different lengths"
    if flow.channels is None:
        return "is a batch normalisation before any layer with weights, so the shape of its maps is not known"
    if count != flow.channels:
        return f"normalises {counted(count, 'channel')}, and {flow.channels} come to it"
    return ModuleStep(module, "norm", flow)


def _slopes(module: StateModule, flow: Flow) -> ModuleStep | str:
    (count,) = module.shapes["weight"]
    if "bias" in module.shapes:
        return "is a normalisation without running statistics, which no layer here has"
    if flow.channels is None or count not in (1, flow.channels):
        return f"has {counted(count, 'slope')}, and {flow.channels or 'unknown'} channels come to it"
    return ModuleStep(module, "slopes", flow)


def _dense(module: StateModule, flow: Flow) -> ModuleStep | str:
    units, inputs = module.shapes["weight"]
    if module.shapes.get("bias", (units,)) != (units,):
        return "has a bias of another length than its units"
    made = Flow(0, units)
    if flow.channels is None:
        side = math.isqrt(inputs)
        return ModuleStep(module, "dense", made, flattened=(side, side, 1) if side * side == inputs else (inputs, 1))
    if flow.rank == 0:
        if inputs != flow.channels:
            return f"reads {inputs} numbers, and {flow.channels} come to it"
        return ModuleStep(module, "dense", made)
    cells, rest = divmod(inputs, flow.channels)
    side = cells if flow.rank == 1 else math.isqrt(cells)
    if rest or side**flow.rank != cells:
        maps = "square maps" if flow.rank == 2 else "maps"
        return f"reads {inputs} numbers, which are not those of {maps} of {counted(flow.channels, 'channel')}"
    return ModuleStep(module, "dense", made, flattened=(*(side,) * flow.rank, flow.channels))


def _convolution(module: StateModule, flow: Flow, may_group: bool) -> ModuleStep | str:
    rank = len(module.shapes["weight"]) - 2
    if flow.channels is not None and flow.rank != rank:
        return f"slides along {counted(rank, 'axis')}, and what comes to it has {flow.rank or 'none'}"
    ways = (_transposed_way, _plain_way) if _TRANSPOSED.search(module.name) else (_plain_way, _transposed_way)
    bias = module.shapes.get("bias")
    for way in ways:
        found = way(module.shapes["weight"], flow.channels)
        if found is not None and bias in (None, (found[2],)):
            kind, groups, filters = found
            if groups > 1 and groups != flow.channels and not may_group:
                continue
            return ModuleStep(module, kind, Flow(rank, filters), groups)
    return f"({'×'.join(map(str, module.shapes['weight']))}) does not take {flow.channels or 'any'} channels"


def _plain_way(weight: Shape, channels: int | None) -> tuple[str, int, int] | None:
    filters, each = weight[:2]
    groups = 1 if channels is None else channels // each
    fits = channels is None or (channels % each == 0 and filters % groups == 0)
    return ("conv", groups, filters) if fits else None


def _transposed_way(weight: Shape, channels: int | None) -> tuple[str, int, int] | None:
    inputs, filters = weight[:2]
    return ("transposed", 1, filters) if channels in (None, inputs) else None


def told_words(steps: Sequence[ModuleStep]) -> str:
    """Return the names of some steps as a sentence lists them."""
    return ", ".join(step.module.name[:60] for step in steps)
