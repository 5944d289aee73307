// Blocks of bytes, and their way through float32 and back, in the registers of AVX2.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "integer_range.h"
#include "partial_avx2.h"

/// A block is as many bytes as a register holds. As float32 numbers it takes four registers, its parts.
enum { CK_PARTS = 4, CK_PART_LANES = 8, CK_BLOCK = CK_PARTS * CK_PART_LANES };
typedef __m256i ck_block;
typedef __m256 ck_part;

CK_INLINE ck_part ck_repeat(float value) { return _mm256_set1_ps(value); }
CK_INLINE ck_part ck_load_part(const float *from) { return _mm256_loadu_ps(from); }

/// a · b + c, rounded once.
CK_INLINE ck_part ck_multiply_add(ck_part a, ck_part b, ck_part c) { return _mm256_fmadd_ps(a, b, c); }

/// The nearest number in range; `lowest` for NaN.
CK_INLINE ck_part ck_limit(ck_part value, ck_part lowest, ck_part highest) {
  // Where one operand is NaN these instructions return the second.
  return _mm256_min_ps(_mm256_max_ps(value, lowest), highest);
}

/// The first `count` bytes of a block, zeros beyond them.
CK_INLINE ck_block ck_load_block(const uint8_t *from, size_t count) {
  return count == CK_BLOCK ? _mm256_loadu_si256((const __m256i *)from) : ck_load_bytes_below_32(from, count);
}

CK_INLINE void ck_store_block(uint8_t *to, ck_block block, size_t count) {
  if (count == CK_BLOCK) _mm256_storeu_si256((__m256i *)to, block);
  else ck_store_bytes_below_32(to, block, count);
}

/// What is subtracted from a block that is widened: the zero point, and what widening adds to the bytes.
CK_INLINE ck_part ck_origin(ck_integer type, int32_t zero_point) {
  return ck_repeat(0x1p23f + (float)(type == CK_INT8 ? zero_point + 128 : zero_point));
}

/// The bytes less the zero point of `origin`, which is in the type's range. The order is one that `ck_narrow` undoes.
CK_INLINE void ck_widen(ck_integer type, ck_block block, ck_part origin, ck_part parts[CK_PARTS]) {
  if (type == CK_INT8) block = _mm256_xor_si256(block, _mm256_set1_epi8(-128));
  // A byte in the low bits of 2^23 is added to it.
  const __m256i zero = _mm256_setzero_si256(), exponent = _mm256_set1_epi16(0x4B00);
  const __m256i low = _mm256_unpacklo_epi8(block, zero), high = _mm256_unpackhi_epi8(block, zero);
  parts[0] = _mm256_castsi256_ps(_mm256_unpacklo_epi16(low, exponent)) - origin;
  parts[1] = _mm256_castsi256_ps(_mm256_unpackhi_epi16(low, exponent)) - origin;
  parts[2] = _mm256_castsi256_ps(_mm256_unpacklo_epi16(high, exponent)) - origin;
  parts[3] = _mm256_castsi256_ps(_mm256_unpackhi_epi16(high, exponent)) - origin;
}

/// saturate(roundHalfEven(part) + zero_point) for numbers below 2^31 in magnitude.
CK_INLINE ck_block ck_narrow(ck_integer type, const ck_part parts[CK_PARTS], int32_t zero_point) {
  __m256i low = _mm256_packs_epi32(_mm256_cvtps_epi32(parts[0]), _mm256_cvtps_epi32(parts[1]));
  __m256i high = _mm256_packs_epi32(_mm256_cvtps_epi32(parts[2]), _mm256_cvtps_epi32(parts[3]));
  const __m256i shift = _mm256_set1_epi16((int16_t)zero_point);
  low = _mm256_adds_epi16(low, shift);
  high = _mm256_adds_epi16(high, shift);
  return type == CK_INT8 ? _mm256_packs_epi16(low, high) : _mm256_packus_epi16(low, high);
}

/// The same where the parts follow each other in memory.
CK_INLINE ck_block ck_narrow_in_order(ck_integer type, const ck_part parts[CK_PARTS], int32_t zero_point) {
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  return _mm256_permutevar8x32_epi32(ck_narrow(type, parts, zero_point), order);
}
