#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/tiles.h"

#include <immintrin.h>

/// Enough independent tiles of sums to hide the latency of a product of tiles.
enum { sum_count = 6, sums_per_tile = CK_TILE_ROWS * CK_TILE_BYTES / sizeof(int32_t) };

CK_AMX static void configure_tiles(void) {
  ck_tile_configuration configuration = {.palette = 1};
  for (int tile = 0; tile < CK_TILE_COUNT; tile++) {
    configuration.row_bytes[tile] = CK_TILE_BYTES;
    configuration.rows[tile] = CK_TILE_ROWS;
  }
  _tile_loadconfig(&configuration);
}

CK_AMX static uint64_t u8s8(uint32_t rounds) {
  int8_t ones[CK_TILE_ROWS * CK_TILE_BYTES];
  int32_t sums[sum_count][sums_per_tile];
  for (size_t i = 0; i < sizeof ones; i++) ones[i] = 1;
  configure_tiles();
  _tile_loadd(6, ones, CK_TILE_BYTES);
  _tile_loadd(7, ones, CK_TILE_BYTES);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  for (uint32_t round = 0; round < rounds; round++) {
    _tile_dpbusd(0, 6, 7);
    _tile_dpbusd(1, 6, 7);
    _tile_dpbusd(2, 6, 7);
    _tile_dpbusd(3, 6, 7);
    _tile_dpbusd(4, 6, 7);
    _tile_dpbusd(5, 6, 7);
  }
  _tile_stored(0, sums[0], CK_TILE_BYTES);
  _tile_stored(1, sums[1], CK_TILE_BYTES);
  _tile_stored(2, sums[2], CK_TILE_BYTES);
  _tile_stored(3, sums[3], CK_TILE_BYTES);
  _tile_stored(4, sums[4], CK_TILE_BYTES);
  _tile_stored(5, sums[5], CK_TILE_BYTES);
  _tile_release();
  uint64_t count = 0;
  for (int i = 0; i < sum_count * sums_per_tile; i++) count += (uint32_t)sums[i / sums_per_tile][i % sums_per_tile];
  return count;
}

const ck_peak_family ck_peak_amx = {.f32 = ck_peak_f32_avx512, .u8s8 = u8s8};

#endif
