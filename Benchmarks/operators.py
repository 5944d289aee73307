#!/usr/bin/env python3
"""Writes models of a single operator each, to be timed by compare.py.

    Benchmarks/operators.py FOLDER [NAME...]
    Benchmarks/compare.py FOLDER --forms fp32 --batches 1 --threads 1

All operators by default. Each case becomes FOLDER/NAME with model.onnx, test.npz and meta.json. Sizes are those that the
operator has in networks for images, text and sound. Images come and go in ONNX's order of axes, so that operators for them
are charged with what it takes to change it. Needs numpy and onnx.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(0)
CASES = {}


def normal(*shape):
    return random.normal(size=shape).astype(np.float32)


def positive(*shape):
    return random.uniform(0.1, 1, size=shape).astype(np.float32)


def integers(*numbers):
    return np.array(numbers, np.int64)


def case(name, operator, fed, constants=None, outputs=1, opset=20, **attributes):
    """Adds a case: the arrays that are fed take the first places that `constants`, by place, leave."""
    CASES[name] = (operator, fed, constants or {}, outputs, opset, attributes)


def convolution(name, inputs, outputs, kernel, size, stride=1, groups=1, dilation=1, pad=None, transposed=False):
    axes = len(size)
    pad = (kernel - 1) * dilation // 2 if pad is None else pad
    shape = (inputs, outputs // groups) if transposed else (outputs, inputs // groups)
    attributes = {
        "kernel_shape": [kernel] * axes, "strides": [stride] * axes, "pads": [pad] * 2 * axes, "group": groups,
        "dilations": [dilation] * axes}
    case(
        name, "ConvTranspose" if transposed else "Conv", [normal(1, inputs, *size)],
        {1: normal(*shape, *[kernel] * axes) * 0.1, 2: normal(outputs)}, **attributes)


def add_convolutions():
    convolution("conv_3x3", 64, 64, 3, (56, 56))
    convolution("conv_1x1", 256, 64, 1, (56, 56))
    convolution("conv_7x7_stride_2", 3, 64, 7, (224, 224), stride=2)
    convolution("conv_dilated", 64, 64, 3, (56, 56), dilation=2)
    convolution("conv_atrous_pyramid", 512, 128, 3, (20, 20), dilation=12, pad=12)
    convolution("conv_32_groups", 128, 128, 3, (28, 28), groups=32)
    convolution("conv_patches", 3, 384, 16, (224, 224), stride=16, pad=0)
    convolution("conv_depthwise_3x3", 96, 96, 3, (56, 56), groups=96)
    convolution("conv_depthwise_7x7", 96, 96, 7, (56, 56), groups=96)
    convolution("conv_depthwise_multiplied", 32, 64, 3, (56, 56), groups=32)
    convolution("conv_1d", 80, 384, 3, (3000,))
    convolution("conv_1d_dilated", 64, 64, 3, (1000,), dilation=8)
    convolution("conv_3d", 16, 32, 3, (8, 28, 28))
    convolution("conv_transpose_2x2", 64, 32, 2, (28, 28), stride=2, pad=0, transposed=True)
    convolution("conv_transpose_4x4", 64, 32, 4, (28, 28), stride=2, pad=1, transposed=True)
    convolution("conv_transpose_depthwise", 32, 32, 4, (28, 28), stride=2, pad=1, groups=32, transposed=True)
    convolution("conv_transpose_1d", 128, 64, 16, (64,), stride=8, pad=4, transposed=True)


def add_products():
    for rows, inner, columns in ((197, 768, 3072), (1024, 128, 1024), (3136, 96, 384), (1, 768, 768)):
        case(f"matmul_{rows}x{inner}x{columns}", "MatMul", [normal(rows, inner)], {1: normal(inner, columns)})
    case("matmul_of_activations", "MatMul", [normal(1, 12, 128, 64), normal(1, 12, 64, 128)])
    for batch, length, size in ((32, 13, 32), (1, 128, 64)):
        heads = [normal(batch, 12, length, size) for _ in range(3)]
        case(f"attention_{batch}x{length}", "Attention", heads, opset=23)
        mask = normal(batch, 1, length, length)
        case(f"attention_masked_{batch}x{length}", "Attention", [*heads, mask], opset=23)
    case(
        "einsum_of_heads", "Einsum", [normal(1, 128, 12, 64), normal(1, 128, 12, 64)], equation="bqhd,bkhd->bhqk")
    for name, gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1)):
        weights = {1: normal(1, gates * 128, 64) * 0.1, 2: normal(1, gates * 128, 128) * 0.1}
        case(name.lower(), name, [normal(50, 1, 64)], weights, hidden_size=128)


def add_functions():
    for name in (
        "Relu", "Sigmoid", "Tanh", "Exp", "Log", "Erf", "Gelu", "HardSwish", "Softplus", "Elu", "LeakyRelu", "Sin", "Cos",
        "Mish", "Softsign"):
        case(name.lower(), name, [positive(1, 128, 3072)])
    for name in ("Add", "Mul", "Div", "Max"):
        case(name.lower(), name, [normal(1, 64, 56, 56), normal(1, 64, 56, 56)])
    case("add_per_channel", "Add", [normal(1, 64, 56, 56)], {1: normal(64, 1, 1)})
    case("cube", "Pow", [normal(1, 128, 768)], {1: np.float32(3)})
    case("prelu", "PRelu", [normal(1, 64, 56, 56)], {1: normal(64, 1, 1)})
    case("where_masked", "Where", [random.random((1, 1, 128, 128)) > 0.5, normal(1, 12, 128, 128)], {2: np.float32(-1e9)})
    case("cast_to_int64", "Cast", [normal(1, 128, 768)], to=TensorProto.INT64)


def add_reductions():
    for name in ("ReduceMean", "ReduceMax", "ReduceL2"):
        case(f"{name.lower()}_last", name, [normal(1, 128, 768)], {1: integers(-1)})
        case(f"{name.lower()}_spatial", name, [normal(1, 64, 56, 56)], {1: integers(2, 3)})
    case("argmax", "ArgMax", [normal(128, 1000)], axis=1)
    case("topk", "TopK", [normal(64, 1000)], {1: integers(5)}, outputs=2, axis=1)
    case("softmax", "Softmax", [normal(1, 12, 128, 128)], axis=-1)
    case("log_softmax", "LogSoftmax", [normal(32, 1000)], axis=-1)
    case("layer_normalization", "LayerNormalization", [normal(1, 128, 768)], {1: normal(768), 2: normal(768)})
    image = [normal(1, 64, 56, 56)]
    case("instance_normalization", "InstanceNormalization", image, {1: normal(64), 2: normal(64)})
    case("group_normalization", "GroupNormalization", image, {1: normal(64), 2: normal(64)}, opset=21, num_groups=32)
    case(
        "batch_normalization", "BatchNormalization", image,
        {1: positive(64), 2: normal(64), 3: normal(64), 4: positive(64)})
    window = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4}
    case("max_pool", "MaxPool", [normal(1, 64, 112, 112)], **window)
    case("average_pool", "AveragePool", [normal(1, 64, 112, 112)], **window)
    case("global_average_pool", "GlobalAveragePool", [normal(1, 512, 7, 7)])


def add_movements():
    image = [normal(1, 64, 56, 56)]
    for order in ((0, 2, 1, 3), (0, 2, 3, 1), (0, 3, 1, 2)):
        case("transpose_" + "".join(map(str, order)), "Transpose", image, perm=list(order))
    case("concat", "Concat", image * 2, axis=1)
    case("split", "Split", [normal(1, 128, 2304)], outputs=3, opset=17, axis=2)
    case("slice_with_steps", "Slice", image, {1: integers(0), 2: integers(56), 3: integers(3), 4: integers(2)})
    for mode in ("constant", "reflect"):
        case(f"pad_{mode}", "Pad", image, {1: integers(0, 0, 1, 1, 0, 0, 1, 1)}, mode=mode)
    case("gather", "Gather", [random.integers(0, 30000, (1, 128))], {0: normal(30000, 384)})
    case("gather_elements", "GatherElements", [normal(64, 1000), random.integers(0, 1000, (64, 100))], axis=1)
    case("depth_to_space", "DepthToSpace", image, blocksize=2)
    for mode in ("nearest", "linear", "cubic"):
        case(
            f"resize_{mode}", "Resize", image, {1: np.array([], np.float32), 2: np.array([1, 1, 2, 2], np.float32)},
            mode=mode)
    grid = random.uniform(-1, 1, (1, 64, 64, 2)).astype(np.float32)
    case("grid_sample", "GridSample", [normal(1, 32, 64, 64), grid], opset=16)


def model_of(name):
    operator, fed, constants, outputs, opset, attributes = CASES[name]
    names, inputs, arrays, waiting = [], [], {}, iter(fed)
    for place in range(max(len(fed) + len(constants), 1 + max(constants, default=0))):
        array = None if place in constants else next(waiting, None)
        names.append(f"c{place}" if place in constants else "" if array is None else f"x{place}")
        if array is not None:
            arrays[names[-1]] = array
            inputs.append(
                helper.make_tensor_value_info(names[-1], helper.np_dtype_to_tensor_dtype(array.dtype), array.shape))
    weights = [numpy_helper.from_array(np.asarray(value), f"c{place}") for place, value in constants.items()]
    results = [f"y{index}" for index in range(outputs)]
    graph = helper.make_graph(
        [helper.make_node(operator, names, results, **attributes)], name, inputs,
        [onnx.ValueInfoProto(name=result) for result in results], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 10
    return onnx.shape_inference.infer_shapes(model, strict_mode=True), arrays


def main():
    for add in (add_convolutions, add_products, add_functions, add_reductions, add_movements):
        add()
    folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:] or list(CASES)
    for name in names:
        model, arrays = model_of(name)
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        onnx.save(model, target / "model.onnx")
        np.savez(target / "test.npz", **{key: array[None] for key, array in arrays.items()})
        (target / "meta.json").write_text(json.dumps({"layout": "stack"}) + "\n")
    print(f"{folder}: {len(names)} models")


main()
