"""A trained model → ONNX with int8 weights, at most 25 MB, checked against the model it came from.

Weights are stored as int8, one scale a row or column, and turned back into float32 when the model is loaded: the size
of int8 with nearly the vectors of float32. Quantizing activations too (dynamic int8) was 1.3 times faster and left out:
a text's vector would then depend on the other texts of its batch, and an index on the order of its making.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SMALLEST = 4096  # values: smaller weights (norms, biases) stay float32
# Not 127: weights trained on from an export lie next to its grid, and the same grid would round most of what was
# learned away (cosine .995 with the trained model where this one keeps .9994).
LARGEST = 121
AXES = {0: "batch", 1: "tokens"}


def export(module: Any, inputs: dict[str, Any], outputs: dict[str, dict[int, str]], target: Path) -> None:
    """Write a torch module, called with `inputs` by name, as ONNX with int8 weights; `outputs` with their axes."""
    import torch

    with torch.no_grad():
        torch.onnx.export(
            module.eval(),  # the exporter puts a module back into training mode, dropout and all
            tuple(inputs.values()),
            str(target),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: AXES for name in inputs} | outputs,
            opset_version=17,
            dynamo=False,
        )
    _quantize(target)


def _quantize(path: Path) -> None:
    """Replace the large weights of a model by int8 values, their scales, and a DequantizeLinear."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    gathered = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    kept, nodes = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < SMALLEST:
            kept.append(weight)
            continue
        axis = 0 if weight.name in gathered else 1
        rows, scales = int8(values, axis)
        kept.append(numpy_helper.from_array(rows, f"{weight.name}_int8"))
        kept.append(numpy_helper.from_array(scales, f"{weight.name}_scale"))
        inputs = [f"{weight.name}_int8", f"{weight.name}_scale"]
        nodes.append(helper.make_node("DequantizeLinear", inputs, [weight.name], axis=axis))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for node in reversed(nodes):
        graph.node.insert(0, node)
    model.doc_string = ""
    for node in graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def int8(values: npt.NDArray[np.float32], axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """A matrix as int8 and a scale for each index of `axis`, symmetric about 0."""
    largest = np.abs(values).max(axis=1 - axis)
    scales = np.maximum(largest, 1e-8).astype(np.float32) / np.float32(LARGEST)
    wide = scales[:, None] if axis == 0 else scales[None, :]
    return np.rint(values / wide).astype(np.int8), scales
