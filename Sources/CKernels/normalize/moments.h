// Moments of numbers that come in parts.
#pragma once
#include <stddef.h>

#pragma STDC FP_CONTRACT OFF

/// Numbers of a column whose moments are taken at once: they are read twice, from the L1 cache.
enum { CK_MOMENT_ROWS = 32 };

/// How many numbers there were, their mean, and the sum of the squares of their distances from it.
typedef struct ck_spread {
  double count, mean, squares;
} ck_spread;

/// The spread of the numbers of two parts (Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for
/// Computing Sample Variances").
static inline ck_spread ck_join_spreads(ck_spread a, ck_spread b) {
  const double count = a.count + b.count;
  const double difference = b.mean - a.mean;
  return (ck_spread){
      .count = count,
      .mean = a.mean + difference * (b.count / count),
      .squares = a.squares + (b.squares + difference * difference * (a.count * b.count / count)),
  };
}
