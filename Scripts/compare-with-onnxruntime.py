#!/usr/bin/env python3
"""Compare quantize's engine and converted files with ONNX Runtime.

usage: compare-with-onnxruntime.py QUANTIZE MODELS_DIR [--only NAME ...] [--work DIR]

For every MODELS_DIR/*/model.onnx with calib.npz and test.npz:
  - FP32, FP16 and INT8 forms run in ONNX Runtime and in `quantize run` on the same test batch: relative error and SQNR;
  - the task metric of each form, where meta.json names one, from ONNX Runtime over the whole test set.
Exit code 1 where a file does not load or the engines disagree.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy as np
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


def session(path, optimized=True):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quantize")
    parser.add_argument("models")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--work", default="/tmp/quantize-compare")
    arguments = parser.parse_args()
    work = pathlib.Path(arguments.work)
    failed = False
    print(f"{'model':22} {'form':5} {'bytes':>9} {'rel err':>9} {'SQNR us/ORT':>11} {'SQNR vs FP32':>12} {'metric':>8}  note")
    for folder in sorted(pathlib.Path(arguments.models).iterdir()):
        model = folder / "model.onnx"
        if not model.exists() or (arguments.only and folder.name not in arguments.only):
            continue
        meta = json.loads((folder / "meta.json").read_text())
        layout, fixed, task = meta["layout"], meta["batch"], meta["task"]
        inputs, labels = load(folder / "test.npz")
        first = next(batches(inputs, layout, fixed))
        out = work / folder.name
        out.mkdir(parents=True, exist_ok=True)
        np.savez(out / "batch.npz", **first)
        reference = None
        for form in ("fp32", "fp16", "int8"):
            path, note = model, ""
            try:
                if form != "fp32":
                    path = out / f"model.{form}.onnx"
                    command = [arguments.quantize, str(model), "--to", form, "-o", str(path), "--force"]
                    if form == "int8":
                        command += ["--calib", str(folder / "calib.npz")]
                    begin = time.time()
                    done = subprocess.run(command, capture_output=True, text=True)
                    if done.returncode != 0:
                        raise RuntimeError(f"convert exit {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
                    note = f"{time.time() - begin:.2f} s"
                done = subprocess.run(
                    [arguments.quantize, "run", str(path), "--data", str(out / "batch.npz"), "-o", str(out / "ours.npz")],
                    capture_output=True, text=True)
                names = {i.name for i in session(path).get_inputs()}
                theirs = session(path).run(None, {k: v for k, v in first.items() if k in names})
                outputs = run_all(path, inputs, layout, fixed)
                reference = reference or outputs
                score = metric(task, outputs, inputs, labels)
                versus = min(sqnr(a, b) for a, b in zip(reference, outputs))
                if done.returncode != 0:
                    raise RuntimeError(f"run exit {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
                ours = np.load(out / "ours.npz")
                keys = [o.name for o in session(path).get_outputs()]
                worst = max(relative(t, ours[k]) for k, t in zip(keys, theirs))
                agreement = min(sqnr(t, ours[k]) for k, t in zip(keys, theirs))
                bad = worst > 1e-4 if form == "fp32" else agreement < (40 if form == "fp16" else 60)
                failed |= bad
                print(f"{folder.name:22} {form:5} {path.stat().st_size:9} {worst:9.1e} {agreement:11.1f} {versus:12.1f} "
                      f"{'' if score is None else f'{score:8.2f}':>8}  {note}{'  DISAGREES' if bad else ''}", flush=True)
            except Exception as error:
                failed = True
                print(f"{folder.name:22} {form:5} FAILED {str(error)[:300]}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
