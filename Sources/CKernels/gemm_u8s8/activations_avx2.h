/// Activations copied side by side, with the largest of each pair.
#pragma once
#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"
#include "../support/group.h"

#include <immintrin.h>

/// Groups that are copied at once, and the room for the bytes of a row: whole vectors are stored, whatever is left of a
/// run, and rows do not compete for the same places in the L1 cache.
enum { most_groups = 128, row_bytes = most_groups * CK_GROUP_ROWS + 64 };

/// Groups whose largest activations are looked at together, and the room for those of all groups: whole vectors again.
enum { checked_groups = CK_LIMIT_GROUPS, largest_bytes = most_groups + checked_groups };

/// The largest activations of the first and of the second pair of each group.
typedef struct largest_of_pairs {
  uint8_t *pairs[2];
} largest_of_pairs;

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

/// Writes the largest bytes of the pairs of eight groups from a place on.
CK_INLINE CK_AVX2 void store_largest(__m256i bytes, largest_of_pairs largest, size_t group) {
  bytes = _mm256_max_epu8(bytes, _mm256_srli_epi16(bytes, 8));
  const __m256i low_bytes = _mm256_setr_epi8(
      0, 4, 8, 12, 2, 6, 10, 14, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12, 2, 6, 10, 14, -1, -1, -1, -1, -1, -1,
      -1, -1);
  bytes = _mm256_shuffle_epi8(bytes, low_bytes);
  __m128i all = _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
  _mm_storel_epi64((__m128i *)(largest.pairs[0] + group), all);
  _mm_storeh_pd((double *)(largest.pairs[1] + group), _mm_castsi128_pd(all));
}

/// Copies `bytes` neighbouring bytes of each row, and writes the largest of each pair in any of the rows from the place
/// of a group on.
CK_INLINE CK_AVX2 void copy_bytes(
    const uint8_t *values, size_t stride, size_t rows, size_t bytes, uint8_t *target, largest_of_pairs largest,
    size_t group) {
  const size_t whole = bytes / 32 * 32;
  for (size_t k = 0; k < whole; k += 32) {
    __m256i most = _mm256_setzero_si256();
    for (size_t row = 0; row < rows; row++) {
      __m256i copied = _mm256_loadu_si256((const __m256i *)(values + row * stride + k));
      _mm256_storeu_si256((__m256i *)(target + row * row_bytes + k), copied);
      most = _mm256_max_epu8(most, copied);
    }
    store_largest(most, largest, group + k / CK_GROUP_ROWS);
  }
  if (whole == bytes) return;
  const first_bytes mask = mask_first_bytes(bytes - whole);
  __m256i most = _mm256_setzero_si256();
  for (size_t row = 0; row < rows; row++) {
    __m256i copied = load_first_bytes(values + row * stride + whole, mask);
    _mm256_storeu_si256((__m256i *)(target + row * row_bytes + whole), copied);
    most = _mm256_max_epu8(most, copied);
  }
  store_largest(most, largest, group + whole / CK_GROUP_ROWS);
}

/// Copies some groups of rows of A, counted through all runs of a row. The largest activations of groups up to the next
/// multiple of `checked_groups` are zeros.
CK_INLINE CK_AVX2 void copy_groups(
    const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_group, size_t count, uint8_t *target,
    largest_of_pairs largest) {
  const size_t run_groups = ck_parts(gemm->run_length, CK_GROUP_ROWS);
  const size_t end = ck_parts(count, checked_groups) * checked_groups;
  size_t run = first_group > 0 ? first_group / run_groups : 0;
  size_t group = first_group - run * run_groups;
  size_t done = 0;
  for (; done < count; run++, group = 0) {
    size_t groups = ck_smaller(run_groups - group, count - done);
    const uint8_t *values = a + gemm->runs[run] + group * CK_GROUP_ROWS;
    size_t bytes = ck_smaller(gemm->run_length - group * CK_GROUP_ROWS, groups * CK_GROUP_ROWS);
    copy_bytes(values, gemm->a_stride, rows, bytes, target + done * CK_GROUP_ROWS, largest, done);
    done += groups;
  }
  for (; done < end; done += 8) store_largest(_mm256_setzero_si256(), largest, done);
}
