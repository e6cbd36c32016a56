"""The training of a network as lines of a PyTorch program: the plain loop that PyTorch users write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from convstudio.files.code.program import LayerStep
from convstudio.files.code.to_pytorch import TorchModule
from convstudio.files.code.training import (
    BATCHES,
    UNPACKED_BYTES,
    TrainingTask,
    check_lines,
    lock_lines,
    locks_of,
    rate_lines,
    settings_lines,
)
from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.values.learning.settings import USUAL_TRAINING

_KERAS_EPSILON = 1e-7
_LOSSES: Mapping[str, str] = MappingProxyType(
    {
        "mean_squared_error": "F.mse_loss(output, wanted)",
        "half_squared_error": "(output - wanted).square().sum() / 2",
        "mean_absolute_error": "F.l1_loss(output, wanted)",
        "binary_crossentropy": "F.binary_cross_entropy(output.clamp(1e-7, 1 - 1e-7), wanted)",
        "binary_crossentropy_from_logits": "F.binary_cross_entropy_with_logits(output, wanted)",
        "categorical_crossentropy": (
            "-(wanted * (output / output.sum(1, keepdim=True)).clamp(1e-7, 1 - 1e-7).log()).sum(1).mean()"
        ),
        "categorical_crossentropy_from_logits": "F.cross_entropy(output, wanted)",
    }
)
_ADAPTIVE = ("adam", "adamw")
_PUNISHED = ("nn.Conv", "nn.Linear")
"""How the modules begin whose weights L2 punishes."""

HELPERS: Mapping[str, str] = MappingProxyType(
    {
        "unpacked_bytes": UNPACKED_BYTES,
        "batches": BATCHES,
        "channels_second": '''
def channels_second(values):
    """Turn (samples, *spatial, channels) into PyTorch's (samples, channels, *spatial)."""
    return torch.tensor(np.moveaxis(values, -1, 1))
''',
        "KerasMomentum": '''
class KerasMomentum(torch.optim.Optimizer):
    """Add up steps, as Keras does; torch.optim.SGD adds up gradients, which differs where the rate changes."""

    def __init__(self, parameters, lr, momentum, nesterov=False):
        super().__init__(parameters, {"lr": lr})
        self.momentum, self.nesterov = momentum, nesterov

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weights in group["params"]:
                fall = group["lr"] * weights.grad
                before = self.state[weights].get("velocity", torch.zeros_like(weights))
                velocity = self.state[weights]["velocity"] = self.momentum * before - fall
                weights += self.momentum * velocity - fall if self.nesterov else velocity
''',
        "KerasRMSprop": '''
class KerasRMSprop(torch.optim.Optimizer):
    """Add epsilon below the root, as Keras does; torch.optim.RMSprop adds it after."""

    def __init__(self, parameters, lr, rho=0.9, epsilon=1e-7):
        super().__init__(parameters, {"lr": lr})
        self.rho, self.epsilon = rho, epsilon

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weights in group["params"]:
                before = self.state[weights].get("square", torch.zeros_like(weights))
                square = self.state[weights]["square"] = self.rho * before + (1 - self.rho) * weights.grad.square()
                weights -= group["lr"] * weights.grad / (square + self.epsilon).sqrt()
''',
    }
)


def training_lines(task: TrainingTask, made: Sequence[tuple[LayerStep, Sequence[TorchModule]]]) -> str:
    """Return the lines that train `model`, whose modules are given with the steps that they came from."""
    settings = task.settings
    places = [(step, module) for step, modules in made for module in modules]
    kernels = [
        f"model[{at}].weight"
        for at, (step, module) in enumerate(places)
        if module.text.startswith(_PUNISHED) and not step.layer.is_locked
    ]
    turn = "channels_second" if len(task.plan.objective.output_shape) > 1 else "torch.tensor"
    first = "learner = model[:-1]  # the loss reads what the last activation reads"
    lines = [
        *settings_lines(task),
        *lock_lines([step for step, _ in made]),
        "",
        *rate_lines(task),
        first if task.is_from_logits else "learner = model",
        "learner.train()",
        *_lock_lines(places),
        f"inputs, targets = channels_second(X), {turn}(Y)",
        "learned = [parameter for parameter in learner.parameters() if parameter.requires_grad]",
        f"optimizer = {_optimiser(task)}",
        *([f"kernels = [{', '.join(kernels)}]"] if settings.l2 else []),
        *(["torch.manual_seed(SEED)"] if task.draws else []),
        "losses = []",
        "for step, batch in enumerate(batches()):",
        *_group_lines(task),
        "    optimizer.zero_grad()",
        "    output, wanted = learner(inputs[batch]), targets[batch]",
        f"    loss = {_LOSSES[task.loss]}",
        *(
            [f"    loss = loss + {settings.l2} * sum(kernel.square().sum() for kernel in kernels)"]
            if settings.l2
            else []
        ),
        "    loss.backward()",
        "    optimizer.step()",
        *_keep_lines(places),
        "    losses.append(loss.item())",
        check_lines(task),
        "learner.eval()",
        *_held_out_lines(task),
    ]
    return "\n".join(lines)


def _optimiser(task: TrainingTask) -> str:
    """Write the optimiser; where PyTorch's own makes other steps than Keras's, a small one of Keras's formula."""
    settings, is_constant = task.settings, task.settings.schedule == "constant"
    betas = "" if settings.beta_2 == USUAL_TRAINING.beta_2 else f", betas=(0.9, {settings.beta_2})"
    match settings.optimiser:
        case "sgd":
            return "torch.optim.SGD(learned, RATE)"
        case "momentum" | "nesterov":
            nesterov = ", nesterov=True" if settings.optimiser == "nesterov" else ""
            name = "torch.optim.SGD" if is_constant else "KerasMomentum"
            return f"{name}(learned, RATE, momentum={settings.momentum}{nesterov})"
        case "rmsprop":
            return "KerasRMSprop(learned, RATE)"
        case "adam":
            return f"torch.optim.Adam(learned, RATE{betas})"
        case "adamw":
            return f"torch.optim.AdamW(learned, RATE{betas}, weight_decay={settings.weight_decay})"
        case other:
            raise ValueError(f'The optimiser "{other}" is not known.')


def _group_lines(task: TrainingTask) -> list[str]:
    """Write what changes with every step: the rate, and where Adam adds its epsilon."""
    settings = task.settings
    rate = ['        group["lr"] = rate_at(step)'] if settings.schedule != "constant" else []
    beta_2 = settings.beta_2
    epsilon = f'        group["eps"] = {_KERAS_EPSILON} / (1 - {beta_2} ** (step + 1)) ** 0.5  # as Keras adds it'
    held = [*rate, *([epsilon] if settings.optimiser in _ADAPTIVE else [])]
    return ["    for group in optimizer.param_groups:", *held] if held else []


def _lock_lines(places: Sequence[tuple[LayerStep, TorchModule]]) -> list[str]:
    """Write which modules do not learn; a batch normalisation among them does not measure either."""
    lines = []
    for at, (step, module) in enumerate(places):
        if step.layer.is_locked and module.parameters:
            lines.append(f"model[{at}].requires_grad_(False)")
            lines += [f"model[{at}].eval()"] if isinstance(step.layer, BatchNorm) else []
    return lines


def _keep_lines(places: Sequence[tuple[LayerStep, TorchModule]]) -> list[str]:
    """Write that weights which are locked one by one get their values back: an optimiser's memory moves them, too."""
    lines = [
        f"        {parameter}.copy_(torch.where({marks} > 0, {expression}, {parameter}))"
        for at, (step, module) in enumerate(places)
        for name in locks_of(step)
        for own, expression in module.parameters.items()
        if step.called(name) in expression
        for parameter in [f"model[{at}].{own}"]
        for marks in [expression.replace(step.called(name), step.called(f"locked_{name}"))]
    ]
    return ["    with torch.no_grad():  # locked weights stay as they are", *lines] if lines else []


def _held_out_lines(task: TrainingTask) -> list[str]:
    objective = task.plan.objective
    lines = [
        "if len(HELD_OUT):",
        "    with torch.no_grad():",
        "        output, wanted = learner(inputs[HELD_OUT]), targets[HELD_OUT]",
        f"        loss = {_LOSSES[task.loss]}",
        '    print(f"The loss of the {len(HELD_OUT)} held-out samples is {loss:.4g}.")',
    ]
    if objective.is_of_classes and not objective.is_of_one_unit:
        lines.append('    print(f"{(output.argmax(1) == wanted.argmax(1)).float().mean():.1%} of them are right.")')
    return lines
