#!/usr/bin/env python3
"""Writes networks of torchvision with untrained weights, as PyTorch exports them, to be timed by compare.py.

    Benchmarks/exported.py FOLDER [NAME...]
    Benchmarks/compare.py FOLDER --forms fp32 --batches 1

All of NETWORKS by default; with the pip package timm, timm/NAME is any of its networks. Each becomes FOLDER/NAME with
model.onnx, test.npz and meta.json. Times are those of the real networks, accuracy means nothing. Needs the pip packages
numpy, onnx, torch, torchvision and onnxscript.
"""
import json
import logging
import pathlib
import sys
import warnings

import numpy as np
import onnx
import torch
import torchvision

# The shape of the input; the model without weights.
NETWORKS = {
    **{
        name: ((1, 3, 224, 224), lambda name=name: torchvision.models.get_model(name, weights=None))
        for name in (
            "alexnet", "vgg11", "densenet121", "shufflenet_v2_x1_0", "mnasnet1_0", "mobilenet_v3_small",
            "mobilenet_v3_large", "regnet_y_400mf", "resnext50_32x4d", "convnext_tiny", "swin_t", "vit_b_16",
            "efficientnet_v2_s")
    },
    "inception_v3": ((1, 3, 299, 299), lambda: torchvision.models.inception_v3(init_weights=False)),
    "lraspp": (
        (1, 3, 320, 320),
        lambda: torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None)),
    "deeplabv3": (
        (1, 3, 320, 320),
        lambda: torchvision.models.segmentation.deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None)),
    "r3d_18": ((1, 3, 8, 112, 112), lambda: torchvision.models.video.r3d_18(weights=None)),
}


def load(name):
    """The shape of a network's input, and the network."""
    if name.startswith("timm/"):
        import timm
        model = timm.create_model(name.removeprefix("timm/"), pretrained=False)
        return (1, *model.default_cfg["input_size"]), model
    shape, make = NETWORKS[name]
    return shape, make()


def export(target, shape, network):
    """Writes one network; by the exporter of TorchScript, which most models in use come from, where it can."""
    target.mkdir(parents=True, exist_ok=True)
    example = torch.randn(shape)
    for is_new in (False, True):
        options = {"dynamo": True, "external_data": False} if is_new else {"dynamo": False, "opset_version": 17}
        try:
            with torch.no_grad():
                torch.onnx.export(network, (example,), target / "model.onnx", input_names=["image"], **options)
            break
        except Exception:
            if is_new:
                raise
    np.savez(target / "test.npz", image=example.numpy())
    (target / "meta.json").write_text(json.dumps({"layout": "concat", "batch": shape[0]}) + "\n")
    return len(onnx.load(target / "model.onnx").graph.node)


def main():
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:] or list(NETWORKS)
    for name in names:
        shape, model = load(name)
        target = folder / name.removeprefix("timm/")
        print(f"{target}: {export(target, shape, model.eval())} nodes", flush=True)


main()
