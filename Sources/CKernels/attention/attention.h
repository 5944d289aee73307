#pragma once
#include "../include/ck_attention.h"
#include "../lanes/select.h"

/// The most queries that are computed at a time, in any tier.
enum { CK_MOST_QUERIES = 8 };

/// The columns of some panels.
static inline size_t ck_columns_of_panels(size_t columns) {
  return (columns + CK_PANEL_COLUMNS - 1) / CK_PANEL_COLUMNS * CK_PANEL_COLUMNS;
}

/// Keys and values of one head in panels (`ck_gemm_f32.h`), and scores of some queries in rows of `score_stride` numbers.
typedef struct ck_head {
  const float *keys, *values;
  float *scores;
  size_t score_stride;
} ck_head;

CK_DECLARE(void, ck_attend, const ck_attention *, ck_head)
