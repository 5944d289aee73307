/// Activations as pairs of 16-bit numbers, the way `pmaddwd` takes them.
#pragma once
#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"
#include "../support/group.h"

#include <immintrin.h>

/// Groups that are widened at once, and the room for their pairs: whole vectors are stored, whatever is left of a run,
/// and rows of pairs do not compete for the same places in the L1 cache.
enum { most_groups = 256, pairs_per_row = 2 * most_groups + 32 };

/// The first bytes of a vector: whole groups, and what is left of one.
typedef struct first_bytes {
  __m256i whole;
  size_t whole_bytes, rest;
} first_bytes;

CK_INLINE CK_AVX2 first_bytes mask_first_bytes(size_t count) {
  const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const size_t rest = count % CK_GROUP_ROWS;
  __m256i groups = _mm256_set1_epi32((int)(count / CK_GROUP_ROWS));
  return (first_bytes){.whole = _mm256_cmpgt_epi32(groups, places), .whole_bytes = count - rest, .rest = rest};
}

/// The first of 32 bytes, and zeros.
CK_INLINE CK_AVX2 __m256i load_first_bytes(const uint8_t *bytes, first_bytes mask) {
  __m256i whole = _mm256_maskload_epi32((const int *)bytes, mask.whole);
  if (mask.rest == 0) return whole;
  const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i last = _mm256_set1_epi32((int)(mask.whole_bytes / CK_GROUP_ROWS));
  __m256i partial = _mm256_set1_epi32(ck_load_partial_group(bytes + mask.whole_bytes, mask.rest));
  return _mm256_or_si256(whole, _mm256_and_si256(partial, _mm256_cmpeq_epi32(last, places)));
}

/// Writes the pairs of eight groups: for each group its first and third byte, then its second and fourth.
CK_INLINE CK_AVX2 void store_pairs(__m256i bytes, int32_t *pairs) {
  // In this order unpacking, which works on the two halves apart, leaves neighbouring groups neighbours.
  bytes = _mm256_permute4x64_epi64(bytes, _MM_SHUFFLE(3, 1, 2, 0));
  __m256i even = _mm256_and_si256(bytes, _mm256_set1_epi16(0xff));
  __m256i odd = _mm256_srli_epi16(bytes, 8);
  _mm256_storeu_si256((__m256i *)pairs, _mm256_unpacklo_epi32(even, odd));
  _mm256_storeu_si256((__m256i *)pairs + 1, _mm256_unpackhi_epi32(even, odd));
}

/// Writes the pairs of `bytes` neighbouring bytes of each row.
CK_INLINE CK_AVX2 void widen_bytes(
    const uint8_t *values, size_t stride, size_t rows, size_t bytes, int32_t (*pairs)[pairs_per_row], size_t pair) {
  const size_t whole = bytes / 32 * 32;
  const first_bytes mask = mask_first_bytes(bytes - whole);
  for (size_t row = 0; row < rows; row++, values += stride) {
    int32_t *target = pairs[row] + pair;
    size_t k = 0;
    for (; k < whole; k += 32, target += 16) store_pairs(_mm256_loadu_si256((const __m256i *)(values + k)), target);
    if (k < bytes) store_pairs(load_first_bytes(values + k, mask), target);
  }
}

/// Writes the pairs of some groups of rows of A, counted through all runs of a row.
CK_INLINE CK_AVX2 void widen_groups(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_group, size_t count,
    int32_t (*pairs)[pairs_per_row]) {
  const size_t run_groups = ck_parts(gemm->run_length, CK_GROUP_ROWS);
  size_t run = first_group > 0 ? first_group / run_groups : 0;
  size_t group = first_group - run * run_groups;
  for (size_t pair = 0; count > 0; run++, group = 0) {
    size_t groups = ck_smaller(run_groups - group, count);
    const uint8_t *values = a + gemm->runs[run] + group * CK_GROUP_ROWS;
    size_t bytes = ck_smaller(gemm->run_length - group * CK_GROUP_ROWS, groups * CK_GROUP_ROWS);
    widen_bytes(values, gemm->a_stride, rows, bytes, pairs, pair);
    pair += 2 * groups;
    count -= groups;
  }
}
