#pragma once
#include <stddef.h>
#include <stdint.h>

#include "ck_tier.h"

// Inputs are float32 at any address. Sums are taken in float64, in an order that depends on the position in the
// array only. Numbers that are not finite are counted and otherwise left out.

/// What one pass over an array finds.
typedef struct ck_summary {
  float smallest;  // of the finite numbers; +infinity without any
  float largest;   // of the finite numbers; -infinity without any
  uint64_t nans;
  uint64_t infinities;
  double sum;
  double sum_of_squares;
} ck_summary;

ck_summary ck_summarize(ck_tier tier, const void *input, size_t count);

/// Adds to `counts` how many numbers fall into each of `bins` equal parts of lowest ..< highest: number x into
/// part floor((x - lowest) * (bins / (highest - lowest))), computed in float32. What lies outside, infinities
/// included, goes to the first or last part; NaN to none. `bins` is at most 2^24.
void ck_histogram(
    ck_tier tier, const void *input, size_t count, float lowest, float highest, size_t bins, uint64_t *counts);

/// Widens `smallest` and `largest`, one of each per channel, by the finite numbers of [outer][channels][inner].
void ck_channel_ranges(
    ck_tier tier, const void *input, size_t outer, size_t channels, size_t inner, float *smallest, float *largest);

/// How two arrays differ. Pairs with a number that is not finite enter none of the sums.
typedef struct ck_difference {
  uint64_t mismatches;  // pairs not both finite, both NaN or the same infinity
  double largest_absolute;
  double sum_of_absolute;
  double sum_of_squares;  // of a - b
  double sum_of_squares_a;
  double sum_of_squares_b;
  double dot_product;
} ck_difference;

ck_difference ck_compare(ck_tier tier, const void *a, const void *b, size_t count);
