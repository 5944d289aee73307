#!/usr/bin/env python3
"""Compare quantize's engine and converted files with ONNX Runtime.

    compare-with-onnxruntime.py QUANTIZE FOLDER [--only NAME ...] [--work FOLDER]

For every FOLDER/*/model.onnx with calib.npz or calib.bin, test.npz and meta.json, as in fixtures/:
  - FP32, FP16 and INT8 forms run in ONNX Runtime and in `quantize run` on the same test batch: relative error and SQNR;
  - ONNX Runtime finds an integer kernel for every product of the INT8 form that has an integer weight;
  - the task metric of each form, where meta.json names one, from ONNX Runtime over the whole test set.
Needs the pip packages numpy, onnx and onnxruntime. Exit code 1 where a file does not load, the engines disagree or
ONNX Runtime dequantizes a weight in every run.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort


def load(path):
    with np.load(path) as archive:
        arrays = {key: archive[key] for key in archive.files}
    inputs = {k: v for k, v in arrays.items() if not k.startswith("__")}
    return inputs, {k: v for k, v in arrays.items() if k.startswith("__")}


def batches(inputs, layout, fixed):
    count = len(next(iter(inputs.values())))
    step = 1 if layout == "stack" else (fixed or 32)
    for start in range(0, count, step):
        if layout == "stack":
            yield {k: np.asarray(v[start]) for k, v in inputs.items()}
        else:
            yield {k: v[start:start + step] for k, v in inputs.items()}


def session(path):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def dequantized_products(path, work):
    """The products of a model whose integer weight ONNX Runtime turns into floats in every run."""
    optimized = work / "optimized.onnx"
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(optimized)
    ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    graph = onnx.load(optimized).graph
    weights = {constant.name for constant in graph.initializer if len(constant.dims) > 1}
    floats = {node.output[0] for node in graph.node
              if node.op_type == "DequantizeLinear" and node.input[0] in weights}
    return [node.name for node in graph.node
            if node.op_type in ("Conv", "FusedConv", "FusedMatMul", "Gemm", "MatMul") and floats.intersection(node.input)]


def sqnr(reference, actual):
    reference, actual = reference.astype(np.float64), actual.astype(np.float64)
    noise = np.sum((reference - actual) ** 2)
    return np.inf if noise == 0 else 10 * np.log10(np.sum(reference ** 2) / noise)


def relative(reference, actual):
    scale = np.max(np.abs(reference)) or 1.0
    return float(np.max(np.abs(reference.astype(np.float64) - actual.astype(np.float64))) / scale)


def metric(task, outputs, inputs, labels):
    output = outputs[task.get("output", 0)]
    kind = task["type"]
    if kind == "classification":
        flat = output.reshape(len(output), -1)
        return 100 * float(np.mean(np.argmax(flat, 1)[:len(labels["__labels__"])] == labels["__labels__"]))
    if kind == "reconstruct":
        error = np.mean((output - labels["__targets__"]) ** 2)
        return 10 * np.log10(task.get("peak", 1) ** 2 / error)
    if kind == "regression":
        targets = labels["__targets__"]
        return 100 * float(1 - np.sum((output - targets) ** 2) / np.sum((targets - targets.mean()) ** 2))
    if kind == "vad":
        return 100 * float(np.mean((output.reshape(-1) > 0.5) == (labels["__labels__"] > 0.5)))
    if kind == "sts":
        mask = inputs["attention_mask"][..., None]
        pooled = (output * mask).sum(1) / mask.sum(1)
        pairs = task["pairs"]
        left, right = pooled[:pairs], pooled[pairs:2 * pairs]
        cosine = (left * right).sum(1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)
        ranks = [np.argsort(np.argsort(x)) for x in (cosine, labels["__labels__"])]
        return 100 * float(np.corrcoef(*ranks)[0, 1])
    return None


def run_all(model, inputs, layout, fixed):
    runtime = session(model)
    names = {i.name for i in runtime.get_inputs()}
    parts = [runtime.run(None, {k: v for k, v in batch.items() if k in names})
             for batch in batches(inputs, layout, fixed)]
    return [np.concatenate([np.atleast_1d(p[i]) for p in parts]) for i in range(len(parts[0]))]


def run_quantize(*arguments):
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")


def calibration(folder):
    """The data to calibrate with: whichever form there is."""
    return next(path for name in ("calib.npz", "calib.bin") if (path := folder / name).exists())


def convert(quantize, folder, form, path):
    """Converts a model and returns how many seconds it took."""
    data = ["--calib", calibration(folder)] if form == "int8" else []
    begin = time.time()
    run_quantize(quantize, folder / "model.onnx", "--to", form, "-o", path, "--force", *data)
    return time.time() - begin


class Model:
    """One model with its test data."""

    def __init__(self, folder, work):
        self.folder, self.work = folder, work / folder.name
        self.work.mkdir(parents=True, exist_ok=True)
        meta = json.loads((folder / "meta.json").read_text())
        self.layout, self.batch, self.task = meta["layout"], meta["batch"], meta["task"]
        self.inputs, self.labels = load(folder / "test.npz")
        self.first = next(batches(self.inputs, self.layout, self.batch))
        np.savez(self.work / "batch.npz", **self.first)
        self.reference = None

    def compare(self, quantize, form):
        """Prints one line about a form of the model and returns whether both engines agree on it."""
        path, note = self.folder / "model.onnx", ""
        if form != "fp32":
            path = self.work / f"model.{form}.onnx"
            note = f"{convert(quantize, self.folder, form, path):.2f} s"
        error, agreement = self.run_both(quantize, path)
        outputs = run_all(path, self.inputs, self.layout, self.batch)
        self.reference = self.reference or outputs
        distance = min(sqnr(a, b) for a, b in zip(self.reference, outputs))
        score = metric(self.task, outputs, self.inputs, self.labels)
        agrees = error <= 1e-4 if form == "fp32" else agreement >= (40 if form == "fp16" else 60)
        slow = dequantized_products(path, self.work) if form == "int8" else []
        print(f"{self.folder.name:22} {form:5} {path.stat().st_size:9} {error:9.1e} {agreement:11.1f} {distance:12.1f} "
              f"{'' if score is None else f'{score:8.2f}':>8}  {note}{'' if agrees else '  DISAGREES'}{f'  {len(slow)} PRODUCTS IN FLOAT' if slow else ''}", flush=True)
        return agrees and not slow

    def run_both(self, quantize, path):
        """Runs the first batch in both engines: the largest relative error and the least SQNR of an output."""
        results = self.work / "outputs.npz"
        run_quantize(quantize, "run", path, "--data", self.work / "batch.npz", "-o", results)
        runtime = session(path)
        names = {value.name for value in runtime.get_inputs()}
        expected = runtime.run(None, {name: array for name, array in self.first.items() if name in names})
        ours = np.load(results)
        pairs = [(theirs, ours[value.name]) for value, theirs in zip(runtime.get_outputs(), expected)]
        return max(relative(*pair) for pair in pairs), min(sqnr(*pair) for pair in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quantize", help="the program")
    parser.add_argument("models", type=pathlib.Path, help="the folder")
    parser.add_argument("--only", nargs="*", help="names of models")
    parser.add_argument("--work", type=pathlib.Path, help="where to leave converted models and outputs")
    arguments = parser.parse_args()
    all_agree = True
    print(f"{'model':22} {'form':5} {'bytes':>9} {'rel err':>9} {'SQNR us/ORT':>11} {'SQNR vs FP32':>12} {'metric':>8}")
    with tempfile.TemporaryDirectory() as temporary:
        for folder in sorted(arguments.models.iterdir()):
            if not (folder / "model.onnx").exists() or (arguments.only and folder.name not in arguments.only):
                continue
            model = Model(folder, arguments.work or pathlib.Path(temporary))
            for form in ("fp32", "fp16", "int8"):
                try:
                    all_agree &= model.compare(arguments.quantize, form)
                except Exception as error:
                    all_agree = False
                    print(f"{folder.name:22} {form:5} FAILED {str(error)[:300]}", flush=True)
    sys.exit(0 if all_agree else 1)


if __name__ == "__main__":
    main()
