/// Four neighbouring bytes of activations as one integer, the way the dot product instructions take them.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline int32_t ck_load_group(const uint8_t *bytes) {
  int32_t group;
  memcpy(&group, bytes, sizeof group);
  return group;
}

/// The same for the last 1 to 3 bytes, none behind them being read: the rest is zeros.
static inline int32_t ck_load_partial_group(const uint8_t *bytes, size_t count) {
  uint32_t group = bytes[0];
  if (count > 1) group |= (uint32_t)bytes[1] << 8;
  if (count > 2) group |= (uint32_t)bytes[2] << 16;
  return (int32_t)group;
}
