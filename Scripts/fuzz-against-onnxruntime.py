#!/usr/bin/env python3
"""Compares quantize with ONNX Runtime on random models.

    fuzz-against-onnxruntime.py QUANTIZE [--nodes N] [--conversions N] [--seed S] [--only OPERATOR ...] [--keep FOLDER]

- Nodes: N single operators with random attributes, shapes, opsets and types. Many share one model, so that starting
  processes does not take the time. Outputs must agree to 1e-4 of the largest element, quantized ones to one step.
- Conversions: N small networks, converted to float16 and to int8. The files must load in ONNX Runtime, and what
  `quantize run` computes from them must agree with ONNX Runtime (signal to noise of 40 dB at least).

Reported are disagreements, exit codes other than 0 and 65, and operators that ONNX Runtime runs and quantize does
not. Exit code 1 where anything but the last was found; failing models are kept in FOLDER. Needs NumPy, onnx,
onnxruntime.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

TOLERANCE = 1e-4
LEAST_SQNR = 40.0
NODES_PER_MODEL = 40
# The file version that came with each opset, at least 4: before, every initializer was an input as well.
IR_VERSION = {7: 4, 8: 4, 9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10,
              22: 10, 23: 11}


class Case:
    """Nodes under construction: the values they need and the names they leave."""

    def __init__(self, random, opset):
        self.random, self.opset = random, opset
        self.nodes, self.constants, self.inputs, self.outputs = [], {}, {}, []

    # Random choices.
    def pick(self, *choices):
        return choices[self.random.integers(len(choices))]

    def integer(self, low, high):
        return int(self.random.integers(low, high + 1))

    def integers(self, low, high, count):
        return [self.integer(low, high) for _ in range(count)]

    def chance(self, probability):
        return self.random.random() < probability

    def reals(self, shape, scale=1.0):
        return (self.random.standard_normal(shape) * scale).astype(np.float32)

    def bytes(self, shape, dtype):
        info = np.iinfo(dtype)
        return self.random.integers(info.min, info.max + 1, shape).astype(dtype)

    # Construction.
    def value(self, array, constant=None):
        """A value that holds `array`: an initializer, or an input of the model."""
        constant = self.chance(0.3) if constant is None else constant
        name = f"v{len(self.constants) + len(self.inputs)}"
        (self.constants if constant else self.inputs)[name] = np.asarray(array)
        return name

    def constant(self, array):
        return self.value(array, constant=True)

    def node(self, kind, inputs, outputs=1, domain="", **attributes):
        attributes = {name: value for name, value in attributes.items() if value is not None}
        names = [f"n{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def result(self, *names):
        self.outputs += names

    def describe(self):
        node = self.nodes[-1]
        shapes = {name: f"{array.dtype}{list(array.shape)}" for name, array in
                  (self.constants | self.inputs).items()}
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        return f"opset {self.opset} {[n.op_type for n in self.nodes]} {attributes} {shapes}"


def renamed(case, prefix):
    """The parts of `case` with every name made its own."""
    nodes = []
    for node in case.nodes:
        node = onnx.NodeProto.FromString(node.SerializeToString())
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                names[index] = name and prefix + name
        nodes.append(node)
    constants = [numpy_helper.from_array(array, prefix + name) for name, array in case.constants.items()]
    inputs = {prefix + name: array for name, array in case.inputs.items()}
    return nodes, constants, inputs, [prefix + name for name in case.outputs]


def assemble(cases):
    """One model of all cases, the arrays it is fed, and the names of the outputs of each case."""
    nodes, constants, feeds, outputs = [], [], {}, []
    for index, case in enumerate(cases):
        parts = renamed(case, f"c{index}_")
        nodes += parts[0]
        constants += parts[1]
        feeds |= parts[2]
        outputs.append(parts[3])
    opset = cases[0].opset
    declared = [helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
                for name, array in feeds.items()]
    results = [helper.make_empty_tensor_value_info(name) for names in outputs for name in names]
    graph = helper.make_graph(nodes, "fuzz", declared, results, constants)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION[opset]), feeds, outputs


def runtime(model, feeds):
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"]).run(None, feeds)


# Generators of single operators, by the name under which they are chosen.

def window(case, rank, extents):
    """Random kernel, strides, dilations and padding over `extents`."""
    kernel = [case.integer(1, min(4, extent)) for extent in extents]
    attributes = {"kernel_shape": kernel}
    if case.chance(0.6):
        attributes["strides"] = case.integers(1, 3, rank)
    if case.chance(0.25):
        attributes["auto_pad"] = case.pick("SAME_UPPER", "SAME_LOWER", "VALID")
    elif case.chance(0.7):
        attributes["pads"] = [case.integer(0, kernel[axis % rank] - 1) for axis in range(2 * rank)]
    return attributes


def convolution(case, kind="Conv"):
    rank = case.pick(1, 2, 2, 2, 3)
    extents = case.integers(4, 11, rank)
    attributes = window(case, rank, extents)
    kernel = attributes["kernel_shape"]
    if case.chance(0.3) and "auto_pad" not in attributes:
        attributes["dilations"] = case.integers(1, 2, rank)
        attributes["kernel_shape"] = kernel = [min(size, 3) for size in kernel]
        if "pads" in attributes:
            attributes["pads"] = [min(pad, 2) for pad in attributes["pads"]]
    groups = case.pick(1, 1, 1, 2, 3, 4, 8)
    per_group, out_per_group = case.integer(1, 5), case.integer(1, 5)
    if case.chance(0.2):
        groups, per_group, out_per_group = case.integer(2, 20), 1, case.integer(1, 2)
    if case.chance(0.3):
        groups, per_group, out_per_group = 1, case.integer(1, 40), case.integer(1, 40)
    if groups > 1:
        attributes["group"] = groups
    batch = case.integer(1, 3)
    return groups, per_group, out_per_group, batch, extents, kernel, attributes


def conv(case):
    groups, inner, outer, batch, extents, kernel, attributes = convolution(case)
    inputs = [case.value(case.reals([batch, groups * inner, *extents]), constant=False),
              case.value(case.reals([groups * outer, inner, *kernel]), constant=case.chance(0.8))]
    if case.chance(0.6):
        inputs.append(case.value(case.reals([groups * outer])))
    if case.chance(0.3):
        del attributes["kernel_shape"]
    result = case.node("Conv", inputs, **attributes)
    if case.chance(0.4):
        result = activation(case, result)
    case.result(result)


def activation(case, name):
    kind = case.pick("Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "Clip", "Elu")
    if kind != "Clip":
        return case.node(kind, [name])
    if case.opset < 11:
        return case.node("Clip", [name], min=0.0, max=6.0)
    return case.node("Clip", [name, case.constant(np.float32(0)), case.constant(np.float32(6))])


def conv_transpose(case):
    groups, inner, outer, batch, extents, kernel, attributes = convolution(case)
    extents = [min(extent, 6) for extent in extents]
    strides = attributes.get("strides", [1] * len(extents))
    if any(size < stride for size, stride in zip(kernel, strides)):
        # ONNX Runtime then gives less than the input times the stride, which auto_pad asks for.
        attributes.pop("auto_pad", None)
    if case.chance(0.3):
        attributes["output_padding"] = [case.integer(0, stride - 1) for stride in strides]
    inputs = [case.value(case.reals([batch, groups * inner, *extents]), constant=False),
              case.value(case.reals([groups * inner, outer, *kernel]))]
    if case.chance(0.6):
        inputs.append(case.value(case.reals([groups * outer])))
    case.result(case.node("ConvTranspose", inputs, **attributes))


def pool(case):
    rank = case.pick(1, 2, 2, 2, 3)
    extents = case.integers(4, 11, rank)
    attributes = window(case, rank, extents)
    kind = case.pick("MaxPool", "MaxPool", "AveragePool", "AveragePool", "LpPool")
    if case.opset >= (10 if kind != "LpPool" else 18) and case.chance(0.5):
        attributes["ceil_mode"] = 1
    if kind == "AveragePool" and case.chance(0.5):
        attributes["count_include_pad"] = 1
    if kind == "LpPool":
        attributes["p"] = case.integer(1, 3)
    if case.opset >= {"MaxPool": 10, "AveragePool": 19, "LpPool": 18}[kind] and case.chance(0.3):
        attributes["dilations"] = case.integers(1, 2, rank)
        # ONNX Runtime leaves dilations out of the padding that auto_pad asks for.
        attributes.pop("auto_pad", None)
    array = case.reals([case.integer(1, 2), case.integer(1, 9), *extents])
    data = case.value(array, constant=False)
    if kind == "MaxPool" and case.chance(0.3):
        case.result(*case.node(kind, [data], outputs=2, **attributes))
    else:
        case.result(case.node(kind, [data], **attributes))


def global_pool(case):
    data = case.value(case.reals([case.integer(1, 3), case.integer(1, 9), *case.integers(1, 6, case.integer(1, 3))]))
    case.result(case.node(case.pick("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), [data]))


def gemm(case):
    rows, inner, columns = case.integer(1, 20), case.integer(1, 40), case.integer(1, 40)
    left, right = [rows, inner], [inner, columns]
    attributes = {}
    for name, shape in (("transA", left), ("transB", right)):
        if case.chance(0.5):
            attributes[name] = 1
            shape.reverse()
    for name in ("alpha", "beta"):
        if case.chance(0.4):
            attributes[name] = case.pick(0.0, 0.5, 1.0, -2.0)
    inputs = [case.value(case.reals(left)), case.value(case.reals(right))]
    if case.opset < 11 or case.chance(0.7):
        shape = case.pick([columns], [rows, columns], [1, columns], [rows, 1], [1], [])
        inputs.append(case.value(case.reals(shape)))
    case.result(case.node("Gemm", inputs, **attributes))


def matmul(case):
    rows, inner, columns = case.integer(1, 20), case.integer(1, 40), case.integer(1, 40)
    batch = case.integers(1, 3, case.integer(0, 2))
    left, right = batch + [rows, inner], broadcastable(case, batch) + [inner, columns]
    if case.chance(0.15):
        left = [inner]
    if case.chance(0.15):
        right = [inner]
    case.result(case.node("MatMul", [case.value(case.reals(left)), case.value(case.reals(right))]))


def broadcastable(case, shape):
    """A shape that broadcasts with `shape`: fewer dimensions, some of them 1."""
    start = case.integer(0, len(shape))
    return [1 if case.chance(0.3) else extent for extent in shape[start:]]


def binary(case):
    kind = case.pick("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu", "Greater", "Less", "Equal")
    shape = case.integers(1, 6, case.integer(0, 5))
    other = broadcastable(case, shape)
    if case.opset < 8 and kind in ("Max", "Min"):
        other = shape
    left, right = case.reals(shape), case.reals(other)
    if kind == "Pow":
        left = np.abs(left)
    if kind == "Equal" and case.opset < 11:
        left, right = (np.round(array).astype(np.int32) for array in (left, right))
    elif kind not in ("Pow", "PRelu", "Equal") and case.opset >= 12 and case.chance(0.3):
        dtype = case.pick(np.int32, np.int64, np.float64)
        left, right = ((array * 9).astype(dtype) for array in (left, right))
    if kind != "PRelu" and case.chance(0.5):
        left, right = right, left
    if kind == "Div":
        right = np.where(right == 0, 3, right).astype(right.dtype)
    case.result(case.node(kind, [case.value(left), case.value(right)]))


UNARY = {
    "Abs": 6, "Acos": 7, "Asin": 7, "Atan": 7, "Ceil": 6, "Cos": 7, "Cosh": 9, "Elu": 6, "Erf": 9, "Exp": 6,
    "Floor": 6, "HardSigmoid": 6, "HardSwish": 14, "Identity": 1, "LeakyRelu": 6, "Log": 6, "Mish": 18, "Neg": 6,
    "Reciprocal": 6, "Relu": 6, "Round": 11, "Selu": 6, "Sigmoid": 6, "Sign": 9, "Sin": 7, "Sinh": 9, "Softplus": 1,
    "Softsign": 1, "Sqrt": 6, "Tan": 7, "Tanh": 6, "Celu": 12, "ThresholdedRelu": 10, "Gelu": 20, "Shrink": 9,
    "Asinh": 9, "IsNaN": 9, "IsInf": 10,
}


def unary(case):
    kind = case.pick(*(name for name, since in UNARY.items() if since <= case.opset))
    array = case.reals(case.integers(0 if case.chance(0.05) else 1, 9, case.integer(0, 4)), case.pick(0.5, 1, 10))
    if kind in ("Log", "Sqrt", "Reciprocal"):
        array = np.abs(array) + np.float32(0.01)
    if kind in ("Acos", "Asin"):
        array = np.clip(array, -0.99, 0.99)
    if kind in ("Tan", "Cosh", "Sinh", "Exp"):
        array = np.clip(array, -1.4, 1.4)
    attributes = {}
    if kind in ("Elu", "LeakyRelu", "HardSigmoid", "Celu", "ThresholdedRelu") and case.chance(0.5):
        attributes["alpha"] = case.pick(0.1, 0.5, 1.5)
    if kind == "Gelu" and case.chance(0.5):
        attributes["approximate"] = "tanh"
    case.result(case.node(kind, [case.value(array)], **attributes))


def normalization(case):
    shape = case.integers(1, 7, case.integer(3, 4))
    data, channels = case.value(case.reals(shape, 3), constant=False), shape[1]
    kind = case.pick("BatchNormalization", "InstanceNormalization", "LRN", "LpNormalization", "Softmax", "LogSoftmax",
                     "Hardmax", *(["LayerNormalization"] if case.opset >= 17 else []))
    parameter = lambda count: case.value(np.abs(case.reals(count)) + np.float32(0.1))  # noqa: E731
    if kind == "BatchNormalization":
        case.result(case.node(kind, [data] + [parameter(channels) for _ in range(4)], epsilon=case.pick(None, 1e-3)))
    elif kind == "InstanceNormalization":
        case.result(case.node(kind, [data, parameter(channels), parameter(channels)], epsilon=case.pick(None, 1e-2)))
    elif kind == "LRN":
        if len(shape) == 3:
            data = case.value(case.reals(shape + [2]))
        case.result(case.node(kind, [data], size=case.pick(1, 3, 5), alpha=case.pick(None, 0.1), bias=case.pick(None, 2.0)))
    elif kind == "LayerNormalization":
        axis = case.integer(-len(shape), len(shape) - 1)
        inner = shape[axis:]
        inputs = [data, case.value(case.reals(inner))] + ([case.value(case.reals(inner))] if case.chance(0.5) else [])
        case.result(case.node(kind, inputs, axis=axis))
    elif kind == "LpNormalization":
        case.result(case.node(kind, [data], axis=case.pick(None, 0, 1), p=case.pick(None, 1, 2)))
    else:
        low = 0 if case.opset < 11 else -len(shape)
        case.result(case.node(kind, [data], axis=case.pick(None, case.integer(low, len(shape) - 1))))


def reduction(case):
    kind = case.pick("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
                     "ReduceSumSquare", "ReduceLogSumExp", "ReduceLogSum", "ArgMax", "ArgMin")
    shape = case.integers(1, 7, case.integer(1, 5))
    rank = len(shape)
    low = -rank if case.opset >= 11 else 0
    array = case.reals(shape)
    if kind == "ReduceLogSum":
        array = np.abs(array) + np.float32(0.1)
    data = case.value(array)
    keep = case.pick(None, 0, 1)
    if kind.startswith("Arg"):
        last = case.pick(None, 1) if case.opset >= 12 else None
        case.result(case.node(kind, [data], axis=case.integer(low, rank - 1), keepdims=keep, select_last_index=last))
        return
    axes = [int(axis) for axis in case.random.choice(rank, case.integer(1, rank), replace=False)]
    axes = [axis - rank if low < 0 and case.chance(0.5) else axis for axis in axes]
    if case.chance(0.2):
        axes = None
    if case.opset >= (13 if kind == "ReduceSum" else 18):
        inputs = [data] + ([case.constant(np.array(axes, np.int64))] if axes else [])
        empty = case.pick(None, 1) if not axes else None
        case.result(case.node(kind, inputs, keepdims=keep, noop_with_empty_axes=empty))
    else:
        case.result(case.node(kind, [data], axes=axes, keepdims=keep))


def movement(case):
    kind = case.pick("Transpose", "Slice", "Concat", "Split", "Pad", "Gather", "Reshape", "Expand", "Tile", "Flatten",
                     "GatherElements", "DepthToSpace", "SpaceToDepth", "CumSum", "TopK", "Where", "ScatterElements",
                     "GatherND", "ScatterND", "Trilu", "OneHot", "Cast", "Squeeze", "Unsqueeze", "Compress")
    MOVEMENT[kind](case)


def numbers(case, shape):
    return case.pick(case.reals, lambda s: case.bytes(s, np.int32), lambda s: case.bytes(s, np.int64))(shape)


def transpose(case):
    shape = case.integers(1, 7, case.integer(1, 5))
    order = [int(axis) for axis in case.random.permutation(len(shape))]
    case.result(case.node("Transpose", [case.value(numbers(case, shape))], perm=case.pick(None, order, order)))


def slice_(case):
    shape = case.integers(1, 9, case.integer(1, 4))
    data = case.value(numbers(case, shape))
    axes = [int(axis) for axis in case.random.choice(len(shape), case.integer(1, len(shape)), replace=False)]
    starts, ends = (case.integers(-12, 12, len(axes)) for _ in range(2))
    ends = [case.pick(end, 2**31 - 1, -2**31) for end in ends]
    if case.opset < 10:
        case.result(case.node("Slice", [data], starts=starts, ends=ends, axes=axes))
        return
    steps = [case.pick(1, 1, 2, 3, -1, -2) for _ in axes]
    dtype = case.pick(np.int32, np.int64)
    case.result(case.node("Slice", [data] + [case.value(np.array(v, dtype)) for v in (starts, ends, axes, steps)]))


def concat(case):
    shape = case.integers(1, 6, case.integer(1, 4))
    axis = case.integer(-len(shape) if case.opset >= 11 else 0, len(shape) - 1)
    parts = []
    for _ in range(case.integer(1, 4)):
        part = list(shape)
        part[axis] = case.integer(0, 5)
        parts.append(case.value(case.reals(part)))
    case.result(case.node("Concat", parts, axis=axis))


def split(case):
    shape = case.integers(1, 6, case.integer(1, 4))
    axis, sizes = case.integer(0, len(shape) - 1), case.integers(1, 4, case.integer(1, 4))
    shape[axis] = sum(sizes)
    data = case.value(case.reals(shape))
    if case.opset >= 13:
        names = case.node("Split", [data, case.constant(np.array(sizes, np.int64))], outputs=len(sizes), axis=axis)
    else:
        names = case.node("Split", [data], outputs=len(sizes), axis=axis, split=sizes)
    case.result(*([names] if isinstance(names, str) else names))


def pad(case):
    shape = case.integers(2, 6, case.integer(1, 4))
    mode = case.pick("constant", "reflect", "edge")
    low, high = (0, 1) if mode == "reflect" else (-1 if mode == "constant" else 0, 3)
    pads = case.integers(low, high, 2 * len(shape))
    data = case.value(case.reals(shape))
    if case.opset < 11:
        case.result(case.node("Pad", [data], pads=pads, mode=mode, value=1.5))
    else:
        extra = [case.constant(np.float32(1.5))] if mode == "constant" and case.chance(0.5) else []
        case.result(case.node("Pad", [data, case.value(np.array(pads, np.int64)), *extra], mode=mode))


def gather(case):
    shape = case.integers(1, 6, case.integer(1, 4))
    axis = case.integer(-len(shape), len(shape) - 1)
    low = -shape[axis] if case.opset >= 11 else 0
    indices = case.random.integers(low, shape[axis], case.integers(1, 4, case.integer(0, 3)))
    inputs = [case.value(numbers(case, shape)), case.value(indices.astype(case.pick(np.int32, np.int64)))]
    case.result(case.node("Gather", inputs, axis=axis))


def reshape(case):
    shape = case.integers(1, 6, case.integer(1, 4))
    target = case.pick([-1], [0, -1], [1, -1], [-1, shape[-1]], shape[::-1])
    case.result(case.node("Reshape", [case.value(case.reals(shape)), case.value(np.array(target, np.int64))]))


def expand(case):
    if case.opset < 8:
        return
    shape = case.integers(1, 5, case.integer(1, 4))
    small = broadcastable(case, shape)
    if case.chance(0.3):
        shape, small = broadcastable(case, shape), shape
    case.result(case.node("Expand", [case.value(case.reals(small)), case.value(np.array(shape, np.int64))]))


def tile(case):
    shape = case.integers(1, 5, case.integer(1, 4))
    repeats = np.array(case.integers(0 if case.chance(0.1) else 1, 3, len(shape)), np.int64)
    case.result(case.node("Tile", [case.value(case.reals(shape)), case.value(repeats)]))


def flatten(case):
    shape = case.integers(1, 5, case.integer(1, 4))
    low = -len(shape) if case.opset >= 11 else 0
    case.result(case.node("Flatten", [case.value(case.reals(shape))], axis=case.pick(None, case.integer(low, len(shape)))))


def gather_elements(case):
    if case.opset < 11:
        return
    shape = case.integers(1, 6, case.integer(1, 4))
    axis = case.integer(-len(shape), len(shape) - 1)
    indices = case.random.integers(-shape[axis], shape[axis], [case.integer(1, extent) for extent in shape])
    case.result(case.node("GatherElements", [case.value(case.reals(shape)), case.value(indices)], axis=axis))


def scatter_elements(case):
    if case.opset < 11:
        return
    shape = case.integers(1, 6, case.integer(1, 4))
    axis = case.integer(-len(shape), len(shape) - 1)
    part = [case.integer(1, extent) for extent in shape]
    reduction = case.pick(*([None, "add", "mul"] if case.opset >= 16 else [None]),
                          *(["max", "min"] if case.opset >= 18 else []))
    indices = case.random.integers(-shape[axis], shape[axis], part)
    if reduction is None:
        indices = np.broadcast_to(np.arange(part[axis]).reshape([-1] + [1] * (len(shape) - 1 - axis % len(shape))), part)
    inputs = [case.value(case.reals(shape)), case.value(indices.astype(np.int64)), case.value(case.reals(part))]
    case.result(case.node("ScatterElements", inputs, axis=axis, reduction=reduction))


def gather_nd(case):
    if case.opset < 11:
        return
    shape = case.integers(1, 5, case.integer(1, 4))
    depth = case.integer(1, len(shape))
    leading = case.integers(1, 4, case.integer(0, 2))
    indices = np.stack([case.random.integers(-extent, extent, leading) for extent in shape[:depth]], -1)
    case.result(case.node("GatherND", [case.value(case.reals(shape)), case.value(indices.astype(np.int64))]))


def scatter_nd(case):
    if case.opset < 11:
        return
    shape = case.integers(2, 5, case.integer(1, 4))
    reduction = case.pick(*([None, "add", "mul"] if case.opset >= 16 else [None]),
                          *(["max", "min"] if case.opset >= 18 else []))
    rows = case.random.permutation(shape[0])[:case.integer(1, shape[0])].reshape(-1, 1)
    inputs = [case.value(case.reals(shape)), case.value(rows.astype(np.int64)),
              case.value(case.reals([len(rows)] + shape[1:]))]
    case.result(case.node("ScatterND", inputs, reduction=reduction))


def depth_to_space(case):
    block, extents = case.integer(1, 3), case.integers(1, 4, 2)
    mode = case.pick(None, "DCR", "CRD") if case.opset >= 11 else None
    data = case.value(case.reals([case.integer(1, 2), case.integer(1, 3) * block * block, *extents]))
    case.result(case.node("DepthToSpace", [data], blocksize=block, mode=mode))


def space_to_depth(case):
    block = case.integer(1, 3)
    data = case.value(case.reals([case.integer(1, 2), case.integer(1, 3), *(block * e for e in case.integers(1, 4, 2))]))
    case.result(case.node("SpaceToDepth", [data], blocksize=block))


def cumsum(case):
    if case.opset < 11:
        return
    shape = case.integers(1, 6, case.integer(1, 4))
    axis = case.value(np.array(case.integer(-len(shape), len(shape) - 1), np.int64))
    case.result(case.node("CumSum", [case.value(case.reals(shape)), axis], exclusive=case.pick(None, 1),
                          reverse=case.pick(None, 1)))


def top_k(case):
    if case.opset < 10:
        return
    shape = case.integers(1, 9, case.integer(1, 4))
    axis = case.integer(0, len(shape) - 1)
    count = case.value(np.array([case.integer(1, shape[axis])], np.int64))
    largest = case.pick(None, 0) if case.opset >= 11 else None
    case.result(*case.node("TopK", [case.value(case.reals(shape)), count], outputs=2, axis=axis, largest=largest))


def where(case):
    if case.opset < 9:
        return
    shape = case.integers(1, 5, case.integer(1, 4))
    shapes = [broadcastable(case, shape), shape, broadcastable(case, shape)]
    case.random.shuffle(shapes)
    condition = case.random.random(shapes[0]) < 0.5
    case.result(case.node("Where", [case.value(condition), *(case.value(case.reals(s)) for s in shapes[1:])]))


def trilu(case):
    if case.opset < 14:
        return
    data = case.value(case.reals(case.integers(1, 6, case.integer(2, 4))))
    inputs = [data] + ([case.value(np.array(case.integer(-4, 4), np.int64))] if case.chance(0.6) else [])
    case.result(case.node("Trilu", inputs, upper=case.pick(None, 0, 1)))


def one_hot(case):
    if case.opset < 11:
        return
    depth = case.integer(1, 6)
    indices = case.random.integers(-depth - 1, depth + 1, case.integers(1, 5, case.integer(1, 3))).astype(np.int64)
    inputs = [case.value(indices), case.value(np.array(depth, np.int64)), case.value(case.reals([2]))]
    case.result(case.node("OneHot", inputs, axis=case.pick(None, 0, -1, 1)))


def cast(case):
    types = {np.float32: 1, np.uint8: 2, np.int8: 3, np.int32: 6, np.int64: 7, np.bool_: 9, np.float16: 10, np.float64: 11}
    source, target = case.pick(*types), case.pick(*types.values())
    array = (np.abs(case.reals(case.integers(1, 6, 2))) * 30).astype(source)
    case.result(case.node("Cast", [case.value(array)], to=target))


def squeeze(case):
    shape = [case.pick(1, 1, 3) for _ in range(case.integer(1, 5))]
    data = case.value(case.reals(shape))
    axes = [axis for axis, extent in enumerate(shape) if extent == 1 and case.chance(0.7)]
    if not axes:
        case.result(case.node("Squeeze", [data]))
    elif case.opset >= 13:
        case.result(case.node("Squeeze", [data, case.value(np.array(axes, np.int64))]))
    else:
        case.result(case.node("Squeeze", [data], axes=axes))


def unsqueeze(case):
    shape = case.integers(1, 4, case.integer(0, 3))
    rank = len(shape) + 2
    axes = [int(axis) for axis in case.random.choice(rank, 2, replace=False)]
    data = case.value(case.reals(shape))
    if case.opset >= 13:
        case.result(case.node("Unsqueeze", [data, case.value(np.array(axes, np.int64))]))
    else:
        case.result(case.node("Unsqueeze", [data], axes=sorted(axes)))


def compress(case):
    if case.opset < 9:
        return
    shape = case.integers(1, 6, case.integer(1, 3))
    axis = case.pick(None, case.integer(0, len(shape) - 1))
    length = int(np.prod(shape)) if axis is None else shape[axis]
    condition = case.random.random(case.integer(1, length)) < 0.5
    case.result(case.node("Compress", [case.value(case.reals(shape)), case.value(condition)], axis=axis))


MOVEMENT = {
    "Transpose": transpose, "Slice": slice_, "Concat": concat, "Split": split, "Pad": pad, "Gather": gather,
    "Reshape": reshape, "Expand": expand, "Tile": tile, "Flatten": flatten, "GatherElements": gather_elements,
    "DepthToSpace": depth_to_space, "SpaceToDepth": space_to_depth, "CumSum": cumsum, "TopK": top_k, "Where": where,
    "ScatterElements": scatter_elements, "GatherND": gather_nd, "ScatterND": scatter_nd, "Trilu": trilu,
    "OneHot": one_hot, "Cast": cast, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Compress": compress,
}


def resize(case):
    if case.opset < 11:
        return
    shape = case.integers(1, 3, 2) + case.integers(2, 7, 2)
    mode = case.pick("nearest", "linear", "cubic")
    attributes = {"mode": mode, "coordinate_transformation_mode": case.pick(
        "half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel")}
    if mode == "nearest":
        attributes["nearest_mode"] = case.pick("round_prefer_floor", "floor", "ceil", "round_prefer_ceil")
    if mode == "cubic" and case.chance(0.3):
        attributes["exclude_outside"] = 1
    if case.opset >= 18 and mode != "nearest" and case.chance(0.3):
        attributes["antialias"] = 1
        attributes.pop("exclude_outside", None)  # ONNX Runtime ignores it here.
        attributes["coordinate_transformation_mode"] = "half_pixel"
    data, empty = case.value(case.reals(shape), constant=False), case.constant(np.zeros(0, np.float32))
    if case.chance(0.5):
        sizes = np.array(shape[:2] + case.integers(1, 14, 2), np.int64)
        inputs = [data, "", "" if case.opset >= 13 else empty, case.constant(sizes)]
        inputs[1] = "" if case.opset >= 13 else empty
    else:
        scales = np.array([1, 1, case.pick(0.5, 2, 1.5, 3, 0.7), case.pick(0.5, 2, 1.3, 1)], np.float32)
        inputs = [data, "" if case.opset >= 13 else empty, case.constant(scales)]
    case.result(case.node("Resize", inputs, **attributes))


def recurrent(case):
    kind = case.pick("LSTM", "GRU", "RNN")
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[kind]
    steps, batch, width, hidden = case.integer(1, 6), case.integer(1, 3), case.integer(1, 9), case.integer(1, 9)
    direction = case.pick("forward", "reverse", "bidirectional")
    ways = 2 if direction == "bidirectional" else 1
    inputs = [case.value(case.reals([steps, batch, width]), constant=False),
              case.constant(case.reals([ways, gates * hidden, width], 0.5)),
              case.constant(case.reals([ways, gates * hidden, hidden], 0.5))]
    inputs.append(case.constant(case.reals([ways, 2 * gates * hidden])) if case.chance(0.7) else "")
    lengths = np.array(case.integers(1, steps, batch), np.int32)
    inputs.append(case.value(lengths) if case.chance(0.4) else "")
    inputs.append(case.value(case.reals([ways, batch, hidden])) if case.chance(0.5) else "")
    if kind == "LSTM":
        inputs.append(case.value(case.reals([ways, batch, hidden])) if case.chance(0.5) else "")
        inputs.append(case.constant(case.reals([ways, 3 * hidden])) if case.chance(0.3) else "")
    linear = case.pick(None, 1) if kind == "GRU" else None
    outputs = case.node(kind, inputs, outputs=3 if kind == "LSTM" else 2, hidden_size=hidden, direction=direction,
                        linear_before_reset=linear)
    case.result(*outputs)


def quantize(case, name, dtype, scale=0.02):
    """A quantize-dequantize pair around `name`. Its scale is odd, so that results seldom lie on a rounding edge."""
    scale *= case.random.uniform(0.9, 1.1)
    zero = case.integer(0, 9)
    parameters = [case.constant(np.float32(scale)), case.constant(np.array(zero, dtype))]
    quantized = case.node("QuantizeLinear", [name] + parameters)
    return case.node("DequantizeLinear", [quantized] + parameters)


def dequantized(case, array, axis, dtype=np.int8):
    """A constant weight in integers with scales along `axis`, or one scale."""
    weight = case.constant(array)
    if case.opset < 13 or case.chance(0.4):
        return case.node("DequantizeLinear", [weight, case.constant(np.float32(0.01)), case.constant(np.array(0, dtype))])
    count = array.shape[axis]
    scales = case.constant(np.abs(case.reals([count], 0.01)) + np.float32(0.001))
    return case.node("DequantizeLinear", [weight, scales, case.constant(np.zeros(count, dtype))], axis=axis)


def quantized_product(case):
    """The form of a product that integer kernels are made for: Q/DQ around inputs, weights and output."""
    if case.opset < 10:
        return
    dtype = case.pick(np.uint8, np.int8)
    if case.chance(0.6):
        groups, inner, outer, batch, extents, kernel, attributes = convolution(case)
        data = case.value(case.reals([batch, groups * inner, *extents]), constant=False)
        weight = dequantized(case, case.bytes([groups * outer, inner, *kernel], np.int8), 0)
        kind, inputs = "Conv", [quantize(case, data, dtype), weight]
    else:
        rows, inner, columns = case.integer(1, 20), case.integer(1, 60), case.integer(1, 40)
        data = case.value(case.reals([rows, inner]), constant=False)
        weight = dequantized(case, case.bytes([inner, columns], np.int8), 1)
        kind, inputs, attributes = case.pick("MatMul", "Gemm"), [quantize(case, data, dtype), weight], {}
        if kind == "Gemm":
            inputs.append(case.constant(case.reals([columns])))
    result = case.node(kind, inputs, **attributes)
    if case.chance(0.4):
        result = case.node("Relu", [result])
    case.result(quantize(case, result, dtype, scale=0.1))


def quantized_elementwise(case):
    if case.opset < 10:
        return
    dtype = case.pick(np.uint8, np.int8)
    shape = case.integers(1, 8, 4)
    values = [quantize(case, case.value(case.reals(shape), constant=False), dtype) for _ in range(2)]
    kind = case.pick("Add", "Mul", "Concat", "AveragePool", "MaxPool", "Relu", "Sigmoid", "GlobalAveragePool")
    if kind == "Concat":
        result = case.node(kind, values, axis=1)
    elif kind in ("Add", "Mul"):
        result = case.node(kind, values)
    elif kind.endswith("Pool") and not kind.startswith("Global"):
        result = case.node(kind, values[:1], kernel_shape=[case.integer(1, 2)] * 2, pads=[1, 0, 0, 1])
    else:
        result = case.node(kind, values[:1])
    case.result(quantize(case, result, dtype, scale=0.03))


def quantized_operator(case):
    """QLinear and integer operators, and the linear quantization itself."""
    if case.opset < 10:
        return
    dtype = case.pick(np.uint8, np.int8)
    point = lambda kind=dtype: case.constant(np.array(case.integer(0, 20), kind))  # noqa: E731
    scale = lambda value: case.constant(np.float32(value))  # noqa: E731
    kind = case.pick("QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger", "DynamicQuantizeLinear", "QuantizeLinear")
    if kind in ("QLinearConv", "ConvInteger"):
        groups, inner, outer, batch, extents, kernel, attributes = convolution(case)
        dtype = np.uint8 if kind == "ConvInteger" else dtype
        data = case.value(case.bytes([batch, groups * inner, *extents], dtype), constant=False)
        weights = case.pick(np.int8, np.uint8) if dtype == np.uint8 else np.int8
        weight = case.constant(case.bytes([groups * outer, inner, *kernel], weights))
        if kind == "ConvInteger":
            case.result(case.node(kind, [data, weight, point(np.uint8)], **attributes))
            return
        bias = [case.constant(case.random.integers(-500, 500, groups * outer).astype(np.int32))] if case.chance(0.6) else []
        inputs = [data, scale(0.02), point(), weight, scale(0.01), case.constant(np.array(0, weights)), scale(0.5), point()]
        case.result(case.node(kind, inputs + bias, **attributes))
    elif kind in ("QLinearMatMul", "MatMulInteger"):
        rows, inner, columns = case.integer(1, 20), case.integer(1, 60), case.integer(1, 40)
        dtype = np.uint8 if kind == "MatMulInteger" else dtype
        left, right = case.bytes([rows, inner], dtype), case.bytes([inner, columns], np.int8)
        if kind == "MatMulInteger":
            case.result(case.node(kind, [case.value(left), case.value(right), point(np.uint8)]))
            return
        inputs = [case.value(left), scale(0.02), point(), case.value(right), scale(0.01), point(np.int8), scale(0.5), point()]
        case.result(case.node(kind, inputs))
    elif kind == "DynamicQuantizeLinear":
        if case.opset >= 11:
            case.result(*case.node(kind, [case.value(case.reals(case.integers(1, 9, 2)))], outputs=3))
    else:
        case.result(case.node(kind, [case.value(case.reals(case.integers(1, 9, 2), 3)), scale(0.02), point()]))


def attention(case):
    """Attention of ai.onnx 23 and of com.microsoft, with what surrounds it in language models."""
    heads, shared = case.pick((1, 1), (2, 1), (4, 2), (3, 3))
    batch, queries, keys, size = case.integer(1, 3), case.integer(1, 7), case.integer(1, 9), 2 * case.integer(1, 9)
    past = case.integer(1, 4) if case.chance(0.3) else 0
    kind = case.pick("Attention", "MultiHeadAttention", "RotaryEmbedding")
    if kind == "MultiHeadAttention":
        causal = case.chance(0.3)
        multi_head_attention(case, heads, batch, queries, queries if causal else keys, size, past, causal)
    elif case.opset >= 23 and kind == "Attention":
        separate = case.chance(0.5)
        shape = lambda h, length: [batch, h, length, size] if separate else [batch, length, h * size]  # noqa: E731
        inputs = [case.value(case.reals(shape(h, n))) for h, n in ((heads, queries), (shared, keys), (shared, keys))]
        masks = [[queries, past + keys], [batch, 1, queries, past + keys], [1, heads, queries, past + keys]]
        mask = case.reals(case.pick(*masks)) if case.chance(0.3) else None
        if mask is not None and case.chance(0.5):
            mask = mask > -1
            mask[..., 0] = True  # ONNX Runtime attends to all keys where none is left; ONNX to none.
        inputs.append("" if mask is None else case.value(mask))
        inputs += [case.value(case.reals([batch, shared, past, size])) for _ in range(2)] if past else []
        counts = {} if separate else {"q_num_heads": heads, "kv_num_heads": shared}
        outputs = case.node("Attention", inputs, outputs=3 if past else 1, is_causal=case.pick(None, 1),
                            scale=case.pick(None, 0.3), softcap=case.pick(None, None, 2.0), **counts)
        case.result(*([outputs] if isinstance(outputs, str) else outputs))
    elif case.opset >= 23:
        angles = case.reals([12, size // 2])
        positions = case.random.integers(0, 12, [batch, queries]).astype(np.int64)
        inputs = [case.value(array) for array in
                  (case.reals([batch, heads, queries, size]), np.cos(angles), np.sin(angles), positions)]
        case.result(case.node("RotaryEmbedding", inputs, interleaved=case.pick(None, 1)))


def multi_head_attention(case, heads, batch, queries, keys, size, past, causal):
    width = heads * size
    inputs = [case.value(case.reals([batch, length, width])) for length in (queries, keys, keys)]
    inputs.append(case.value(case.reals([3 * width])) if case.chance(0.5) else "")
    mask = np.ones([batch, past + keys], np.int32)
    mask[:, past + keys - 1:] = case.integer(0, 1)
    inputs.append(case.value(mask) if case.chance(0.3) and past + keys > 1 and not causal else "")
    summands = case.reals([case.pick(1, batch), case.pick(1, heads), queries, past + keys])
    inputs.append(case.value(summands) if case.chance(0.4) else "")
    inputs += [case.value(case.reals([batch, heads, past, size])) for _ in range(2)] if past else []
    outputs = case.node("MultiHeadAttention", inputs, outputs=3 if past else 1, domain="com.microsoft", num_heads=heads,
                        scale=case.pick(None, 0.3), unidirectional=1 if causal else None)
    case.result(*([outputs] if isinstance(outputs, str) else outputs))


def transformer(case):
    """Operators that optimised transformers are made of."""
    shape = [case.integer(1, 3), case.integer(1, 6), case.integer(2, 20)]
    width = shape[2]
    data, vector = (lambda: case.value(case.reals(shape))), (lambda: case.value(case.reals([width])))
    kind = case.pick("Gelu", "FastGelu", "BiasGelu", "QuickGelu", "SkipLayerNormalization",
                     "SkipSimplifiedLayerNormalization", "FusedMatMul")
    if kind.startswith("Skip"):
        inputs = [data(), data(), vector()] + ([vector()] if kind == "SkipLayerNormalization" else [])
        case.result(case.node(kind, inputs, domain="com.microsoft", epsilon=1e-5))
    elif kind == "FusedMatMul":
        turned = case.pick(0, 1)
        right = case.reals([shape[0], 5, width] if turned else [shape[0], width, 5])
        case.result(case.node(kind, [data(), case.value(right)], domain="com.microsoft", transB=turned, alpha=0.5))
    else:
        inputs = [data()] + ([vector()] if kind in ("BiasGelu", "FastGelu") else [])
        case.result(case.node(kind, inputs, domain="com.microsoft"))


def einsum(case):
    if case.opset < 12:
        return
    equation = case.pick("ij,jk->ik", "bij,bjk->bik", "bhid,bhjd->bhij", "ij->ji", "ii->i", "ij,ij->", "i,j->ij",
                         "bij,kj->bik", "ijk->k", "...ij,...jk->...ik")
    sizes = {letter: case.integer(1, 6) for letter in "ijkbhd"}
    batch = case.integers(1, 3, case.integer(0, 2))
    shapes = [[extent for letter in term.replace("...", "*")
               for extent in (batch if letter == "*" else [sizes[letter]])]
              for term in equation.split("->")[0].split(",")]
    case.result(case.node("Einsum", [case.value(case.reals(shape)) for shape in shapes], equation=equation))


GENERATORS = {
    "conv": (conv, 5), "conv_transpose": (conv_transpose, 2), "pool": (pool, 3), "global_pool": (global_pool, 1),
    "gemm": (gemm, 2), "matmul": (matmul, 2), "binary": (binary, 3), "unary": (unary, 3),
    "normalization": (normalization, 2), "reduction": (reduction, 3), "movement": (movement, 6), "resize": (resize, 2),
    "recurrent": (recurrent, 2), "quantized_product": (quantized_product, 3),
    "quantized_elementwise": (quantized_elementwise, 2), "quantized_operator": (quantized_operator, 3),
    "einsum": (einsum, 1), "attention": (attention, 2), "transformer": (transformer, 1),
}


def random_case(random, opset, only):
    names = [name for name, (_, weight) in GENERATORS.items() if not only or name in only for _ in range(weight)]
    case = Case(random, opset)
    GENERATORS[names[random.integers(len(names))]][0](case)
    if not case.outputs:
        return None
    try:
        model, feeds, _ = assemble([case])
        case.expected = runtime(model.SerializeToString(), feeds)
    except Exception:
        return None
    return case


# Comparison.

def difference(expected, actual):
    """What sets `actual` apart from `expected`; None where nothing does that matters."""
    if actual.dtype != expected.dtype:
        return f"type {actual.dtype}, expected {expected.dtype}"
    if actual.shape != expected.shape:
        return f"shape {actual.shape}, expected {expected.shape}"
    if expected.dtype.kind != "f":
        steps = np.abs(actual.astype(np.int64) - expected.astype(np.int64)).max(initial=0)
        allowed = 1 if expected.dtype.itemsize == 1 and expected.dtype.kind in "iu" else 0
        return f"integers differ by {steps}" if steps > allowed else None
    expected, actual = expected.astype(np.float64), actual.astype(np.float64)
    finite = np.isfinite(expected)
    if not np.array_equal(np.where(finite, 0, expected), np.where(np.isfinite(actual), 0, actual), equal_nan=True):
        return "infinities or NaN differ"
    scale = max(np.abs(expected[finite]).max(initial=0), 1e-3)
    error = np.abs(expected - actual)[finite].max(initial=0) / scale
    return f"relative error {error:.1e}" if error > TOLERANCE else None


def quantized_difference(case, expected, actual):
    """Results behind a quantizer may fall on either side of a rounding edge: by one step, and only a few."""
    problem = difference(expected, actual)
    if problem is None or expected.shape != actual.shape or case.nodes[-1].op_type != "DequantizeLinear":
        return problem
    step = float(case.constants[case.nodes[-1].input[1]])
    steps = np.abs(expected - actual) / step
    return None if steps.max() < 1.5 and np.mean(steps > 0.5) <= max(0.02, 1.5 / steps.size) else f"{steps.max():.1f} steps"


class Fuzzer:
    def __init__(self, tool, keep, work):
        self.tool, self.keep, self.work = tool, keep, pathlib.Path(work)
        self.failures, self.counts, self.unsupported = 0, Counter(), Counter()

    def quantize(self, *arguments):
        return subprocess.run([self.tool, *map(str, arguments)], capture_output=True, text=True)

    def report(self, what, model, feeds):
        self.failures += 1
        print(what, flush=True)
        if self.keep:
            folder = pathlib.Path(self.keep) / f"{self.failures:04}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "model.onnx").write_bytes(model)
            np.savez(folder / "inputs.npz", **feeds)
            (folder / "problem.txt").write_text(what + "\n")

    def run(self, model, feeds):
        """What quantize computes, or its failure."""
        path, data, out = (self.work / name for name in ("model.onnx", "data.npz", "out.npz"))
        path.write_bytes(model)
        np.savez(data, **feeds)
        out.unlink(missing_ok=True)
        done = self.quantize("run", path, "--data", data, "-o", out)
        if done.returncode != 0:
            return done.returncode, (done.stderr.strip().splitlines() or [""])[-1]
        with np.load(out) as archive:
            return 0, {name: archive[name] for name in archive.files}

    def check(self, cases):
        model, feeds, names = assemble(cases)
        encoded = model.SerializeToString()
        code, result = self.run(encoded, feeds)
        if code != 0:
            if len(cases) == 1:
                self.judge_failure(cases[0], code, result, encoded, feeds)
            else:
                middle = len(cases) // 2
                self.check(cases[:middle])
                self.check(cases[middle:])
            return
        for case, outputs in zip(cases, names):
            self.counts["agree"] += 1
            for expected, name in zip(case.expected, outputs):
                problem = quantized_difference(case, expected, result[name])
                if problem:
                    self.counts["agree"] -= 1
                    single, inputs, _ = assemble([case])
                    self.report(f"DIFFERS {problem}: {case.describe()}", single.SerializeToString(), inputs)
                    break

    def judge_failure(self, case, code, message, model, feeds):
        if code == 65:
            self.counts["unsupported"] += 1
            self.unsupported[f"{case.nodes[-1].op_type}: {message[-160:]}"] += 1
        else:
            self.report(f"EXIT {code} {message[-200:]}: {case.describe()}", model, feeds)


def fuzz_nodes(fuzzer, random, count, only):
    remaining = count
    while remaining > 0:
        opset = int(random.integers(7, 24))
        cases = [random_case(random, opset, only) for _ in range(min(NODES_PER_MODEL, remaining))]
        remaining -= len(cases)
        cases = [case for case in cases if case]
        if cases:
            fuzzer.check(cases)


# Networks.

def network(random):
    """A small network as a case with one input `v0`."""
    case = Case(random, int(random.integers(7, 23)))
    kind = case.pick("convolutional", "convolutional", "encoder", "recurrent", "transformer", "perceptron")
    if kind == "convolutional":
        channels, extent = case.integer(1, 6), case.integer(6, 14)
        name = case.value(case.reals([case.integer(1, 3), channels, extent, extent]), constant=False)
        for _ in range(case.integer(1, 4)):
            name, channels = block(case, name, channels)
        name = case.node(case.pick("GlobalAveragePool", "GlobalMaxPool"), [name])
        name, width = case.node("Flatten", [name]), channels
    elif kind == "encoder":
        case.result(encoder(case))
        return case
    elif kind == "recurrent":
        name, width = recurrent_layer(case)
    elif kind == "transformer":
        name, width = attention_layer(case)
    else:
        width = case.integer(3, 40)
        name = case.value(case.reals([case.integer(1, 4), width]), constant=False)
    for _ in range(case.integer(1, 3)):
        name, width = dense(case, name, width, flat=kind not in ("recurrent", "transformer"))
        name = case.node(case.pick("Relu", "Tanh", "Sigmoid", "LeakyRelu"), [name])
    case.result(name if case.chance(0.6) else case.node("Softmax", [name], axis=-1 if case.opset >= 11 else 1))
    return case


def dense(case, name, width, flat=False, outer=None):
    outer = outer or case.integer(2, 24)
    weight = case.reals([width, outer], 1.4 / np.sqrt(width))
    bias = case.constant(case.reals([outer], 0.1))
    if flat and case.chance(0.5):
        return case.node("Gemm", [name, case.constant(weight.T.copy()), bias], transB=1), outer
    name = case.node("MatMul", [name, case.constant(weight)])
    return case.node("Add", [name, bias]) if case.chance(0.6) else name, outer


def encoder(case):
    """Down, up again, and a short cut past both."""
    channels, outer, extent = case.integer(1, 4), case.integer(2, 8), 2 * case.integer(3, 6)
    name = case.value(case.reals([case.integer(1, 2), channels, extent, extent]), constant=False)
    short, outer = block(case, name, channels, outer=outer, keeps_size=True)
    low = case.node("MaxPool", [short], kernel_shape=[2, 2], strides=[2, 2])
    low, inner = block(case, low, outer, keeps_size=True)
    if case.opset < 11 or case.chance(0.5):
        weight = case.constant(case.reals([inner, outer, 2, 2], 0.4))
        high, inner = case.node("ConvTranspose", [low, weight], strides=[2, 2], kernel_shape=[2, 2]), outer
    else:
        roi = case.constant(np.zeros(0, np.float32))
        scales = case.constant(np.array([1, 1, 2, 2], np.float32))
        high = case.node("Resize", [low, roi, scales], mode=case.pick("nearest", "linear"))
    joined = case.node("Concat", [short, high], axis=1)
    return case.node("Conv", [joined, case.constant(case.reals([2, outer + inner, 1, 1], 0.4))])


def recurrent_layer(case):
    kind = case.pick("LSTM", "GRU")
    gates = {"LSTM": 4, "GRU": 3}[kind]
    steps, batch, width, hidden = case.integer(2, 6), case.integer(1, 3), case.integer(2, 9), case.integer(2, 9)
    name = case.value(case.reals([steps, batch, width]), constant=False)
    inputs = [name] + [case.constant(case.reals(shape, 0.4)) for shape in
                       ([1, gates * hidden, width], [1, gates * hidden, hidden], [1, 2 * gates * hidden])]
    name = case.node(kind, inputs, hidden_size=hidden)
    return case.node("Reshape", [name, case.constant(np.array([steps, -1, hidden], np.int64))]), hidden


def attention_layer(case):
    heads, size, length, batch = case.integer(1, 3), case.integer(2, 8), case.integer(2, 7), case.integer(1, 2)
    width = heads * size
    name = case.value(case.reals([batch, length, width]), constant=False)
    split = case.constant(np.array([0, 0, heads, size], np.int64))
    parts = [case.node("Reshape", [dense(case, name, width, outer=width)[0], split]) for _ in range(3)]
    query, key, value = (case.node("Transpose", [part], perm=perm) for part, perm in
                         zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])))
    scores = case.node("Mul", [case.node("MatMul", [query, key]), case.constant(np.float32(1 / np.sqrt(size)))])
    mixed = case.node("MatMul", [case.node("Softmax", [scores], axis=3), value])
    mixed = case.node("Transpose", [mixed], perm=[0, 2, 1, 3])
    mixed = case.node("Reshape", [mixed, case.constant(np.array([0, 0, width], np.int64))])
    total = case.node("Add", [name, dense(case, mixed, width, outer=width)[0]])
    if case.opset >= 17:
        factors = [case.constant(np.abs(case.reals([width])) + np.float32(0.5)), case.constant(case.reals([width], 0.1))]
        total = case.node("LayerNormalization", [total] + factors)
    return total, width


def block(case, name, channels, outer=None, keeps_size=False):
    """A convolution with what usually follows it."""
    groups = channels if case.chance(0.3) and outer is None else 1
    outer = outer or (channels * case.integer(1, 2) if groups > 1 else case.integer(1, 12))
    size = case.pick(1, 3, 3)
    weight = case.reals([outer, channels // groups, size, size], 1.4 / np.sqrt(channels // groups * size * size))
    inputs = [name, case.constant(weight)] + ([case.constant(case.reals([outer], 0.1))] if case.chance(0.6) else [])
    result = case.node("Conv", inputs, group=groups, pads=[size // 2] * 4, strides=[1, 1] if keeps_size else case.pick([1, 1], [1, 1], [2, 2]))
    if case.chance(0.4):
        parameters = [np.abs(case.reals([outer])) + np.float32(0.5), case.reals([outer], 0.2), case.reals([outer], 0.2),
                      np.abs(case.reals([outer])) + np.float32(0.5)]
        result = case.node("BatchNormalization", [result] + [case.constant(p) for p in parameters])
    if case.chance(0.8):
        result = activation(case, result)
    if case.chance(0.3):
        other = case.node("Conv", [result, case.constant(case.reals([outer, outer, 1, 1], 0.5))])
        result = case.node(case.pick("Add", "Mul"), [result, other])
    elif case.chance(0.2):
        result, outer = case.node("Concat", [result, result], axis=1), 2 * outer
    if case.chance(0.3) and not keeps_size:
        result = case.node(case.pick("MaxPool", "AveragePool"), [result], kernel_shape=[2, 2], pads=[0, 0, 1, 1])
    return result, outer


def sqnr(reference, actual):
    reference, actual = reference.astype(np.float64), actual.astype(np.float64)
    noise = np.sum((reference - actual) ** 2)
    return np.inf if noise == 0 else 10 * np.log10(max(np.sum(reference ** 2), 1e-30) / noise)


def fuzz_conversions(fuzzer, random, count):
    for _ in range(count):
        case = network(random)
        model, feeds, names = assemble([case])
        encoded = model.SerializeToString()
        path, calibration = fuzzer.work / "network.onnx", fuzzer.work / "calibration.npz"
        path.write_bytes(encoded)
        try:
            runtime(encoded, feeds)
        except Exception as error:
            print(f"not a network: {str(error)[:200]}")
            continue
        name, shape = next(iter(feeds)), next(iter(feeds.values())).shape
        np.savez(calibration, **{name: case.reals([8, *shape])})
        for form in ("fp16", "int8"):
            convert(fuzzer, case, form, path, calibration, encoded, feeds, names[0][0])


def convert(fuzzer, case, form, path, calibration, encoded, feeds, output):
    converted = fuzzer.work / f"network.{form}.onnx"
    extra = ["--calib", calibration] if form == "int8" else []
    done = fuzzer.quantize(path, "--to", form, "-o", converted, "--force", *extra)
    what = f"{form} of opset {case.opset} {[node.op_type for node in case.nodes]}"
    if done.returncode != 0:
        fuzzer.report(f"CONVERSION EXIT {done.returncode} {done.stderr.strip()[-300:]}: {what}", encoded, feeds)
        return
    try:
        expected = runtime(converted.read_bytes(), feeds)[0]
    except Exception as error:
        fuzzer.report(f"ONNX RUNTIME DECLINES {str(error)[:300]}: {what}", encoded, feeds)
        return
    code, result = fuzzer.run(converted.read_bytes(), feeds)
    if code != 0:
        fuzzer.report(f"RUN EXIT {code} {result}: {what}", encoded, feeds)
        return
    ratio = sqnr(expected, result[output])
    if ratio < LEAST_SQNR:
        fuzzer.report(f"SQNR {ratio:.1f} dB: {what}", encoded, feeds)
        return
    fuzzer.counts[form] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quantize")
    parser.add_argument("--nodes", type=int, default=2000)
    parser.add_argument("--conversions", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", choices=list(GENERATORS))
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    random = np.random.default_rng(arguments.seed)
    with tempfile.TemporaryDirectory() as work:
        fuzzer = Fuzzer(arguments.quantize, arguments.keep, work)
        fuzz_nodes(fuzzer, random, arguments.nodes, arguments.only)
        fuzz_conversions(fuzzer, random, arguments.conversions)
    for message, number in fuzzer.unsupported.most_common():
        print(f"{number:5} unsupported {message}")
    print(dict(fuzzer.counts), f"failures: {fuzzer.failures}")
    sys.exit(1 if fuzzer.failures else 0)


if __name__ == "__main__":
    main()
