#include "../include/ck_selection.h"

#include "../support/compiler.h"

#define DEFINE_CHOOSE(element)                                                                                  \
  /* The steps are constants, so that each combination gets a loop over vectors. */                             \
  CK_INLINE void choose_steps_##element(                                                                        \
      const uint8_t *restrict condition, const element *restrict chosen, const size_t chosen_step,              \
      const element *restrict other, const size_t other_step, element *restrict output, size_t count) {         \
    for (size_t i = 0; i < count; i++) {                                                                        \
      const element first = chosen[i * chosen_step], second = other[i * other_step];                            \
      output[i] = condition[i] ? first : second;                                                                \
    }                                                                                                           \
  }                                                                                                             \
                                                                                                                \
  static void copy_##element(ck_choice operand, element *restrict output, size_t count) {                      \
    const element *restrict elements = operand.elements;                                                        \
    if (operand.step) {                                                                                         \
      for (size_t i = 0; i < count; i++) output[i] = elements[i];                                               \
    } else {                                                                                                    \
      const element only = elements[0];                                                                         \
      for (size_t i = 0; i < count; i++) output[i] = only;                                                      \
    }                                                                                                           \
  }                                                                                                             \
                                                                                                                \
  static void choose_##element(                                                                                 \
      ck_choice condition, ck_choice chosen, ck_choice other, element *output, size_t count) {               \
    const uint8_t *truth = condition.elements;                                                                  \
    const element *first = chosen.elements, *second = other.elements;                                           \
    if (!condition.step) copy_##element(*truth ? chosen : other, output, count);                                \
    else if (chosen.step && other.step) choose_steps_##element(truth, first, 1, second, 1, output, count);      \
    else if (chosen.step) choose_steps_##element(truth, first, 1, second, 0, output, count);                    \
    else if (other.step) choose_steps_##element(truth, first, 0, second, 1, output, count);                     \
    else choose_steps_##element(truth, first, 0, second, 0, output, count);                                     \
  }

DEFINE_CHOOSE(uint8_t)
DEFINE_CHOOSE(uint16_t)
DEFINE_CHOOSE(uint32_t)
DEFINE_CHOOSE(uint64_t)

void ck_choose(
    size_t width, ck_choice condition, ck_choice chosen, ck_choice other, void *output, size_t count) {
  if (count == 0) return;
  switch (width) {
    case 1: choose_uint8_t(condition, chosen, other, output, count); break;
    case 2: choose_uint16_t(condition, chosen, other, output, count); break;
    case 4: choose_uint32_t(condition, chosen, other, output, count); break;
    case 8: choose_uint64_t(condition, chosen, other, output, count); break;
  }
}
