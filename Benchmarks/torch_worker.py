"""Runs one float32 model in PyTorch on behalf of compare.py; speaks as Worker/main.swift does.

    torch_worker.py MODEL DATA BATCH THREADS

The ONNX file is converted with onnx2torch and run module by module, as PyTorch runs models that nothing was done to.
"""
import logging
import sys
import time

import numpy as np
import onnx
import onnx2torch
import torch


def inputs_of(model):
    """The name and rank of each value that the model is fed."""
    constants = {constant.name for constant in model.graph.initializer}
    return [
        (value.name, len(value.type.tensor_type.shape.dim)) for value in model.graph.input if value.name not in constants]


def load(path, data):
    """The model as a module, and its inputs as tensors."""
    model = onnx.load(path)
    with np.load(data) as archive:
        arrays = [(archive[name], rank) for name, rank in inputs_of(model)]
    # An array of one axis more than its input is a stack of complete inputs.
    arrays = [np.array(array[0] if array.ndim > rank else array) for array, rank in arrays]
    return onnx2torch.convert(model).eval(), [torch.from_numpy(array) for array in arrays]


def main():
    path, data, _, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.set_num_interop_threads(1)
    # What cannot be converted is reported by the exception that follows.
    logging.disable(logging.WARNING)
    with torch.inference_mode():
        module, inputs = load(path, data)
        module(*inputs)
        print("ready", flush=True)
        for line in sys.stdin:
            runs = range(int(line))
            start = time.perf_counter()
            for _ in runs:
                module(*inputs)
            print(time.perf_counter() - start, flush=True)


main()
