#include "families.h"

#if defined(__x86_64__)

#include "../support/compiler.h"
#include "../support/output_avx512.h"

#define TARGET CK_AVX512

enum { vector_channels = 16 };

typedef __m512 lanes_f32;
typedef __m512i lanes_i32;
typedef __mmask16 lanes_mask;

CK_INLINE CK_AVX512 lanes_mask mask_of(size_t channels) {
  return channels >= vector_channels ? 0xffff : (__mmask16)((1u << channels) - 1);
}

CK_INLINE CK_AVX512 lanes_f32 zero_f32(void) { return _mm512_setzero_ps(); }

CK_INLINE CK_AVX512 lanes_f32 load_f32(lanes_mask mask, const float *source) {
  return _mm512_maskz_loadu_ps(mask, source);
}

CK_INLINE CK_AVX512 lanes_i32 load_i32(lanes_mask mask, const int32_t *source) {
  return _mm512_maskz_loadu_epi32(mask, source);
}

CK_INLINE CK_AVX512 lanes_f32 multiply_add(lanes_f32 a, lanes_f32 b, lanes_f32 sum) {
  return _mm512_fmadd_ps(a, b, sum);
}

/// Adds, in each lane, the products of both pairs of 16-bit numbers.
CK_INLINE CK_AVX512 lanes_i32 add_products(lanes_i32 sum, lanes_i32 a, lanes_i32 b) {
  return _mm512_dpwssd_epi32(sum, a, b);
}

/// Pairs whose second number is zero, with the first of others in its place.
CK_INLINE CK_AVX512 lanes_i32 join_pairs(lanes_i32 first, lanes_i32 second) {
  return _mm512_or_si512(first, _mm512_slli_epi32(second, 16));
}

CK_INLINE CK_AVX512 lanes_f32 repeat_f32(float value) { return _mm512_set1_ps(value); }
CK_INLINE CK_AVX512 lanes_f32 add_f32(lanes_f32 a, lanes_f32 b) { return _mm512_add_ps(a, b); }

CK_INLINE CK_AVX512 lanes_f32 limit_f32(lanes_f32 value, lanes_f32 minimum, lanes_f32 maximum) {
  // Where one operand is NaN these instructions return the second.
  return _mm512_min_ps(maximum, _mm512_max_ps(minimum, value));
}

CK_INLINE CK_AVX512 void store_f32(lanes_mask mask, float *target, lanes_f32 value) {
  _mm512_mask_storeu_ps(target, mask, value);
}

/// Sixteen channels of a pixel as pairs of 16-bit numbers, the second of which is zero.
CK_INLINE CK_AVX512 lanes_i32 load_singles(const uint8_t *pixel, lanes_mask mask) {
  return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(mask, pixel));
}

/// Sixteen channels of the pixels at two addresses as pairs of 16-bit numbers, the first in the low half.
CK_INLINE CK_AVX512 lanes_i32 load_pairs(const uint8_t *first, const uint8_t *second, lanes_mask mask) {
  return join_pairs(load_singles(first, mask), load_singles(second, mask));
}

#include "rows_f32.h"
#include "rows_u8.h"
#include "quads_avx512.h"

const ck_depthwise_f32_family ck_depthwise_f32_avx512 = {.run = run_f32};
const ck_depthwise_u8_family ck_depthwise_u8_avx512 = {.run = run_quads};

#endif
