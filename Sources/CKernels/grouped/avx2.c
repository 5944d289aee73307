#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/lanes_avx2.h"
#include "../support/stores.h"
#include "units.h"

#define TARGET CK_AVX2
#define KEEP CK_KEEP
#define HOLD(vector) __asm__("" : : "x"(vector))

enum { vector_units = 1, channels_at_once = 4 };

typedef __m256 lanes_f32;
typedef lane_count lanes_in_use;

CK_INLINE CK_AVX2 lanes_in_use lanes_of(size_t outputs) { return first_lanes(outputs); }

CK_INLINE CK_AVX2 lanes_f32 load_lanes(const bool whole, const float *source, lanes_in_use lanes) {
  return whole ? _mm256_loadu_ps(source) : _mm256_maskload_ps(source, lanes.lanes);
}

CK_INLINE CK_AVX2 void store_lanes(const bool whole, float *target, lanes_f32 value, lanes_in_use lanes) {
  store_f32_lanes(target, value, whole ? CK_UNIT_LANES : lanes.count);
}

CK_INLINE CK_AVX2 lanes_f32 load_weights(const float *weights, size_t unit_weights) {
  (void)unit_weights;
  return _mm256_loadu_ps(weights);
}

CK_INLINE CK_AVX2 lanes_f32 zero_f32(void) { return _mm256_setzero_ps(); }
CK_INLINE CK_AVX2 lanes_f32 repeat_f32(float value) { return _mm256_set1_ps(value); }

/// The number of the channel.
typedef int channel_places;

CK_INLINE channel_places places_of(const int groups, const int k) {
  (void)groups;
  return k;
}

/// Input channel `k` of each group in the lanes of its output channels.
CK_INLINE CK_AVX2 lanes_f32 repeat_channel(const int groups, const float *pixel, const channel_places k) {
  if (groups == 1) return _mm256_broadcast_ss(pixel + k);
  const __m256 channels = _mm256_loadu_ps(pixel);
  switch (k) {
  case 0: return _mm256_permute_ps(channels, 0x00);
  case 1: return _mm256_permute_ps(channels, 0x55);
  case 2: return _mm256_permute_ps(channels, 0xaa);
  default: return _mm256_permute_ps(channels, 0xff);
  }
}

CK_INLINE CK_AVX2 lanes_f32 add_f32(lanes_f32 a, lanes_f32 b) { return _mm256_add_ps(a, b); }

CK_INLINE CK_AVX2 lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 sum) {
  return _mm256_fmadd_ps(a, b, sum);
}

CK_INLINE CK_AVX2 lanes_f32 limit_f32(lanes_f32 value, lanes_f32 minimum, lanes_f32 maximum) {
  // Where one operand is NaN these instructions return the second.
  return _mm256_min_ps(maximum, _mm256_max_ps(minimum, value));
}

CK_INLINE void expect_store(const float *target) { ck_expect_store(target); }

#include "tiles.h"

const ck_grouped_f32_family ck_grouped_f32_avx2 = {.run = run_tiles};

#endif
