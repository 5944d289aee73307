#!/usr/bin/env python3
"""Packs the small cases of the ONNX backend test suite into one archive.

    pack-backend-tests.py ARCHIVE.zip

Node, simple and PyTorch cases are taken whose files compress to at most 30 kB each. The archive has two entries:

- `index.txt`, one line a case: name, relative tolerance, absolute tolerance, then the numbers of bytes of the model
  and, for each set of test data, of its inputs and of its outputs: `model/input,input:output/input,input:output`;
- `data.bin`, those files one after another in that order.

The same packages give the same archive. Needs the Python package onnx.
"""
import pathlib
import sys
import warnings
import zipfile
import zlib

from onnx import TensorProto, numpy_helper

warnings.filterwarnings("ignore")

import onnx.backend.test.case.model as model_cases  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402
from onnx.backend.test.loader import load_model_tests  # noqa: E402

LARGEST_CASE = 30_000


def encoded(declared, value):
    """The bytes of an input or output, which may be a tensor, a sequence, an optional or a map."""
    kind = declared.type.WhichOneof("value")
    if kind == "sequence_type":
        return numpy_helper.from_list(value, declared.name).SerializeToString()
    if kind == "optional_type":
        return numpy_helper.from_optional(value, declared.name).SerializeToString()
    if kind == "map_type":
        return numpy_helper.from_dict(value, declared.name).SerializeToString()
    if not isinstance(value, TensorProto):
        value = numpy_helper.from_array(value, declared.name)
    return value.SerializeToString()


def generated(case):
    """Model and data sets of a case that lives in the package's code."""
    graph = case.model.graph
    sets = [
        tuple([encoded(*pair) for pair in zip(declared, values)]
              for declared, values in ((graph.input, inputs), (graph.output, outputs)))
        for inputs, outputs in case.data_sets or []
    ]
    return case.model.SerializeToString(), sets


def stored(case):
    """Model and data sets of a case that lies in the package as files."""
    folder = pathlib.Path(case.model_dir)
    sets = [
        tuple([(data / f"{kind}_{index}.pb").read_bytes() for index in range(len(list(data.glob(f"{kind}_*.pb"))))]
              for kind in ("input", "output"))
        for data in sorted(folder.glob("test_data_set_*"))
    ]
    return (folder / "model.onnx").read_bytes(), sets


def cases():
    for case in collect_testcases(None):
        yield case, generated(case)
    for case in model_cases.collect_testcases():
        if case.kind == "simple":
            yield case, generated(case)
    for kind in ("pytorch-converted", "pytorch-operator"):
        for case in load_model_tests(kind=kind):
            yield case, stored(case)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    lines, data = [], []
    for case, (model, sets) in sorted(cases(), key=lambda entry: entry[0].name):
        files = [model] + [file for inputs, outputs in sets for file in inputs + outputs]
        if len(zlib.compress(b"".join(files), 9)) > LARGEST_CASE:
            continue
        sizes = [str(len(model))] + [
            ":".join(",".join(str(len(file)) for file in files) for files in data_set) for data_set in sets]
        lines.append(f"{case.name} {case.rtol} {case.atol} {'/'.join(sizes)}\n")
        data += files
    with zipfile.ZipFile(sys.argv[1], "w") as archive:
        for name, content in (("index.txt", "".join(lines).encode()), ("data.bin", b"".join(data))):
            entry = zipfile.ZipInfo(name)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    print(f"{len(lines)} cases")


if __name__ == "__main__":
    main()
