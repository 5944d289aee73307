#!/usr/bin/env python3
"""Writes the node cases of the ONNX backend test suite as files.

    export-backend-tests.py FOLDER [OPERATOR ...]

Each case becomes FOLDER/<case>/model.onnx with test_data_set_<i>/input_<j>.pb and output_<j>.pb, as the suite lays
them out itself; FOLDER/cases.txt lists name, relative and absolute tolerance. With operators named, only the cases
are written whose models contain one of them. Needs the Python package onnx.
"""
import pathlib
import sys
import warnings

from onnx import TensorProto, numpy_helper

warnings.filterwarnings("ignore")

from onnx.backend.test.case.node import collect_testcases  # noqa: E402


def encoded(declared, value):
    """The bytes of an input or output, which may be a tensor, a sequence or an optional."""
    kind = declared.type.WhichOneof("value")
    if kind == "sequence_type":
        return numpy_helper.from_list(value, declared.name).SerializeToString()
    if kind == "optional_type":
        return numpy_helper.from_optional(value, declared.name).SerializeToString()
    if not isinstance(value, TensorProto):
        value = numpy_helper.from_array(value, declared.name)
    return value.SerializeToString()


def write(case, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    graph = case.model.graph
    for number, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f"test_data_set_{number}"
        data.mkdir(exist_ok=True)
        for kind, declared, values in (("input", graph.input, inputs), ("output", graph.output, outputs)):
            for position, value in enumerate(values):
                (data / f"{kind}_{position}.pb").write_bytes(encoded(declared[position], value))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    root = pathlib.Path(sys.argv[1])
    wanted = set(sys.argv[2:])
    lines = []
    for case in collect_testcases(None):
        if wanted and wanted.isdisjoint(node.op_type for node in case.model.graph.node):
            continue
        write(case, root / case.name)
        lines.append(f"{case.name} {case.rtol} {case.atol}\n")
    (root / "cases.txt").write_text("".join(lines))


if __name__ == "__main__":
    main()
