#include "onnx_skeleton.h"

#include <stdlib.h>
#include <string.h>

// Which messages to look into: the declared ones. protobuf-c keeps all others as plain bytes.

typedef enum message_kind {
  NOT_A_MESSAGE,
  MODEL,
  GRAPH,
  NODE,
  ATTRIBUTE,
  TENSOR,
  VALUE_INFO,
  TYPE,
  TENSOR_TYPE,
  SHAPE,
  FUNCTION,
  LEAF, // a message without messages inside: an opset, an entry, a dimension
} message_kind;

typedef struct nested_field {
  message_kind kind;
  bool may_repeat;
} nested_field;

/// What the length-delimited field `number` of a message of kind `parent` holds.
static nested_field nested(message_kind parent, uint64_t number) {
#define ONE(child) return (nested_field){child, false}
#define MANY(child) return (nested_field){child, true}
  switch (parent) {
    case MODEL:
      switch (number) {
        case 7: ONE(GRAPH);
        case 8: case 14: MANY(LEAF);
        case 25: MANY(FUNCTION);
      }
      break;
    case GRAPH:
      switch (number) {
        case 1: MANY(NODE);
        case 5: MANY(TENSOR);
        case 11: case 12: case 13: MANY(VALUE_INFO);
      }
      break;
    case NODE:
      if (number == 5) MANY(ATTRIBUTE);
      break;
    case ATTRIBUTE:
      switch (number) {
        case 5: ONE(TENSOR);
        case 6: ONE(GRAPH);
        case 10: MANY(TENSOR);
        case 11: MANY(GRAPH);
      }
      break;
    case TENSOR:
      if (number == 13) MANY(LEAF);
      break;
    case VALUE_INFO:
      if (number == 2) ONE(TYPE);
      break;
    case TYPE:
      if (number == 1) ONE(TENSOR_TYPE);
      break;
    case TENSOR_TYPE:
      if (number == 2) ONE(SHAPE);
      break;
    case SHAPE:
      if (number == 1) MANY(LEAF);
      break;
    case FUNCTION:
      switch (number) {
        case 7: MANY(NODE);
        case 9: MANY(LEAF);
        case 11: MANY(ATTRIBUTE);
        case 12: MANY(VALUE_INFO);
      }
      break;
    case LEAF:
    case NOT_A_MESSAGE:
      break;
  }
  return (nested_field){NOT_A_MESSAGE, true};
#undef ONE
#undef MANY
}

static bool is_raw_data(message_kind parent, uint64_t number) { return parent == TENSOR && number == 9; }

// The scan: reads at `position`, writes to the skeleton what lies between `copied` and `position`.

typedef struct scanner {
  const uint8_t *file;
  size_t position;
  size_t copied;
  size_t fields;
  onnx_skeleton *skeleton;
  size_t capacity;
  onnx_scan_error *error;
} scanner;

static bool fail_at(scanner *scan, size_t offset, const char *reason) {
  scan->error->reason = reason;
  scan->error->offset = offset;
  return false;
}

static bool reserve(scanner *scan, size_t extra) {
  onnx_skeleton *skeleton = scan->skeleton;
  if (extra > INT32_MAX - skeleton->count)
    return fail_at(scan, scan->position, "without its weights the model is still larger than 2 GiB");
  size_t wanted = skeleton->count + extra;
  if (wanted <= scan->capacity) return true;
  size_t capacity = scan->capacity ? scan->capacity : 1 << 16;
  while (capacity < wanted) capacity *= 2;
  uint8_t *bytes = realloc(skeleton->bytes, capacity);
  if (!bytes) return fail_at(scan, scan->position, "not enough memory");
  skeleton->bytes = bytes;
  scan->capacity = capacity;
  return true;
}

static bool put(scanner *scan, const void *bytes, size_t count) {
  if (!reserve(scan, count)) return false;
  if (count) memcpy(scan->skeleton->bytes + scan->skeleton->count, bytes, count);
  scan->skeleton->count += count;
  return true;
}

/// Copies what has been passed over since the last copy.
static bool copy_up_to(scanner *scan, size_t end) {
  if (!put(scan, scan->file + scan->copied, end - scan->copied)) return false;
  scan->copied = end;
  return true;
}

static bool read_varint(scanner *scan, size_t end, uint64_t *value) {
  size_t start = scan->position;
  *value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (scan->position == end) return fail_at(scan, start, "the file is cut off within a number");
    uint8_t byte = scan->file[scan->position++];
    if (shift == 63 && byte > 1) break;
    *value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return true;
  }
  return fail_at(scan, start, "a number takes more than 64 bits");
}

static bool skip_fixed(scanner *scan, size_t end, size_t count) {
  if (end - scan->position < count) return fail_at(scan, scan->position, "the file is cut off within a number");
  scan->position += count;
  return true;
}

static bool scan_message(scanner *scan, size_t end, message_kind kind, int depth);

/// A nested message: its length is only known afterwards, so it is written as a number padded to five bytes.
static bool scan_nested(scanner *scan, size_t length_position, size_t end, message_kind kind, int depth) {
  enum { LENGTH_BYTES = 5 };
  static const uint8_t placeholder[LENGTH_BYTES];
  if (depth == ONNX_MAXIMUM_DEPTH) return fail_at(scan, length_position, "messages are nested too deep");
  if (!copy_up_to(scan, length_position) || !put(scan, placeholder, LENGTH_BYTES)) return false;
  size_t start = scan->skeleton->count;
  scan->copied = scan->position;
  if (!scan_message(scan, end, kind, depth + 1) || !copy_up_to(scan, end)) return false;
  uint8_t *length = scan->skeleton->bytes + start - LENGTH_BYTES;
  size_t count = scan->skeleton->count - start;
  for (int index = 0; index < LENGTH_BYTES; index++)
    length[index] = (uint8_t)((count >> (7 * index) & 0x7f) | (index + 1 < LENGTH_BYTES ? 0x80 : 0));
  return true;
}

/// raw_data: its place in the file is written instead of its bytes.
static bool scan_payload(scanner *scan, size_t length_position, size_t end) {
  onnx_payload payload = {scan->position, end - scan->position};
  uint8_t count = sizeof payload;
  if (!copy_up_to(scan, length_position) || !put(scan, &count, 1) || !put(scan, &payload, sizeof payload)) return false;
  scan->position = scan->copied = end;
  return true;
}

static bool scan_length_delimited(
  scanner *scan, size_t end, message_kind parent, uint64_t number, uint32_t *seen, int depth) {
  size_t length_position = scan->position;
  uint64_t count;
  if (!read_varint(scan, end, &count)) return false;
  if (count > end - scan->position) return fail_at(scan, length_position, "a length runs past the end");
  if (++scan->fields > ONNX_MAXIMUM_FIELDS) return fail_at(scan, length_position, "the model has too many parts");
  size_t field_end = scan->position + count;
  nested_field field = nested(parent, number);
  bool is_payload = is_raw_data(parent, number);
  if (is_payload || !field.may_repeat) {
    uint32_t bit = (uint32_t)1 << number;
    if (*seen & bit) return fail_at(scan, length_position, "a part is given twice that may be given once only");
    *seen |= bit;
  }
  if (is_payload) return scan_payload(scan, length_position, field_end);
  if (field.kind != NOT_A_MESSAGE) return scan_nested(scan, length_position, field_end, field.kind, depth);
  scan->position = field_end;
  return true;
}

static bool scan_message(scanner *scan, size_t end, message_kind kind, int depth) {
  uint32_t seen = 0;
  while (scan->position < end) {
    size_t start = scan->position;
    uint64_t key, ignored;
    if (!read_varint(scan, end, &key)) return false;
    uint64_t number = key >> 3;
    if (number == 0 || number > 0x1fffffff) return fail_at(scan, start, "a field has an impossible number");
    bool is_good;
    switch (key & 7) {
      case 0: is_good = read_varint(scan, end, &ignored); break;
      case 1: is_good = skip_fixed(scan, end, 8); break;
      case 2: is_good = scan_length_delimited(scan, end, kind, number, &seen, depth); break;
      case 5: is_good = skip_fixed(scan, end, 4); break;
      default: is_good = fail_at(scan, start, "a field has an impossible type");
    }
    if (!is_good) return false;
  }
  return true;
}

bool onnx_skeleton_make(
  const uint8_t *file, size_t count, onnx_root root, onnx_skeleton *skeleton, onnx_scan_error *error) {
  *skeleton = (onnx_skeleton){0};
  scanner scan = {.file = file, .skeleton = skeleton, .error = error};
  message_kind kind = root == ONNX_ROOT_MODEL ? MODEL : TENSOR;
  if (scan_message(&scan, count, kind, 1) && copy_up_to(&scan, count)) return true;
  onnx_skeleton_free(skeleton);
  return false;
}

void onnx_skeleton_free(onnx_skeleton *skeleton) {
  free(skeleton->bytes);
  *skeleton = (onnx_skeleton){0};
}
