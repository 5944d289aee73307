#pragma once
#include <stddef.h>

#include "ck_gemm_f32.h"
#include "ck_tier.h"

/// softmax(scale · Q · K + mask) · V for one head, whose keys and values stay in the cache while all queries meet them.
typedef struct ck_attention {
  /// One row for each query, `query_stride` numbers apart.
  const float *query;
  size_t query_stride;
  size_t queries;

  /// One row for each number of a query, one column for each key.
  const float *key;
  ck_weight_layout key_layout;
  /// One row for each key.
  const float *value;
  ck_weight_layout value_layout;

  float scale;
  /// One row for each query, `mask_stride` numbers apart, with one number for each key; null for none.
  const float *mask;
  size_t mask_stride;

  /// One row for each query, `output_stride` numbers apart.
  float *output;
  size_t output_stride;

  /// `ck_attention_memory` numbers to work in.
  float *memory;
} ck_attention;

/// The numbers that the keys and values of a head, and the scores of some queries, take up.
size_t ck_attention_memory(const ck_attention *attention);

/// Computes one head. There are a query, a key and a value at least. Each score and each number of the output is one
/// chain of multiply-adds, in the order of the numbers of a query and of the keys, and the softmax is that of
/// `ck_softmax`: so the bits are those that `ck_gemm_f32_run` and `ck_softmax` of the tier give one after the other.
void ck_attend(ck_tier tier, const ck_attention *attention);
