"""What one would pick instead: PyTorch, SciPy, OpenCV and onnxruntime, each where it is there and can express it."""

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from convstudio.ops import resolve_padding
from convstudio.ops.threads import cores
from tests.benchmarks.operations.workloads import Arrays, Workload

Call = Callable[[], Arrays]
RIVALS = ("PyTorch", "PyTorch channels last", "onnxruntime", "SciPy signal", "SciPy ndimage", "OpenCV")
RIVALS_AROUND = RIVALS[:3]
"""Those that know more than the convolution."""

MODULES = {"PyTorch": "torch", "onnxruntime": "onnxruntime", "SciPy": "scipy", "OpenCV": "cv2"}


def installed(name: str) -> bool:
    return importlib.util.find_spec(MODULES[name]) is not None


def hold_to_one_thread() -> None:
    """Let every rival compute in the calling thread alone."""
    if installed("PyTorch"):
        import torch

        torch.set_num_threads(1)
    if installed("OpenCV"):
        import cv2

        cv2.setNumThreads(1)


def rivals(work: Workload, x: np.ndarray, weights: np.ndarray, grad: np.ndarray) -> dict[str, Call]:
    """Make every rival ready: arrays in its own order, its session opened; only the call itself is timed."""
    entered: dict[str, Call] = {}
    if installed("PyTorch"):
        entered["PyTorch"] = pytorch(work, x, weights, grad, channels_last=False)
        if work.rank == 2:
            entered["PyTorch channels last"] = pytorch(work, x, weights, grad, channels_last=True)
    if installed("onnxruntime") and importlib.util.find_spec("onnx") and "gradient" not in work.operation:
        entered["onnxruntime"] = onnxruntime(work, x, weights)
    is_plain = work.stride == work.dilation == work.groups == 1 and not work.padding and not work.batch
    if work.operation == "conv" and is_plain and installed("SciPy"):
        entered["SciPy signal"] = scipy_signal(x, weights)
        entered["SciPy ndimage"] = scipy_ndimage(x, weights)
    if work.operation == "conv" and is_plain and work.rank == 2 and weights.shape[2:] == (1, 1) and installed("OpenCV"):
        entered["OpenCV"] = opencv(x, weights)
    return entered


def channels_first(work: Workload, values: np.ndarray) -> np.ndarray:
    return np.moveaxis(values.reshape(-1, *values.shape[-1 - work.rank :]), -1, 1).copy()


def channels_last(work: Workload, maps: np.ndarray) -> np.ndarray:
    return np.moveaxis(maps, 1, -1).reshape(*work.batch, *maps.shape[2:], maps.shape[1])


def filters_first(weights: np.ndarray) -> np.ndarray:
    return np.moveaxis(weights, (-1, -2), (0, 1)).copy()


def pytorch(work: Workload, x: np.ndarray, weights: np.ndarray, grad: np.ndarray, *, channels_last: bool) -> Call:
    import torch

    layout = {"memory_format": torch.channels_last if channels_last else torch.contiguous_format}
    read = [torch.from_numpy(channels_first(work, x)).to(**layout)]
    if not work.is_pooling:
        read.append(torch.from_numpy(filters_first(weights)).to(**layout))
    if "gradients" in work.operation:
        read.append(torch.zeros(work.output[-1]))
    forward = _pytorch_function(work, read)
    if "gradient" not in work.operation:

        def call() -> Arrays:
            with torch.inference_mode():
                return (_ours(work, forward()),)

        return call
    for one in read:
        one.requires_grad_(True)
    y, grads = forward(), torch.from_numpy(channels_first(work, grad)).to(**layout)

    def backward() -> Arrays:
        grad_x, *others = torch.autograd.grad(y, read, grads, retain_graph=True)
        return _ours(work, grad_x), *(
            np.moveaxis(one.numpy(), (0, 1), (-1, -2)) if one.ndim > 1 else one.numpy() for one in others
        )

    return backward


def _ours(work: Workload, maps: Any) -> np.ndarray:
    return channels_last(work, maps.detach().numpy())


def _pytorch_function(work: Workload, read: list[Any]) -> Callable[[], Any]:
    import torch

    functional, rank, keywords = torch.nn.functional, work.rank, work.keywords
    if work.is_pooling:
        kind = "max" if "max" in work.operation else "avg"
        function = getattr(functional, f"{kind}_pool{rank}d")
        return lambda: function(read[0], work.weights, **keywords)
    name = f"conv_transpose{rank}d" if work.operation.startswith("transposed") else f"conv{rank}d"
    function = getattr(functional, name)
    return lambda: function(*read, **keywords)


def onnxruntime(work: Workload, x: np.ndarray, weights: np.ndarray) -> Call:
    import onnxruntime as runtime
    from onnx import TensorProto, helper, numpy_helper

    kind = {"conv": "Conv", "transposed": "ConvTranspose", "max pool": "MaxPool", "average pool": "AveragePool"}
    steps = {"stride": work.stride, "padding": work.padding, "dilation": work.dilation}
    pairs = resolve_padding(work.x[-1 - work.rank : -1], work.kernel, **steps)
    pads = [before for before, _ in pairs] + [after for _, after in pairs]
    attributes: dict[str, Any] = {"kernel_shape": work.kernel, "strides": (work.stride,) * work.rank, "pads": pads}
    if not work.is_pooling:
        attributes |= {"dilations": (work.dilation,) * work.rank, "group": work.groups}
    held = [] if work.is_pooling else [numpy_helper.from_array(filters_first(weights), "w")]
    node = helper.make_node(kind[work.operation], ["x", *(one.name for one in held)], ["y"], **attributes)
    maps = channels_first(work, x)
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, maps.shape)]
    made = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    graph = helper.make_graph([node], "one layer", ends, made, held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = cores()
    session = runtime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda: (channels_last(work, session.run(None, {"x": maps})[0]),)


def scipy_signal(x: np.ndarray, weights: np.ndarray) -> Call:
    from scipy import signal

    filters = range(weights.shape[-1])
    return lambda: (np.concatenate([signal.correlate(x, weights[..., f], mode="valid") for f in filters], axis=-1),)


def scipy_ndimage(x: np.ndarray, weights: np.ndarray) -> Call:
    from scipy import ndimage

    inside = tuple(slice(k // 2, k // 2 + n - k + 1) for n, k in zip(x.shape[:-1], weights.shape[:-2], strict=True))

    def one_filter(f: int) -> Any:
        return sum(
            ndimage.correlate(x[..., c], weights[..., c, f], mode="constant")[inside] for c in range(x.shape[-1])
        )

    return lambda: (np.stack([one_filter(f) for f in range(weights.shape[-1])], axis=-1),)


def opencv(x: np.ndarray, weights: np.ndarray) -> Call:
    import cv2

    rows, columns = weights.shape[:2]
    image, kernel = x[..., 0], weights[..., 0, 0]

    def call() -> Arrays:
        full = cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_CONSTANT)
        inside = full[rows // 2 : rows // 2 + x.shape[0] - rows + 1, columns // 2 :]
        return (inside[:, : x.shape[1] - columns + 1, None],)

    return call
