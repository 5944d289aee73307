#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/output_avx2.h"

#define TARGET CK_AVX2

enum { vector_channels = 8 };

typedef __m256 lanes_f32;
typedef __m256i lanes_i32;
typedef lane_count lanes_mask;

CK_INLINE CK_AVX2 lanes_mask mask_of(size_t channels) { return first_lanes(channels); }

CK_INLINE CK_AVX2 lanes_f32 zero_f32(void) { return _mm256_setzero_ps(); }

CK_INLINE CK_AVX2 lanes_f32 load_f32(lanes_mask mask, const float *source) {
  return mask.count == vector_channels ? _mm256_loadu_ps(source) : _mm256_maskload_ps(source, mask.lanes);
}

CK_INLINE CK_AVX2 lanes_i32 load_i32(lanes_mask mask, const int32_t *source) {
  if (mask.count == vector_channels) return _mm256_loadu_si256((const __m256i *)source);
  return _mm256_maskload_epi32(source, mask.lanes);
}

CK_INLINE CK_AVX2 lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 sum) {
  return _mm256_fmadd_ps(a, b, sum);
}

/// Adds, in each lane, the products of both pairs of 16-bit numbers.
CK_INLINE CK_AVX2 lanes_i32 add_products(lanes_i32 sum, lanes_i32 a, lanes_i32 b) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}

CK_INLINE CK_AVX2 lanes_f32 repeat_f32(float value) { return _mm256_set1_ps(value); }
CK_INLINE CK_AVX2 lanes_f32 add_f32(lanes_f32 a, lanes_f32 b) { return _mm256_add_ps(a, b); }

CK_INLINE CK_AVX2 lanes_f32 limit_f32(lanes_f32 value, lanes_f32 minimum, lanes_f32 maximum) {
  // Where one operand is NaN these instructions return the second.
  return _mm256_min_ps(maximum, _mm256_max_ps(minimum, value));
}

CK_INLINE CK_AVX2 void store_f32(lanes_mask mask, float *target, lanes_f32 value) {
  store_f32_lanes(target, value, mask.count);
}

/// Eight bytes, none being read behind the last channel.
CK_INLINE CK_AVX2 __m128i load_bytes(const uint8_t *source, lanes_mask mask) {
  if (mask.count == vector_channels) return _mm_loadl_epi64((const __m128i *)source);
  uint64_t bytes = 0;
  memcpy(&bytes, source, mask.count);
  return _mm_cvtsi64_si128((long long)bytes);
}

/// Eight channels of a pixel as pairs of 16-bit numbers, the second of which is zero.
CK_INLINE CK_AVX2 lanes_i32 load_singles(const uint8_t *pixel, lanes_mask mask) {
  return _mm256_cvtepu8_epi32(load_bytes(pixel, mask));
}

/// Eight channels of the pixels at two addresses as pairs of 16-bit numbers, the first in the low half.
CK_INLINE CK_AVX2 lanes_i32 load_pairs(const uint8_t *first, const uint8_t *second, lanes_mask mask) {
  return _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(load_bytes(first, mask), load_bytes(second, mask)));
}

#include "rows_f32.h"
#include "rows_u8.h"
#include "pairs_avx2.h"

const ck_depthwise_f32_family ck_depthwise_f32_avx2 = {.run = run_f32};
const ck_depthwise_u8_family ck_depthwise_u8_avx2 = {.run = run_pairs};

#endif
