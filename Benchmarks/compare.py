#!/usr/bin/env python3
"""Times this engine against ONNX Runtime, and PyTorch where wanted, side by side.

    Benchmarks/compare.py FOLDER... [--only NAME...] [--forms fp32 int8 fp16] [--batches 1 large] [--threads 1 2]
                          [--large-batch NAME=SIZE...] [--torch PYTHON]
                          [--rounds N] [--block SECONDS] [--pause SECONDS] [--on PROCESSORS...]
                          [--output FILE.json] [--markdown FILE.md]

For every FOLDER/*/model.onnx with calib.npz or calib.bin and test.npz: the FP32 model, the INT8 model (the same QDQ
file in both engines) and the FP16 model, at batch 1 and at a large one, on one thread and on two. All processes of a case
stay loaded and take turns, so that a machine that grows slower does so for all; a ratio is taken within each round,
and the median over the rounds is reported with the 95 % interval of its order statistics.

With --on 0,1 2,3 there are two groups of processors, on each of which some of the cases run, side by side (Linux only).

With --torch the FP32 model is also run in PyTorch, in a Python that has the pip packages torch and onnx2torch. Not every
model can be converted for it: such a case says why and has no ratio.

Needs a release build of `quantize` and of `benchmark-worker`, and the pip packages numpy and onnxruntime.
"""
import argparse
import importlib.metadata
import json
import math
import multiprocessing
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
BINARIES = HERE.parent / ".build" / "release"
FORMS = ("fp32", "int8", "fp16")
NAMES = {"onnxruntime": "ORT", "torch": "PyTorch"}


class Engine:
    """A process that holds one model ready and runs it when told to."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise self.failure()
        # What cannot be run says so only now.
        self.seconds(1)

    def seconds(self, runs):
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise self.failure()
        return float(answer)

    def failure(self):
        lines = self.process.stderr.read().strip().splitlines()
        return RuntimeError(lines[-1] if lines else f"ended with {self.process.wait()}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def quantize(*arguments):
    subprocess.run([str(BINARIES / "quantize"), *map(str, arguments)], check=True, capture_output=True, text=True)


def convert(folder, form, work):
    """The path of the model in a form, converted where need be."""
    source = folder / "model.onnx"
    if form == "fp32":
        return source
    target = work / f"{folder.name}.{form}.onnx"
    if target.exists():
        return target
    options = []
    if form == "int8":
        # Networks with made-up weights have nothing to be calibrated on but what they are timed with.
        names = ("calib.npz", "calib.bin", "test.npz")
        options = ["--calib", next(folder / name for name in names if (folder / name).exists())]
    quantize(source, "--to", form, *options, "-o", target, "--force")
    return target


def inputs_of(folder, batch):
    """The arrays of one batch, and how many samples are in it: fewer than asked for where the model fixes them.

    Where samples are whole sets of inputs, their arrays have one axis more, of length 1.
    """
    meta = json.loads((folder / "meta.json").read_text())
    with np.load(folder / "test.npz") as archive:
        arrays = {name: archive[name] for name in archive.files if not name.startswith("__")}
    if meta.get("layout") == "stack":
        return {name: array[:1] for name, array in arrays.items()}, 1
    count = meta.get("batch") or batch
    return {name: np.resize(array, (count, *array.shape[1:])) for name, array in arrays.items()}, count


def large_batch(folder, chosen):
    """The large batch of a model: as chosen on the command line, as its meta.json says, or by the size of a sample."""
    if folder.name in chosen:
        return chosen[folder.name]
    meta = json.loads((folder / "meta.json").read_text())
    if "large_batch" in meta:
        return meta["large_batch"]
    with np.load(folder / "test.npz") as archive:
        sample = max(archive[name][0].size for name in archive.files if not name.startswith("__"))
    return 8 if sample > 50_000 else 32


def median_with_interval(samples):
    ordered = sorted(samples)
    half, margin = len(ordered) / 2, 0.98 * math.sqrt(len(ordered))
    low = ordered[max(0, math.floor(half - margin))]
    high = ordered[min(len(ordered) - 1, math.ceil(half + margin))]
    return float(np.median(ordered)), low, high


def measure(engines, rounds, block, pause):
    """The seconds per run of each engine in each round."""
    runs = {}
    for name, engine in engines.items():
        engine.seconds(1)
        once = min(engine.seconds(1) for _ in range(3))
        runs[name] = max(1, min(20_000, round(block / once)))
    times = {name: [] for name in engines}
    for number in range(rounds):
        order = list(engines) if number % 2 == 0 else list(reversed(engines))
        for name in order:
            # Threads of the engine before keep looking for work for a while.
            time.sleep(pause)
            times[name].append(engines[name].seconds(runs[name]) / runs[name])
    return times


def workers(options):
    """What is run: the engine, a form of the model, and the command that runs it."""
    engines = [
        ("ours", [BINARIES / "benchmark-worker"], FORMS),
        ("onnxruntime", [sys.executable, HERE / "onnxruntime_worker.py"], FORMS),
    ]
    if options.torch:
        engines.append(("torch", [options.torch, HERE / "torch_worker.py"], ("fp32",)))
    return [(name, form, command) for form in options.forms for name, command, known in engines if form in known]


def pairs(forms):
    """What is divided by what."""
    against_others = [(f"ours {form}", f"{other} {form}") for other in ("onnxruntime", "torch") for form in forms]
    return [*against_others, ("ours int8", "ours fp32"), ("ours fp16", "ours fp32")]


def compare(folder, batch, threads, work, options):
    arrays, count = inputs_of(folder, batch)
    data = work / f"inputs-{os.getpid()}.npz"
    np.savez(data, **arrays)
    engines, case = {}, {"model": folder.name, "batch": count, "threads": threads, "ms": {}, "ratios": {}, "errors": {}}
    for name, form, command in workers(options):
        try:
            engines[f"{name} {form}"] = Engine([*command, convert(folder, form, work), data, count, threads])
        except (RuntimeError, subprocess.CalledProcessError) as error:
            case["errors"][f"{name} {form}"] = str(getattr(error, "stderr", None) or error).strip()
    times = measure(engines, options.rounds, options.block, options.pause)
    for engine in engines.values():
        engine.close()
    case["ms"] = {name: round(1e3 * float(np.median(values)), 5) for name, values in times.items()}
    for left, right in pairs(options.forms):
        if left in times and right in times:
            ratio = median_with_interval([a / b for a, b in zip(times[left], times[right])])
            case["ratios"][f"{left} / {right}"] = [round(value, 3) for value in ratio]
    return case


def title(ratio):
    """How reports name a ratio: "ours fp32 / ORT fp32"."""
    return " ".join(NAMES.get(word, word) for word in ratio.split())


def describe(case):
    ratios = "  ".join(
        f"{title(name)} {value[0]:.2f} ({value[1]:.2f}–{value[2]:.2f})"
        for name, value in case["ratios"].items())
    return f"{case['model']:22} b{case['batch']:<4} t{case['threads']}  {ratios}"


def summary(cases):
    lines = []
    names = sorted({name for case in cases for name in case["ratios"]})
    for name in names:
        values = [(case["ratios"][name][0], case) for case in cases if name in case["ratios"]]
        mean = math.exp(sum(math.log(value) for value, _ in values) / len(values))
        worst, case = max(values, key=lambda pair: pair[0])
        lines.append(
            f"{title(name)}: geometric mean {mean:.3f} over {len(values)} cases; worst {worst:.2f} "
            f"({case['model']}, batch {case['batch']}, {case['threads']} threads)")
    return lines


def table(report):
    """The report as a Markdown table of medians, and what sums it up."""
    names = sorted({name for case in report["cases"] for name in case["ratios"]})
    heads = [title(name) for name in names]
    torch = f" PyTorch {report['torch']};" if "torch" in report else ""
    sharing = f", {report['side_by_side']} cases side by side" if report["side_by_side"] > 1 else ""
    lines = [
        f"{report['machine']}; ONNX Runtime {report['onnxruntime']};{torch} {report['rounds']} rounds of "
        f"{report['block_seconds']} s{sharing}. Times of the left over times of the right: below 1, the left is faster.", "",
        "| model | batch | threads | " + " | ".join(heads) + " |", "|---" * (3 + len(heads)) + "|"]
    for case in report["cases"]:
        ratios = [f"{case['ratios'][name][0]:.2f}" if name in case["ratios"] else "–" for name in names]
        lines.append(f"| {case['model']} | {case['batch']} | {case['threads']} | " + " | ".join(ratios) + " |")
    return "\n".join([*lines, "", *(f"- {line}" for line in summary(report["cases"]))]) + "\n"


def machine():
    model = platform.processor() or platform.machine()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        flags = next(line.split(":")[1].split() for line in lines if line.startswith("flags"))
        known = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8")
        model += f" ({', '.join(flag for flag in known if flag in flags)})"
    return model


def torch_version(python):
    script = "import importlib.metadata; print(importlib.metadata.version('torch'))"
    return subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout.strip()


def print_case(case):
    print(describe(case), flush=True)
    for name, error in case["errors"].items():
        print(f"  {name}: {error}", flush=True)


def work_on(processors, jobs, done, work, options):
    """Compares what comes from one queue, on some processors only, and puts the results into another, None in the end."""
    if processors:
        os.sched_setaffinity(0, processors)
    try:
        for job in iter(jobs.get, None):
            done.put(compare(*job, work, options))
    finally:
        done.put(None)


def compare_all(jobs, work, options):
    """The cases of all jobs, in their order: side by side if there are several groups of processors."""
    groups = [{int(number) for number in group.split(",")} for group in options.on] or [None]
    queue, done = multiprocessing.Queue(), multiprocessing.Queue()
    for job in [*jobs, *(None for _ in groups)]:
        queue.put(job)
    workers = [
        multiprocessing.Process(target=work_on, args=(group, queue, done, work, options)) for group in groups]
    for worker in workers:
        worker.start()
    cases = []
    for _ in groups:
        for case in iter(done.get, None):
            print_case(case)
            cases.append(case)
    for worker in workers:
        worker.join()
        if worker.exitcode:
            sys.exit("not all cases could be compared")
    return sorted(cases, key=lambda case: (case["model"], case["batch"], case["threads"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--forms", nargs="*", choices=FORMS, default=list(FORMS))
    parser.add_argument("--batches", nargs="*", choices=("1", "large"), default=["1", "large"])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--block", type=float, default=0.03, help="seconds that an engine works in one round")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds of rest before an engine's turn")
    parser.add_argument("--on", nargs="*", default=[], metavar="PROCESSORS")
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--large-batch", nargs="*", default=[], metavar="NAME=SIZE")
    parser.add_argument("--torch", metavar="PYTHON", help="a Python with torch and onnx2torch")
    options = parser.parse_args()
    large_batches = {name: int(size) for name, size in (choice.split("=") for choice in options.large_batch)}

    models = sorted(path.parent for folder in options.folders for path in folder.glob("*/model.onnx"))
    models = [model for model in models if not options.only or model.name in options.only]
    jobs = []
    for model in models:
        large = large_batch(model, large_batches)
        sizes = {inputs_of(model, 1 if size == "1" else large)[1] for size in options.batches}
        jobs += [(model, batch, threads) for batch in sorted(sizes) for threads in options.threads]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for model in models:
            for form in options.forms:
                try:
                    convert(model, form, work)
                except subprocess.CalledProcessError:
                    pass  # Its cases will say why.
        cases = compare_all(jobs, work, options)
    print()
    print("\n".join(summary(cases)))
    report = {
        "machine": machine(), "onnxruntime": importlib.metadata.version("onnxruntime"), "rounds": options.rounds,
        "block_seconds": options.block, "side_by_side": max(1, len(options.on)), "cases": cases}
    if options.torch:
        report["torch"] = torch_version(options.torch)
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n")
    if options.markdown:
        options.markdown.write_text(table(report))


main()
