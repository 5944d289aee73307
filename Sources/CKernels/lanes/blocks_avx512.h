// Blocks of bytes, and their way through float32 and back, in the registers of AVX-512: see blocks_avx2.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "integer_range.h"

enum { CK_PARTS = 4, CK_PART_LANES = 16, CK_BLOCK = CK_PARTS * CK_PART_LANES };
typedef __m512i ck_block;
typedef __m512 ck_part;

CK_INLINE ck_part ck_repeat(float value) { return _mm512_set1_ps(value); }
CK_INLINE ck_part ck_load_part(const float *from) { return _mm512_loadu_ps(from); }
CK_INLINE ck_part ck_multiply_add(ck_part a, ck_part b, ck_part c) { return _mm512_fmadd_ps(a, b, c); }

CK_INLINE ck_part ck_limit(ck_part value, ck_part lowest, ck_part highest) {
  return _mm512_min_ps(_mm512_max_ps(value, lowest), highest);
}

CK_INLINE __mmask64 ck_first_bytes(size_t count) {
  return count == CK_BLOCK ? ~(__mmask64)0 : ((__mmask64)1 << count) - 1;
}

CK_INLINE ck_block ck_load_block(const uint8_t *from, size_t count) {
  return _mm512_maskz_loadu_epi8(ck_first_bytes(count), from);
}

CK_INLINE void ck_store_block(uint8_t *to, ck_block block, size_t count) {
  _mm512_mask_storeu_epi8(to, ck_first_bytes(count), block);
}

CK_INLINE ck_part ck_origin(ck_integer type, int32_t zero_point) {
  return ck_repeat(0x1p23f + (float)(type == CK_INT8 ? zero_point + 128 : zero_point));
}

CK_INLINE void ck_widen(ck_integer type, ck_block block, ck_part origin, ck_part parts[CK_PARTS]) {
  if (type == CK_INT8) block = _mm512_xor_si512(block, _mm512_set1_epi8(-128));
  const __m512i zero = _mm512_setzero_si512(), exponent = _mm512_set1_epi16(0x4B00);
  const __m512i low = _mm512_unpacklo_epi8(block, zero), high = _mm512_unpackhi_epi8(block, zero);
  parts[0] = _mm512_sub_ps(_mm512_castsi512_ps(_mm512_unpacklo_epi16(low, exponent)), origin);
  parts[1] = _mm512_sub_ps(_mm512_castsi512_ps(_mm512_unpackhi_epi16(low, exponent)), origin);
  parts[2] = _mm512_sub_ps(_mm512_castsi512_ps(_mm512_unpacklo_epi16(high, exponent)), origin);
  parts[3] = _mm512_sub_ps(_mm512_castsi512_ps(_mm512_unpackhi_epi16(high, exponent)), origin);
}

CK_INLINE ck_block ck_narrow(ck_integer type, const ck_part parts[CK_PARTS], int32_t zero_point) {
  __m512i low = _mm512_packs_epi32(_mm512_cvtps_epi32(parts[0]), _mm512_cvtps_epi32(parts[1]));
  __m512i high = _mm512_packs_epi32(_mm512_cvtps_epi32(parts[2]), _mm512_cvtps_epi32(parts[3]));
  const __m512i shift = _mm512_set1_epi16((int16_t)zero_point);
  low = _mm512_adds_epi16(low, shift);
  high = _mm512_adds_epi16(high, shift);
  return type == CK_INT8 ? _mm512_packs_epi16(low, high) : _mm512_packus_epi16(low, high);
}

CK_INLINE ck_block ck_narrow_in_order(ck_integer type, const ck_part parts[CK_PARTS], int32_t zero_point) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(order, ck_narrow(type, parts, zero_point));
}
