#!/usr/bin/env python3
"""Rewrites ONNX models with the ONNX module and compares each with its original.

    check-onnx-round-trip.py FILE.onnx...

Needs the pip packages onnx, numpy and (unless --no-run) onnxruntime. Compares nodes, attributes, initializers,
inputs, outputs, opsets, metadata and documentation; runs onnx.checker on the result and, where the checker accepts
the original, both models on the same random inputs.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import numpy_helper

ROOT = pathlib.Path(__file__).resolve().parent.parent


def normalized_tensor(tensor):
    """A tensor whose elements are in raw_data whatever they were stored in."""
    copy = onnx.TensorProto()
    copy.CopyFrom(tensor)
    if not copy.name:
        copy.ClearField("name")
    if tensor.data_type == onnx.TensorProto.STRING:
        return copy
    for field in ("float_data", "int32_data", "int64_data", "double_data", "uint64_data", "raw_data",
                  "external_data", "data_location"):
        copy.ClearField(field)
    copy.raw_data = raw_bytes(tensor)
    return copy


def without_empty_parts(value):
    """A description without a name or a type that says nothing."""
    copy = onnx.ValueInfoProto()
    copy.CopyFrom(value)
    if copy.HasField("type") and not copy.type.ByteSize():
        copy.ClearField("type")
    return copy


def raw_bytes(tensor):
    if tensor.HasField("raw_data"):
        return tensor.raw_data
    made = numpy_helper.from_array(numpy_helper.to_array(tensor))
    return made.raw_data


def normalized_attribute(attribute):
    copy = onnx.AttributeProto()
    copy.CopyFrom(attribute)
    if attribute.HasField("t"):
        copy.t.CopyFrom(normalized_tensor(attribute.t))
    for index, tensor in enumerate(attribute.tensors):
        copy.tensors[index].CopyFrom(normalized_tensor(tensor))
    if attribute.HasField("g"):
        copy.g.CopyFrom(normalized_graph(attribute.g))
    for index, graph in enumerate(attribute.graphs):
        copy.graphs[index].CopyFrom(normalized_graph(graph))
    if copy.type == 0:
        copy.ClearField("type")
    return copy


def normalized_node(node):
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    for index, attribute in enumerate(node.attribute):
        copy.attribute[index].CopyFrom(normalized_attribute(attribute))
    for field in ("name", "doc_string", "domain"):
        if not getattr(copy, field) or getattr(copy, field) == "ai.onnx":
            copy.ClearField(field)
    return copy


def normalized_graph(graph):
    copy = onnx.GraphProto()
    copy.CopyFrom(graph)
    for index, node in enumerate(graph.node):
        copy.node[index].CopyFrom(normalized_node(node))
    for index, tensor in enumerate(graph.initializer):
        copy.initializer[index].CopyFrom(normalized_tensor(tensor))
    # Descriptions of what nodes produce, in any order; those of other values say nothing new.
    produced = {name for node in graph.node for name in node.output} - {value.name for value in graph.output}
    infos = sorted((value for value in graph.value_info if value.name in produced), key=lambda value: value.name)
    copy.ClearField("value_info")
    copy.value_info.extend(infos)
    for field in ("input", "output", "value_info"):
        values = [without_empty_parts(value) for value in getattr(copy, field)]
        copy.ClearField(field)
        getattr(copy, field).extend(values)
    return copy


def normalized(model):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.CopyFrom(normalized_graph(model.graph))
    opsets = sorted(copy.opset_import, key=lambda opset: opset.domain.replace("ai.onnx", "", 1))
    copy.ClearField("opset_import")
    copy.opset_import.extend(opsets)
    for opset in copy.opset_import:
        opset.domain = "" if opset.domain == "ai.onnx" else opset.domain
    for function, original in zip(copy.functions, model.functions):
        for index, node in enumerate(original.node):
            function.node[index].CopyFrom(normalized_node(node))
    copy.ClearField("ir_version")
    return copy


def is_accepted(path):
    try:
        onnx.checker.check_model(str(path))
        return True
    except Exception:
        return False


def random_inputs(session):
    generator = numpy.random.default_rng(0)
    types = {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(int32)": numpy.int32,
             "tensor(double)": numpy.float64, "tensor(float16)": numpy.float16, "tensor(bool)": bool}
    feeds = {}
    for value in session.get_inputs():
        shape = [size if isinstance(size, int) and size > 0 else 1 for size in value.shape]
        feeds[value.name] = generator.random(shape).astype(types[value.type])
    return feeds


def run(path, feeds=None):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    feeds = feeds or random_inputs(session)
    return feeds, session.run(None, feeds)


def differences(original, rewritten, should_run):
    before, after = onnx.load(str(original)), onnx.load(str(rewritten))
    left, right = normalized(before), normalized(after)
    if left.SerializeToString(deterministic=True) != right.SerializeToString(deterministic=True):
        yield "the messages differ"
    if is_accepted(original) and not is_accepted(rewritten):
        yield "onnx.checker refuses the rewritten model"
    if should_run and is_accepted(original):
        try:
            feeds, expected = run(original)
        except Exception:
            return
        _, actual = run(rewritten, feeds)
        if not all(numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(expected, actual)):
            yield "the models give different results"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--no-run", action="store_true", help="do not run the models")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "source"), pathlib.Path(folder, "target")
        source.mkdir()
        target.mkdir()
        names = {}
        for index, model in enumerate(arguments.models):
            names[f"{index:04}.onnx"] = model
            os.symlink(model.resolve(), source / f"{index:04}.onnx")
        environment = dict(os.environ, ONNX_REWRITE_FROM=str(source), ONNX_REWRITE_TO=str(target))
        command = ["swift", "test", "--skip-build", "--filter", "ONNXTests.RewriteTests"]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        failures = [line for line in result.stdout.splitlines() if "Issue" in line or "error" in line]
        bad = 0
        for name, model in names.items():
            if not (target / name).exists():
                found = [line for line in failures if name in line] or ["not rewritten"]
            else:
                found = list(differences(model, target / name, not arguments.no_run))
            bad += bool(found)
            for difference in found:
                print(f"{model}: {difference}")
        print(f"{len(names) - bad} of {len(names)} models are the same after rewriting")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
