#!/usr/bin/env python3
"""Writes golden.npz beside every model of fixtures/: the first eight test samples and what ONNX Runtime makes of them.

Needs numpy and onnxruntime. The engine's tests compare against these files; run this again after a change of models.
"""

import pathlib

import numpy as np
import onnxruntime as ort

SAMPLES = 8
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"


def golden(model, data):
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    inputs = {value.name: data[value.name][:SAMPLES] for value in session.get_inputs()}
    outputs = [value.name for value in session.get_outputs()]
    return inputs | dict(zip(outputs, session.run(outputs, inputs)))


for folder in sorted(path.parent for path in FIXTURES.glob("*/model.onnx")):
    arrays = golden(folder / "model.onnx", np.load(folder / "test.npz"))
    np.savez(folder / "golden.npz", **arrays)
    print(folder.name, {name: array.shape for name, array in arrays.items()})
