/// Elements of two rows in turns, and every second element of a row. Compilers that are left to it load less than a
/// vector at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CK_WEAVE_LIST(...) __VA_ARGS__

#define CK_DEFINE_WEAVE(element, LOW, HIGH, EVEN)                                                               \
  typedef element ck_woven_##element __attribute__((vector_size(16)));                                          \
                                                                                                                \
  /* to[2 · i] = first[i], to[2 · i + 1] = second[i]. */                                                        \
  static inline void ck_weave_##element(                                                                        \
      const element *restrict first, const element *restrict second, element *restrict to, size_t count) {      \
    enum { LANES = 16 / sizeof(element) };                                                                      \
    size_t i = 0;                                                                                               \
    for (; i + LANES <= count; i += LANES) {                                                                    \
      ck_woven_##element a, b;                                                                                  \
      memcpy(&a, first + i, sizeof a);                                                                          \
      memcpy(&b, second + i, sizeof b);                                                                         \
      const ck_woven_##element low = __builtin_shufflevector(a, b, LOW);                                        \
      const ck_woven_##element high = __builtin_shufflevector(a, b, HIGH);                                      \
      memcpy(to + 2 * i, &low, sizeof low);                                                                     \
      memcpy(to + 2 * i + LANES, &high, sizeof high);                                                           \
    }                                                                                                           \
    for (; i < count; i++) {                                                                                    \
      to[2 * i] = first[i];                                                                                     \
      to[2 * i + 1] = second[i];                                                                                \
    }                                                                                                           \
  }                                                                                                             \
                                                                                                                \
  /* to[i] = from[2 · i]. */                                                                                    \
  static inline void ck_unweave_##element(const element *restrict from, element *restrict to, size_t count) {   \
    enum { LANES = 16 / sizeof(element) };                                                                      \
    size_t i = 0;                                                                                               \
    /* Nothing is read behind the last element. */                                                              \
    for (; i + LANES < count; i += LANES) {                                                                     \
      ck_woven_##element a, b;                                                                                  \
      memcpy(&a, from + 2 * i, sizeof a);                                                                       \
      memcpy(&b, from + 2 * i + LANES, sizeof b);                                                               \
      const ck_woven_##element even = __builtin_shufflevector(a, b, EVEN);                                      \
      memcpy(to + i, &even, sizeof even);                                                                       \
    }                                                                                                           \
    for (; i < count; i++) to[i] = from[2 * i];                                                                 \
  }

CK_DEFINE_WEAVE(
    uint8_t, CK_WEAVE_LIST(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
    CK_WEAVE_LIST(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
    CK_WEAVE_LIST(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30))
CK_DEFINE_WEAVE(
    uint16_t, CK_WEAVE_LIST(0, 8, 1, 9, 2, 10, 3, 11), CK_WEAVE_LIST(4, 12, 5, 13, 6, 14, 7, 15),
    CK_WEAVE_LIST(0, 2, 4, 6, 8, 10, 12, 14))
CK_DEFINE_WEAVE(uint32_t, CK_WEAVE_LIST(0, 4, 1, 5), CK_WEAVE_LIST(2, 6, 3, 7), CK_WEAVE_LIST(0, 2, 4, 6))
CK_DEFINE_WEAVE(uint64_t, CK_WEAVE_LIST(0, 2), CK_WEAVE_LIST(1, 3), CK_WEAVE_LIST(0, 2))
