"""Writes the small models and data of this folder, good and broken. Needs onnx and numpy; run it from anywhere."""

import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent
FLOAT = TensorProto.FLOAT
rng = np.random.default_rng(7)


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def weights(name, *shape):
    return numpy_helper.from_array(rng.standard_normal(shape).astype(np.float32), name)


def model(nodes, inputs, outputs, initializers=(), opset=13, domains=()):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(initializers))
    imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(domain, 1) for domain in domains]
    return helper.make_model(graph, opset_imports=imports, ir_version=8, producer_name="make.py")


def save(name, proto):
    (FOLDER / f"{name}.onnx").write_bytes(proto.SerializeToString(deterministic=True))


def gemm(name="fc", inputs=("x", "w", "b"), output="y"):
    return helper.make_node("Gemm", inputs, [output], name=name)


X, Y = value("x", ["batch", 4]), value("y", ["batch", 3])
W, B = weights("w", 4, 3), weights("b", 3)

# A product, as small as it gets.
save("tiny", model([gemm()], [X], [Y], [W, B]))

# A product whose neighbour no one knows.
save("unknown_operator", model(
    [gemm(output="h"), helper.make_node("Mystery", ["h"], ["y"], name="odd", domain="example.com")],
    [X], [Y], [W, B], domains=["example.com"]))

save("newer_opset", model([gemm()], [X], [Y], [W, B], opset=99))

save("old_opset", model([gemm()], [X], [Y], [W, B], opset=6))

# Two nodes that write the same name.
save("duplicate_names", model(
    [helper.make_node("Relu", ["x"], ["h"], name="first"), helper.make_node("Neg", ["x"], ["h"], name="second"),
     gemm(inputs=("h", "w", "b"))], [X], [Y], [W, B]))

save("cycle", model(
    [helper.make_node("Add", ["x", "q"], ["p"], name="forth"), helper.make_node("Relu", ["p"], ["q"], name="back"),
     gemm(inputs=("q", "w", "b"))], [X], [Y], [W, B]))

save("dangling_input", model([gemm(inputs=("nowhere", "w", "b"))], [X], [Y], [W, B]))

save("missing_output", model([gemm(output="z")], [X], [Y], [W, B]))

save("wrong_arity", model([gemm(inputs=("x",))], [X], [Y], [W, B]))

# Weights of another input width than the data has.
save("wrong_shape", model([gemm()], [X], [Y], [weights("w", 5, 3), B]))


def spoiled(factor):
    array = np.ones((4, 3), np.float32)
    array[1, 2] = factor
    return numpy_helper.from_array(array, "w")


save("nan_weight", model([gemm()], [X], [Y], [spoiled(np.nan), B]))
save("infinite_weight", model([gemm()], [X], [Y], [spoiled(np.inf), B]))
save("large_weight", model([gemm()], [X], [Y], [spoiled(1e6), B]))


def external(name, location, length=48, offset=0):
    tensor = TensorProto(name="w", data_type=FLOAT, dims=[4, 3], data_location=TensorProto.EXTERNAL)
    for key, text in [("location", location), ("offset", str(offset)), ("length", str(length))]:
        tensor.external_data.add(key=key, value=text)
    save(name, model([gemm()], [X], [Y], [tensor, B]))


external("external_missing", "absent.bin")
external("external_short", "short.bin")
external("external_outside", "../outside.bin")
(FOLDER / "short.bin").write_bytes(bytes(20))

# Two inputs, one of them of integers.
save("two_inputs", model(
    [helper.make_node("Gather", ["table", "ids"], ["e"], name="lookup"),
     helper.make_node("Add", ["e", "x"], ["h"], name="sum"), gemm(inputs=("h", "w", "b"))],
    [value("ids", ["batch"], TensorProto.INT64), X], [Y], [weights("table", 6, 4), W, B]))

samples = rng.standard_normal((16, 4)).astype(np.float32)
np.savez(FOLDER / "calib.npz", x=samples)
np.savez(FOLDER / "two_inputs.npz", ids=np.arange(16, dtype=np.int64) % 6, x=samples)
np.savez(FOLDER / "wrong_name.npz", z=samples)
np.savez(FOLDER / "wrong_type.npz", x=samples.astype(np.int32))
np.savez(FOLDER / "wrong_rank.npz", x=samples.reshape(16, 2, 2, 1))
np.savez(FOLDER / "wrong_width.npz", x=samples[:, :3])
np.savez(FOLDER / "no_samples.npz", x=samples[:0])
for name, spoiler in [("nan", np.nan), ("infinity", np.inf)]:
    array = samples.copy()
    array[3, 1] = spoiler
    np.savez(FOLDER / f"{name}.npz", x=array)

# Everything is constant: there is nothing to feed.
save("no_inputs", model([gemm(inputs=("a", "w", "b"))], [], [value("y", [2, 3])], [weights("a", 2, 4), W, B]))
