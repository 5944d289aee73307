#!/bin/sh
# Generates the C code of Formats/CONNX/onnx.proto (needs protoc-c, Debian package protobuf-c-compiler).
set -eu
cd "$(dirname "$0")/../Formats/CONNX"
protoc-c --c_out=. onnx.proto
mv onnx.pb-c.h include/onnx.pb-c.h
