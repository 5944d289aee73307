// Blocks of bytes, and their way through float32 and back, in the registers of AVX2.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "integer_range.h"

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

/// The first `count` ≤ 16 bytes, zeros beyond them. Whole words are read that overlap, or end with the last byte.
CK_INLINE __m128i ck_load_first(const uint8_t *from, size_t count) {
  uint64_t low = 0, high = 0;
  if (count >= 8) {
    memcpy(&low, from, 8);
    if (count > 8) {
      memcpy(&high, from + count - 8, 8);
      high >>= 8 * (16 - count);
    }
  } else if (count >= 4) {
    uint32_t first, last;
    memcpy(&first, from, 4);
    memcpy(&last, from + count - 4, 4);
    low = (uint64_t)last << 8 * (count - 4) | first;
  } else if (count > 0) {
    low = from[0] | (uint64_t)from[count / 2] << 8 * (count / 2) | (uint64_t)from[count - 1] << 8 * (count - 1);
  }
  return _mm_set_epi64x((long long)high, (long long)low);
}

CK_INLINE void ck_store_first(uint8_t *to, __m128i bytes, size_t count) {
  if (count & 8) {
    _mm_storel_epi64((__m128i *)to, bytes);
    bytes = _mm_unpackhi_epi64(bytes, bytes);
    to += 8;
  }
  uint64_t rest = (uint64_t)_mm_cvtsi128_si64(bytes);
  if (count & 4) {
    memcpy(to, &rest, 4);
    rest >>= 32;
    to += 4;
  }
  if (count & 2) {
    memcpy(to, &rest, 2);
    rest >>= 16;
    to += 2;
  }
  if (count & 1) *to = (uint8_t)rest;
}

/// The first `count` bytes of a block, zeros beyond them.
CK_INLINE ck_block ck_load_block(const uint8_t *from, size_t count) {
  if (count == CK_BLOCK) return _mm256_loadu_si256((const __m256i *)from);
  if (count <= 16) return _mm256_zextsi128_si256(ck_load_first(from, count));
  return _mm256_set_m128i(ck_load_first(from + 16, count - 16), _mm_loadu_si128((const __m128i *)from));
}

CK_INLINE void ck_store_block(uint8_t *to, ck_block block, size_t count) {
  if (count == CK_BLOCK) {
    _mm256_storeu_si256((__m256i *)to, block);
    return;
  }
  __m128i rest = _mm256_castsi256_si128(block);
  if (count & 16) {
    _mm_storeu_si128((__m128i *)to, rest);
    rest = _mm256_extracti128_si256(block, 1);
    to += 16;
  }
  ck_store_first(to, rest, count & 15);
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
