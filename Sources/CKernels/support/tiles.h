/// Tiles: eight registers of AMX, of up to 16 rows of up to 64 bytes each.
#pragma once
#include <stdint.h>

enum { CK_TILE_ROWS = 16, CK_TILE_BYTES = 64, CK_TILE_COUNT = 8 };

/// What the instruction that gives tiles their sizes reads.
typedef struct ck_tile_configuration {
  /// 1: the tiles described above.
  uint8_t palette;
  uint8_t start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} ck_tile_configuration;
