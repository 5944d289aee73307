#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The message that a file consists of.
typedef enum onnx_root { ONNX_ROOT_MODEL, ONNX_ROOT_TENSOR } onnx_root;

/// Why the bytes are not a well-formed message, and at which byte of the file. `reason` is a literal.
typedef struct onnx_scan_error {
  const char *reason;
  size_t offset;
} onnx_scan_error;

/// A copy of a message without its tensors' raw_data: small, whatever the weights weigh.
///
/// Each raw_data holds an `onnx_payload` in the place of its bytes.
typedef struct onnx_skeleton {
  uint8_t *bytes;
  size_t count;
} onnx_skeleton;

/// Where in the file the bytes of one raw_data lie.
typedef struct onnx_payload {
  uint64_t offset;
  uint64_t count;
} onnx_payload;

/// Makes the skeleton of the message that fills `file`.
///
/// Looks at every field of every message that onnx.proto declares, so that what it lets through is safe to unpack:
/// no field runs past the message around it, nesting is at most ONNX_MAXIMUM_DEPTH deep, there are at most
/// ONNX_MAXIMUM_FIELDS length-delimited fields, no message field is given twice that may be given once only, and
/// the skeleton is smaller than 2 GiB.
///
/// Returns whether it is well-formed. If so the caller frees the skeleton with `onnx_skeleton_free`; if not, `error`
/// says why.
bool onnx_skeleton_make(
  const uint8_t *file, size_t count, onnx_root root, onnx_skeleton *skeleton, onnx_scan_error *error);

void onnx_skeleton_free(onnx_skeleton *skeleton);

/// As deep as the reference implementation of protobuf reads by default.
enum { ONNX_MAXIMUM_DEPTH = 100 };

/// A bound on the memory that a small hostile file can claim: unpacked, an empty message takes some 200 bytes.
enum { ONNX_MAXIMUM_FIELDS = 4 << 20 };
