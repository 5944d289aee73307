"""Runs one model in ONNX Runtime on behalf of compare.py; speaks as Worker/main.swift does.

    onnxruntime_worker.py MODEL DATA BATCH THREADS

The C interface of the library in the pip package is called directly: the Python interface adds microseconds to every run,
which are no fault of the runtime. The numbers of its functions are their places in the table OrtApi, which only grows.
"""
import ctypes
import glob
import os
import sys
import time

import numpy as np
import onnxruntime

API_VERSION = 17
GET_ERROR_MESSAGE, CREATE_ENV, CREATE_SESSION, RUN, CREATE_OPTIONS = 2, 3, 7, 9, 10
SET_OPTIMIZATION_LEVEL, SET_INTRA_OP_THREADS, SET_INTER_OP_THREADS = 23, 24, 25
CREATE_TENSOR_WITH_DATA, CREATE_CPU_MEMORY_INFO, RELEASE_VALUE = 49, 69, 96
ELEMENT_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9, "float16": 10, "float64": 11}


class Runtime:
    """The functions of OrtApi by number."""

    def __init__(self):
        folder = os.path.join(os.path.dirname(onnxruntime.__file__), "capi")
        library = ctypes.CDLL(glob.glob(os.path.join(folder, "libonnxruntime.*"))[0])
        library.OrtGetApiBase.restype = ctypes.POINTER(ctypes.c_void_p)
        get_api = ctypes.CFUNCTYPE(ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint32)(library.OrtGetApiBase()[0])
        self.table = get_api(API_VERSION)
        self.message_of = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(self.table[GET_ERROR_MESSAGE])

    def function(self, slot, *types, result=ctypes.c_void_p):
        return ctypes.CFUNCTYPE(result, *types)(self.table[slot])

    def call(self, slot, *typed):
        """Calls a function that returns a status with (type, value) pairs."""
        status = self.function(slot, *(kind for kind, _ in typed))(*(value for _, value in typed))
        if status:
            raise RuntimeError(self.message_of(status).decode())


POINTER, INTEGER, SIZE, TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p


def open_session(runtime, path, threads):
    environment, options, session = POINTER(), POINTER(), POINTER()
    runtime.call(CREATE_ENV, (INTEGER, 3), (TEXT, b"benchmark"), (POINTER, ctypes.addressof(environment)))
    runtime.call(CREATE_OPTIONS, (POINTER, ctypes.addressof(options)))
    runtime.call(SET_OPTIMIZATION_LEVEL, (POINTER, options), (INTEGER, 99))
    runtime.call(SET_INTRA_OP_THREADS, (POINTER, options), (INTEGER, threads))
    runtime.call(SET_INTER_OP_THREADS, (POINTER, options), (INTEGER, 1))
    runtime.call(
        CREATE_SESSION, (POINTER, environment), (TEXT, path.encode()), (POINTER, options),
        (POINTER, ctypes.addressof(session)))
    return session


def tensor(runtime, memory, array):
    value = POINTER()
    shape = (ctypes.c_int64 * array.ndim)(*array.shape)
    runtime.call(
        CREATE_TENSOR_WITH_DATA, (POINTER, memory), (POINTER, array.ctypes.data), (SIZE, array.nbytes),
        (POINTER, ctypes.addressof(shape)), (SIZE, array.ndim), (INTEGER, ELEMENT_TYPES[str(array.dtype)]),
        (POINTER, ctypes.addressof(value)))
    return value


def main():
    path, data, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    described = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs = [value.name for value in described.get_inputs()]
    ranks = [len(value.shape) for value in described.get_inputs()]
    outputs = [value.name for value in described.get_outputs()]
    del described
    with np.load(data) as archive:
        arrays = [archive[name] for name in inputs]
    # An array of one axis more than its input is a stack of complete inputs.
    arrays = [np.ascontiguousarray(a[0] if a.ndim > rank else a) for a, rank in zip(arrays, ranks)]

    runtime = Runtime()
    session = open_session(runtime, path, threads)
    memory = POINTER()
    runtime.call(CREATE_CPU_MEMORY_INFO, (INTEGER, 0), (INTEGER, 0), (POINTER, ctypes.addressof(memory)))
    values = (POINTER * len(arrays))(*(tensor(runtime, memory, array) for array in arrays))
    input_names = (TEXT * len(inputs))(*(name.encode() for name in inputs))
    output_names = (TEXT * len(outputs))(*(name.encode() for name in outputs))
    results = (POINTER * len(outputs))()
    run = runtime.function(RUN, *[POINTER] * 4, SIZE, POINTER, SIZE, POINTER)
    release = runtime.function(RELEASE_VALUE, POINTER, result=None)
    arguments = [
        session, None, ctypes.addressof(input_names), ctypes.addressof(values), len(inputs),
        ctypes.addressof(output_names), len(outputs), ctypes.addressof(results)]

    print("ready", flush=True)
    for line in sys.stdin:
        runs = range(int(line))
        start = time.perf_counter()
        for _ in runs:
            status = run(*arguments)
            if status:
                raise RuntimeError(runtime.message_of(status).decode())
            for index in range(len(results)):
                release(results[index])
                results[index] = None
        print(time.perf_counter() - start, flush=True)


main()
