#!/usr/bin/env python3
"""Writes well-known networks with made-up weights, to be timed by compare.py.

    Benchmarks/topologies.py FOLDER [NAME...]

NAME is one of resnet18, resnet50, mobilenet_v2, efficientnet_b0 and bert_base; all by default. Each becomes
FOLDER/NAME with model.onnx, calib.npz, test.npz and meta.json. Weights are random with a fixed seed, scaled so that
activations keep their size: times are those of the real networks, accuracy means nothing. Needs numpy and onnx.
"""
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class Network:
    """A graph in the making; methods add a node and return the name of its result."""

    def __init__(self, seed=0):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def constant(self, array, kind=np.float32):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array, kind), name))
        return name

    def normal(self, shape, deviation):
        return self.constant(self.random.normal(0, deviation, shape))

    def add(self, operator, *inputs, **attributes):
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def convolution(self, x, inputs, outputs, kernel=1, stride=1, groups=1, activation=None):
        """Conv without bias → BatchNormalization → activation, as exporters write it."""
        fan_in = inputs // groups * kernel * kernel
        weights = self.normal((outputs, inputs // groups, kernel, kernel), np.sqrt((2 if activation else 1) / fan_in))
        pad = kernel // 2
        x = self.add(
            "Conv", x, weights, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4, group=groups)
        scale = self.constant(self.random.uniform(0.8, 1.2, outputs))
        shift, mean = self.normal(outputs, 0.1), self.normal(outputs, 0.1)
        x = self.add("BatchNormalization", x, scale, shift, mean, self.constant(np.ones(outputs)))
        return self.activate(x, activation)

    def activate(self, x, activation):
        if activation == "relu":
            return self.add("Relu", x)
        if activation == "relu6":
            return self.add("Clip", x, self.constant(0.0), self.constant(6.0))
        if activation == "silu":
            return self.add("Mul", x, self.add("Sigmoid", x))
        return x

    def linear(self, x, inputs, outputs):
        product = self.add("MatMul", x, self.normal((inputs, outputs), 1 / np.sqrt(inputs)))
        return self.add("Add", product, self.normal(outputs, 0.02))

    def classifier(self, x, channels, classes=1000):
        x = self.add("Flatten", self.add("GlobalAveragePool", x))
        weights = self.normal((classes, channels), 1 / np.sqrt(channels))
        return self.add("Gemm", x, weights, self.normal(classes, 0.02), transB=1)

    def model(self, inputs, output, output_shape):
        result = helper.make_tensor_value_info(output, TensorProto.FLOAT, output_shape)
        graph = helper.make_graph(self.nodes, "network", inputs, [result], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model


def image_model(build):
    """A classifier of images [batch, 3, 224, 224], and data for it."""
    network = Network()
    output = build(network, "image")
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 224, 224])
    model = network.model([image], output, ["batch", 1000])
    images = np.random.default_rng(1).normal(0, 1, (16, 3, 224, 224)).astype(np.float32)
    return model, {"image": images[:8]}, {"image": images[8:]}, 8


def resnet(blocks, bottleneck):
    """Deep Residual Learning (He et al., 2015), with the stride in the 3×3 convolution."""

    def block(network, x, inputs, width, stride):
        outputs = width * (4 if bottleneck else 1)
        if bottleneck:
            y = network.convolution(x, inputs, width, activation="relu")
            y = network.convolution(y, width, width, 3, stride, activation="relu")
            y = network.convolution(y, width, outputs)
        else:
            y = network.convolution(x, inputs, width, 3, stride, activation="relu")
            y = network.convolution(y, width, width, 3)
        shortcut = x if stride == 1 and inputs == outputs else network.convolution(x, inputs, outputs, 1, stride)
        return network.add("Relu", network.add("Add", y, shortcut)), outputs

    def build(network, x):
        x = network.convolution(x, 3, 64, 7, 2, activation="relu")
        x = network.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
        channels = 64
        for stage, count in enumerate(blocks):
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                x, channels = block(network, x, channels, 64 << stage, stride)
        return network.classifier(x, channels)

    return image_model(build)


def mobilenet_v2():
    """Inverted Residuals and Linear Bottlenecks (Sandler et al., 2018)."""

    def build(network, x):
        x = network.convolution(x, 3, 32, 3, 2, activation="relu6")
        channels = 32
        stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
        for expansion, outputs, count, first_stride in stages:
            for index in range(count):
                stride, hidden = first_stride if index == 0 else 1, channels * expansion
                y = x if expansion == 1 else network.convolution(x, channels, hidden, activation="relu6")
                y = network.convolution(y, hidden, hidden, 3, stride, hidden, "relu6")
                y = network.convolution(y, hidden, outputs)
                x = network.add("Add", x, y) if stride == 1 and channels == outputs else y
                channels = outputs
        return network.classifier(network.convolution(x, channels, 1280, activation="relu6"), 1280)

    return image_model(build)


def efficientnet_b0():
    """EfficientNet (Tan and Le, 2019), with squeeze-and-excitation."""

    def excitation(network, x, channels, squeezed):
        y = network.add("GlobalAveragePool", x)
        for inputs, outputs, activation in ((channels, squeezed, "silu"), (squeezed, channels, None)):
            weights = network.normal((outputs, inputs, 1, 1), 1 / np.sqrt(inputs))
            y = network.activate(network.add("Conv", y, weights, network.normal(outputs, 0.02)), activation)
        return network.add("Mul", x, network.add("Sigmoid", y))

    def build(network, x):
        x = network.convolution(x, 3, 32, 3, 2, activation="silu")
        channels = 32
        stages = [
            (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
            (6, 320, 1, 1, 3)]
        for expansion, outputs, count, first_stride, kernel in stages:
            for index in range(count):
                stride, hidden = first_stride if index == 0 else 1, channels * expansion
                y = x if expansion == 1 else network.convolution(x, channels, hidden, activation="silu")
                y = network.convolution(y, hidden, hidden, kernel, stride, hidden, "silu")
                y = excitation(network, y, hidden, channels // 4)
                y = network.convolution(y, hidden, outputs)
                x = network.add("Add", x, y) if stride == 1 and channels == outputs else y
                channels = outputs
        return network.classifier(network.convolution(x, channels, 1280, activation="silu"), 1280)

    return image_model(build)


def bert_base(layers=12, width=768, heads=12, hidden=3072, vocabulary=30522, length=128):
    """BERT (Devlin et al., 2018): the encoder, with the mask added to the scores and GELU spelled out by Erf."""
    network = Network()
    size = width // heads

    def normalization(x):
        ones, zeros = network.constant(np.ones(width)), network.constant(np.zeros(width))
        return network.add("LayerNormalization", x, ones, zeros, axis=-1, epsilon=1e-12)

    def split(x, order):
        x = network.add("Reshape", x, network.constant([0, 0, heads, size], np.int64))
        return network.add("Transpose", x, perm=order)

    def gelu(x):
        erf = network.add("Erf", network.add("Div", x, network.constant(np.sqrt(2))))
        half = network.add("Mul", x, network.add("Add", erf, network.constant(1.0)))
        return network.add("Mul", half, network.constant(0.5))

    words = network.add("Gather", network.normal((vocabulary, width), 1), "input_ids")
    x = normalization(network.add("Add", words, network.normal((1, length, width), 0.1)))
    mask = network.add("Unsqueeze", "attention_mask", network.constant([1, 2], np.int64))
    mask = network.add("Sub", network.constant(1.0), network.add("Cast", mask, to=TensorProto.FLOAT))
    mask = network.add("Mul", mask, network.constant(-10000.0))
    for _ in range(layers):
        query, key, value = (network.linear(x, width, width) for _ in range(3))
        scores = network.add("MatMul", split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1]))
        scores = network.add("Add", network.add("Div", scores, network.constant(np.sqrt(size))), mask)
        context = network.add("MatMul", network.add("Softmax", scores, axis=-1), split(value, [0, 2, 1, 3]))
        context = network.add("Transpose", context, perm=[0, 2, 1, 3])
        context = network.add("Reshape", context, network.constant([0, 0, width], np.int64))
        x = normalization(network.add("Add", network.linear(context, width, width), x))
        y = network.linear(gelu(network.linear(x, width, hidden)), hidden, width)
        x = normalization(network.add("Add", y, x))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", length])
        for name in ("input_ids", "attention_mask")]
    random = np.random.default_rng(1)
    ids = random.integers(0, vocabulary, (16, length))
    mask = (np.arange(length)[None] < random.integers(length // 2, length + 1, (16, 1))).astype(np.int64)
    data = {"input_ids": ids, "attention_mask": mask}
    return (
        network.model(inputs, x, ["batch", length, width]), {name: array[:8] for name, array in data.items()},
        {name: array[8:] for name, array in data.items()}, 2)


NETWORKS = {
    "resnet18": lambda: resnet([2, 2, 2, 2], bottleneck=False),
    "resnet50": lambda: resnet([3, 4, 6, 3], bottleneck=True),
    "mobilenet_v2": mobilenet_v2,
    "efficientnet_b0": efficientnet_b0,
    "bert_base": bert_base,
}


def main():
    folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:] or list(NETWORKS)
    for name in names:
        model, calibration, test, large = NETWORKS[name]()
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        onnx.save(model, target / "model.onnx")
        np.savez(target / "calib.npz", **calibration)
        np.savez(target / "test.npz", **test)
        (target / "meta.json").write_text(json.dumps({"layout": "concat", "large_batch": large}) + "\n")
        print(f"{target}: {len(model.graph.node)} nodes")


main()
