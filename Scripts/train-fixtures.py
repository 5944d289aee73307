#!/usr/bin/env python3
"""Trains models like those in fixtures/ and exports them to ONNX with data to calibrate and test them.

    train-fixtures.py FOLDER [--only NAME ...] [--epochs N]

Writes FOLDER/<name>/ with model.onnx (FP32), calib.npz, test.npz and meta.json, laid out as fixtures/README.md says;
seed_mlp gets its calibration data as calib.bin, raw float32, and its weights as model.safetensors besides. Needs the
pip packages torch, onnx, onnxscript, scikit-learn, numpy and safetensors. All take a few minutes on two cores.

The digits are scikit-learn's copy of the UCI set "Optical Recognition of Handwritten Digits": 1,797 images of 8 x 8.
Seeds are fixed, but weights differ between versions of torch and between processors.
"""
import argparse
import collections
import collections.abc
import copy
import dataclasses
import json
import logging
import math
import pathlib
import warnings

import numpy as np
import onnx
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_digits
from torch import nn

SEED = 42
CALIBRATION_COUNT, TEST_COUNT = 300, 500


# Data


@dataclasses.dataclass
class Data:
    """Inputs with labels or targets. Calibration inputs are part of those to train on, test inputs are not."""
    train: torch.Tensor
    train_targets: torch.Tensor
    calibration: torch.Tensor
    test: torch.Tensor
    test_targets: torch.Tensor


def split(inputs, targets, calibration=CALIBRATION_COUNT, test=TEST_COUNT):
    order = np.random.default_rng(SEED).permutation(len(inputs))
    inputs, targets = torch.from_numpy(inputs[order]), torch.from_numpy(targets[order])
    return Data(inputs[test:], targets[test:], inputs[test:test + calibration], inputs[:test], targets[:test])


def digits(*shape):
    """Images of 0...1 in the shape that a model wants, labelled 0...9."""
    images, labels = load_digits(return_X_y=True)
    return split((images / 16).astype(np.float32).reshape(-1, *shape), labels.astype(np.int64))


def noisy_digits():
    """Images with noise added, to be turned into those without."""
    images = (load_digits().data / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    noise = np.random.default_rng(SEED).normal(0, 0.25, images.shape).astype(np.float32)
    return split(np.clip(images + noise, 0, 1), images)


def regression():
    """Normal inputs; a target that a linear and a smooth part make up, with noise."""
    generator = np.random.default_rng(SEED)
    inputs = generator.normal(size=(8000, 768)).astype(np.float32)
    linear, inner = generator.normal(size=(768, 1)) / 28, generator.normal(size=(768, 8)) / 28
    noise = 0.1 * generator.normal(size=(8000, 1))
    targets = inputs @ linear + np.tanh(inputs @ inner).mean(axis=1, keepdims=True) + noise
    return split(inputs, targets.astype(np.float32), calibration=1000, test=1000)


# Models


def mlp(*widths):
    layers = [nn.Flatten()] if widths[0] == 64 else []
    for fan_in, fan_out in zip(widths[:-2], widths[1:-1]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(*widths[-2:]))


def classifier(*features, channels):
    return nn.Sequential(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def convolution(fan_in, fan_out, size=3, groups=1, activation=None):
    layers = [nn.Conv2d(fan_in, fan_out, size, padding=size // 2, groups=groups, bias=False), nn.BatchNorm2d(fan_out)]
    return nn.Sequential(*layers, *([activation] if activation else []))


class Residual(nn.Module):
    def __init__(self, fan_in, fan_out):
        super().__init__()
        self.body = nn.Sequential(convolution(fan_in, fan_out, activation=nn.ReLU()), convolution(fan_out, fan_out))
        self.skip = nn.Identity() if fan_in == fan_out else convolution(fan_in, fan_out, size=1)

    def forward(self, x):
        return torch.relu(self.body(x) + self.skip(x))


def residual_cnn():
    return classifier(
        convolution(1, 32, activation=nn.ReLU()), Residual(32, 32), Residual(32, 64), nn.MaxPool2d(2),
        Residual(64, 128), channels=128)


class SqueezeExcitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels // 4, 1), nn.ReLU(),
            nn.Conv2d(channels // 4, channels, 1), nn.Hardsigmoid())

    def forward(self, x):
        return x * self.gate(x)


class InvertedResidual(nn.Module):
    """The block of MobileNetV3 (https://arxiv.org/abs/1905.02244, figure 4)."""

    def __init__(self, fan_in, fan_out, activation, squeezes=True):
        super().__init__()
        wide = 3 * fan_in
        self.adds = fan_in == fan_out
        self.body = nn.Sequential(
            convolution(fan_in, wide, size=1, activation=activation),
            convolution(wide, wide, groups=wide, activation=activation),
            *([SqueezeExcitation(wide)] if squeezes else []), convolution(wide, fan_out, size=1))

    def forward(self, x):
        return x + self.body(x) if self.adds else self.body(x)


def depthwise_cnn():
    return classifier(
        convolution(1, 16, activation=nn.Hardswish()), InvertedResidual(16, 24, nn.ReLU6(), squeezes=False),
        InvertedResidual(24, 24, nn.ReLU6()), InvertedResidual(24, 40, nn.Hardswish()),
        InvertedResidual(40, 40, nn.Hardswish()), convolution(40, 96, size=1, activation=nn.Hardswish()), channels=96)


def plain_depthwise_cnn():
    layers = [convolution(1, 32, activation=nn.ReLU())]
    for fan_in, fan_out in ((32, 48), (48, 64), (64, 96)):
        layers.append(convolution(fan_in, fan_in, groups=fan_in, activation=nn.ReLU()))
        layers.append(convolution(fan_in, fan_out, size=1, activation=nn.ReLU()))
    return classifier(*layers, channels=96)


class RowLSTM(nn.Module):
    """Reads an image row by row in both directions."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, 64, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class UNet(nn.Module):
    """Two levels down and up, with each kind of pooling and of upsampling used once."""

    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([self.level(1, 16), self.level(16, 32), self.level(32, 64)])
        self.up = nn.ModuleList([self.level(96, 32), self.level(48, 16)])
        self.pool = nn.ModuleList([nn.MaxPool2d(2), nn.AvgPool2d(2)])
        self.grow = nn.ModuleList([nn.ConvTranspose2d(64, 64, 2, stride=2), nn.Upsample(scale_factor=2)])
        self.head = nn.Conv2d(16, 1, 1)

    @staticmethod
    def level(fan_in, fan_out):
        return nn.Sequential(nn.Conv2d(fan_in, fan_out, 3, padding=1), nn.LeakyReLU(0.1))

    def forward(self, x):
        whole = self.down[0](x)
        half = self.down[1](self.pool[0](whole))
        quarter = self.down[2](self.pool[1](half))
        half = self.up[0](torch.cat([self.grow[0](quarter), half], dim=1))
        whole = self.up[1](torch.cat([self.grow[1](half), whole], dim=1))
        return torch.sigmoid(self.head(whole))


class ViT(nn.Module):
    """A vision transformer (https://arxiv.org/abs/2010.11929) of 4 layers over 16 patches of 2 x 2."""

    def __init__(self, width=96):
        super().__init__()
        self.patches = nn.Conv2d(1, width, 2, stride=2)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(0.02 * torch.randn(1, 17, width))
        layer = nn.TransformerEncoderLayer(
            width, nhead=4, dim_feedforward=4 * width, dropout=0, activation="gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, num_layers=4, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.token.expand(tokens.shape[0], -1, -1), tokens], dim=1)
        return self.head(self.norm(self.layers(tokens + self.positions))[:, 0])


# Changes to a trained model that keep what it computes


def fold_normalizations(model):
    """The model with every BatchNorm2d inside the convolution before it."""
    model = copy.deepcopy(model)
    for parent in list(model.modules()):
        children = list(parent.named_children()) if isinstance(parent, nn.Sequential) else []
        for (name, first), (second_name, second) in zip(children, children[1:]):
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                setattr(parent, name, nn.utils.fusion.fuse_conv_bn_eval(first, second))
                setattr(parent, second_name, nn.Identity())
    return model


@torch.no_grad()
def unbalance(model):
    """A ReLU network of convolutions with the channels between them scaled up and down by factors of 0.02 to 50.

    ReLU(s x) = s ReLU(x) for s > 0, so what is scaled after one convolution can be undone before the next.
    """
    model = fold_normalizations(model)
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    generator = torch.Generator().manual_seed(SEED)
    for first, second in zip(layers, layers[1:]):
        exponents = 2 * torch.rand(first.out_channels, generator=generator) - 1
        factors = 50 ** exponents
        first.weight *= factors.reshape(-1, 1, 1, 1)
        first.bias *= factors
        per_input = second.groups == 1
        second.weight /= factors.reshape((1, -1, 1, 1) if per_input else (-1, 1, 1, 1))
    return model


# Recipes


@dataclasses.dataclass
class Recipe:
    name: str
    make: collections.abc.Callable
    data: collections.abc.Callable
    opset: int
    task: dict
    # Whether torch.export leads to ONNX, or the older tracing.
    exported: bool = False
    folds: bool = True
    finish: collections.abc.Callable = staticmethod(lambda model: model)


CLASSIFICATION = {"type": "classification", "output": 0}
IMAGE = (1, 8, 8)
RECIPES = [
    Recipe("seed_mlp", lambda: mlp(768, 256, 128, 1), regression, 18, {"type": "regression", "output": 0}, True),
    Recipe("digits_mlp", lambda: mlp(64, 256, 128, 10), lambda: digits(64), 11, CLASSIFICATION),
    Recipe("digits_cnn", residual_cnn, lambda: digits(*IMAGE), 18, CLASSIFICATION, True),
    Recipe("digits_cnn_bn", residual_cnn, lambda: digits(*IMAGE), 13, CLASSIFICATION, folds=False),
    Recipe("digits_dwcnn", depthwise_cnn, lambda: digits(*IMAGE), 17, CLASSIFICATION),
    Recipe("digits_dw_unbalanced", plain_depthwise_cnn, lambda: digits(*IMAGE), 15, CLASSIFICATION, finish=unbalance),
    Recipe("digits_lstm", RowLSTM, lambda: digits(8, 8), 14, CLASSIFICATION),
    Recipe("digits_unet", UNet, noisy_digits, 13, {"type": "reconstruct", "output": 0, "peak": 1}),
    Recipe("digits_vit", ViT, lambda: digits(*IMAGE), 20, CLASSIFICATION, True),
]


def train(model, data, task, epochs):
    loss = nn.CrossEntropyLoss() if task["type"] == "classification" else nn.MSELoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-3)
    batches = len(data.train) // 64 + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=epochs * batches)
    model.train()
    for _ in range(epochs):
        for indices in torch.randperm(len(data.train)).chunk(batches):
            optimizer.zero_grad()
            loss(model(data.train[indices]), data.train_targets[indices]).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def metric(model, data, task):
    outputs = model(data.test)
    if task["type"] == "classification":
        return {"top1": (outputs.argmax(1) == data.test_targets).double().mean().item()}
    error = ((outputs - data.test_targets) ** 2).mean().item()
    if task["type"] == "regression":
        return {"r2": 1 - error / data.test_targets.var(correction=0).item(), "rmse": error ** 0.5}
    return {"psnr": 10 * math.log10(task["peak"] ** 2 / error)}


def export(model, recipe, data, path):
    names = {"input_names": ["input"], "output_names": ["output"], "opset_version": recipe.opset}
    example = (data.test[:2],)
    if recipe.exported:
        shapes = ({0: torch.export.Dim("batch")},)
        torch.onnx.export(
            model, example, path, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False, **names)
    else:
        training = torch.onnx.TrainingMode.EVAL if recipe.folds else torch.onnx.TrainingMode.PRESERVE
        torch.onnx.export(
            model, example, path, dynamo=False, training=training, do_constant_folding=recipe.folds,
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, **names)
    exported = onnx.load(path)
    remove_traces(exported.graph)
    onnx.checker.check_model(exported)
    onnx.save(exported, path)
    return exported


def remove_traces(graph):
    """Takes out what says where each node comes from: it names files of the machine."""
    for part in [graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")


def describe(recipe, exported, metrics):
    shape = lambda value: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
    values = lambda list: [{"name": v.name, "dtype": v.type.tensor_type.elem_type, "shape": shape(v)} for v in list]
    return {
        "name": recipe.name,
        "source": "trained on random numbers" if recipe.name == "seed_mlp" else "trained on scikit-learn's digits (UCI)",
        "licence": "that of this project" if recipe.name == "seed_mlp" else "CC BY 4.0 (the digits)",
        "layout": "concat",
        "batch": None,
        "task": recipe.task,
        "opset": {opset.domain or "ai.onnx": opset.version for opset in exported.opset_import},
        "ir_version": exported.ir_version,
        "producer": f"pytorch {torch.__version__}",
        "exporter": "torch.export" if recipe.exported else "tracing",
        "ops": dict(collections.Counter(node.op_type for node in exported.graph.node).most_common()),
        "params": sum(int(np.prod(tensor.dims)) for tensor in exported.graph.initializer),
        "inputs": values(exported.graph.input),
        "outputs": values(exported.graph.output),
        "metric_fp32": metrics,
    }


def write(recipe, folder, epochs):
    torch.manual_seed(SEED)
    data = recipe.data()
    model = recipe.finish(train(recipe.make(), data, recipe.task, epochs))
    folder.mkdir(parents=True, exist_ok=True)
    exported = export(model, recipe, data, str(folder / "model.onnx"))
    answers = "__labels__" if recipe.task["type"] == "classification" else "__targets__"
    np.savez_compressed(folder / "test.npz", **{"input": data.test.numpy(), answers: data.test_targets.numpy()})
    if recipe.name == "seed_mlp":
        (folder / "calib.bin").write_bytes(data.calibration.numpy().astype("<f4").tobytes())
        save_file(model.state_dict(), folder / "model.safetensors")
    else:
        np.savez_compressed(folder / "calib.npz", input=data.calibration.numpy())
    metrics = metric(model, data, recipe.task)
    (folder / "meta.json").write_text(json.dumps(describe(recipe, exported, metrics), indent=1) + "\n")
    print(recipe.name, metrics, dict(collections.Counter(node.op_type for node in exported.graph.node)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", choices=[recipe.name for recipe in RECIPES])
    parser.add_argument("--epochs", type=int, default=20)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    torch.backends.mha.set_fastpath_enabled(False)
    for recipe in RECIPES:
        if not arguments.only or recipe.name in arguments.only:
            write(recipe, arguments.folder / recipe.name, arguments.epochs)


if __name__ == "__main__":
    main()
