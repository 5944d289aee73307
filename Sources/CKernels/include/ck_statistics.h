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
} ck_summary;

ck_summary ck_summarize(ck_tier tier, const void *input, size_t count);

/// The summary of `rows` rows of `width` numbers; a row begins `stride` numbers behind the one before.
ck_summary ck_summarize_rows(ck_tier tier, const void *input, size_t rows, size_t width, size_t stride);

/// A summary with the sums from which mean and spread follow.
typedef struct ck_moments {
  ck_summary summary;
  double sum;
  double sum_of_squares;
} ck_moments;

ck_moments ck_measure(ck_tier tier, const void *input, size_t count);

/// Adds to `counts`, of 2 * `bins_per_side` bins, how many numbers fall into each. Counted from the middle outwards,
/// bin k of the second half takes the numbers x with k < x * bins_per_unit <= k + 1 in float32, that of the first half
/// those whose opposite it would be; zeros go to bin 0 of the second half. NaN and what lies beyond the bins, infinities
/// included, goes to none. `bins_per_side` is 1 to 2^24.
void ck_histogram(
    ck_tier tier, const void *input, size_t count, float bins_per_unit, size_t bins_per_side, uint64_t *counts);

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
