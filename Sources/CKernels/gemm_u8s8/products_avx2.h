/// Products of groups of rows of B, exact although `pmaddubsw` is not.
///
/// `pmaddubsw` multiplies bytes and adds two neighbouring products in 16 bits, where they may saturate. The largest
/// activation and the weights of a pair tell where they cannot (see `ck_s8_pair_limits`). The few groups where they might
/// are widened to 16 bits and multiplied with `pmaddwd`, which is exact.
#pragma once
#include "ck_gemm_u8s8.h"

#include "../support/compiler.h"
#include "../support/group.h"
#include "activations_avx2.h"

#include <immintrin.h>

/// A tile has 3 rows and 32 columns, which takes the fewest loads of activations, or 5 rows and 16 columns, which takes
/// fewer tiles and has fewer weights that might saturate. Its sums, a factor, its product and a vector of ones fill the
/// sixteen registers.
enum {
  most_rows = 5,
  wide_rows = 3,
  vector_columns = 8,
  vector_bytes = vector_columns * CK_GROUP_ROWS,
  half_vectors = 2,
  panel_vectors = 2 * half_vectors,
  group_bytes = CK_PANEL_COLUMNS * CK_GROUP_ROWS,
};

/// Where a group lies: its activations in the first row, and its weights.
typedef struct group_place {
  const uint8_t *a;
  const int8_t *b;
} group_place;

CK_INLINE group_place skip_groups(group_place place, size_t count) {
  return (group_place){.a = place.a + count * CK_GROUP_ROWS, .b = place.b + count * group_bytes};
}

/// Adds the products of a group for `vectors` neighbouring vectors of columns, saturated where they are.
CK_INLINE CK_AVX2 void add_group(
    const int rows, const int vectors, __m256i sums[][panel_vectors], __m256i ones, group_place *place) {
  CK_UNROLL for (int row = 0; row < rows; row++) {
    __m256i factors = _mm256_set1_epi32(ck_load_group(place->a + row * row_bytes));
    // Weights are operands in memory: registers would take instructions to load, and there are not enough.
    CK_FORGET(place->b);
    CK_UNROLL for (int i = 0; i < vectors; i++) {
      __m256i weights = _mm256_loadu_si256((const __m256i *)(place->b + i * vector_bytes));
      __m256i products = _mm256_madd_epi16(_mm256_maddubs_epi16(factors, weights), ones);
      sums[row][i] = _mm256_add_epi32(sums[row][i], products);
      // Or else the factors of all rows are loaded first, which takes more registers than there are.
      CK_KEEP_BEFORE(sums[row][i], place->a);
    }
  }
}

/// The first (`part` 0) or the second byte of each pair as a 16-bit number.
CK_INLINE CK_AVX2 __m256i widen_activations(__m256i bytes, const int part) {
  return part == 0 ? _mm256_and_si256(bytes, _mm256_set1_epi16(0xff)) : _mm256_srli_epi16(bytes, 8);
}

CK_INLINE CK_AVX2 __m256i widen_weights(__m256i bytes, const int part) {
  return _mm256_srai_epi16(part == 0 ? _mm256_slli_epi16(bytes, 8) : bytes, 8);
}

/// Adds the products of a group, multiplied in 16 bits.
CK_INLINE CK_AVX2 void add_widened_group(
    const int rows, const int vectors, __m256i sums[][panel_vectors], group_place place) {
  CK_UNROLL for (int part = 0; part < 2; part++) {
    // Or else the bytes would stay in registers for the second part.
    CK_FORGET(place.b);
    CK_UNROLL for (int first = 0; first < vectors; first += half_vectors) {
      const int end = first + half_vectors < vectors ? first + half_vectors : vectors;
      __m256i weights[panel_vectors];
      CK_UNROLL for (int i = first; i < end; i++) {
        weights[i] = widen_weights(_mm256_loadu_si256((const __m256i *)(place.b + i * vector_bytes)), part);
      }
      CK_UNROLL for (int row = 0; row < rows; row++) {
        __m256i factors = widen_activations(_mm256_set1_epi32(ck_load_group(place.a + row * row_bytes)), part);
        CK_UNROLL for (int i = first; i < end; i++) {
          sums[row][i] = _mm256_add_epi32(sums[row][i], _mm256_madd_epi16(factors, weights[i]));
          CK_KEEP_BEFORE(sums[row][i], place.a);
        }
      }
    }
  }
}

/// The limits that hold for the first or the second pair of `checked_groups` groups in the columns of a tile.
CK_INLINE CK_AVX2 __m256i load_limits(const int vectors, const uint8_t *limits, const int pair) {
  const __m256i *pairs = (const __m256i *)limits + pair;
  const __m256i half = _mm256_loadu_si256(pairs);
  return vectors <= half_vectors ? half : _mm256_min_epu8(half, _mm256_loadu_si256(pairs + 2));
}

/// One bit for each byte: whether it is not 0.
CK_INLINE CK_AVX2 uint32_t nonzero_bytes(__m256i bytes) {
  return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_setzero_si256()));
}

/// Adds the products of some groups that do not saturate.
CK_INLINE CK_AVX2 void add_groups(
    const int rows, const int vectors, __m256i sums[][panel_vectors], group_place place, size_t count) {
  __m256i ones = _mm256_set1_epi16(1);
  // Or else it is loaded again for every product.
  CK_KEEP(ones);
  const int8_t *end = place.b + count * group_bytes;
  for (; place.b != end; place = skip_groups(place, 1)) add_group(rows, vectors, sums, ones, &place);
}

/// Adds the products of some groups, of which those of the bits of `saturating` might saturate. These come last, which
/// leaves the processor less to guess than going from one kind to the other.
CK_INLINE CK_AVX2 void add_mixed_groups(
    const int rows, const int vectors, __m256i sums[][panel_vectors], group_place place, size_t count,
    uint32_t saturating) {
  __m256i ones = _mm256_set1_epi16(1);
  CK_KEEP(ones);
  const uint32_t all = (uint32_t)(((uint64_t)1 << count) - 1);
  for (uint32_t rest = all & ~saturating; rest != 0; rest &= rest - 1) {
    group_place group = skip_groups(place, (size_t)__builtin_ctz(rest));
    add_group(rows, vectors, sums, ones, &group);
  }
  for (uint32_t rest = saturating; rest != 0; rest &= rest - 1) {
    add_widened_group(rows, vectors, sums, skip_groups(place, (size_t)__builtin_ctz(rest)));
  }
}
