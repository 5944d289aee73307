#include "ck_gemm_f32.h"

#include "../support/compiler.h"

#include <string.h>

/// Rows and columns of the blocks that are turned at a time.
enum { side = 4 };

/// Whether the elements of some rows lie side by side in each column.
static bool are_neighbours(const size_t *rows, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (rows[i] != rows[0] + i) return false;
  }
  return true;
}

/// Panels are packed row by row where the elements of a row are neighbours, or else in blocks that are turned where those
/// of a column are, or else element by element.
#define PACK(name, element)                                                                                  \
  typedef element name##_vector __attribute__((vector_size(side * sizeof(element))));                        \
                                                                                                             \
  /* Writes `side` rows of as many columns, each of which lies together. */                                  \
  CK_INLINE void name##_turn(const element *source, size_t column_stride, element *target) {                 \
    name##_vector a, b, c, d;                                                                                \
    memcpy(&a, source, sizeof a);                                                                            \
    memcpy(&b, source + column_stride, sizeof b);                                                            \
    memcpy(&c, source + 2 * column_stride, sizeof c);                                                        \
    memcpy(&d, source + 3 * column_stride, sizeof d);                                                        \
    const name##_vector first_ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);                                \
    const name##_vector first_cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);                                \
    const name##_vector last_ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);                                 \
    const name##_vector last_cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);                                 \
    const name##_vector rows[side] = {                                                                       \
        __builtin_shufflevector(first_ab, first_cd, 0, 1, 4, 5),                                             \
        __builtin_shufflevector(first_ab, first_cd, 2, 3, 6, 7),                                             \
        __builtin_shufflevector(last_ab, last_cd, 0, 1, 4, 5),                                               \
        __builtin_shufflevector(last_ab, last_cd, 2, 3, 6, 7)};                                              \
    CK_UNROLL for (int row = 0; row < side; row++) {                                                         \
      memcpy(target + row * CK_PANEL_COLUMNS, &rows[row], sizeof rows[row]);                                 \
    }                                                                                                        \
  }                                                                                                          \
                                                                                                             \
  /* Packs `side` rows whose elements lie side by side in each column. */                                    \
  static void name##_turned(const element *source, size_t column_stride, size_t columns, element *target) {  \
    if (columns < CK_PANEL_COLUMNS) memset(target, 0, side * CK_PANEL_COLUMNS * sizeof(element));            \
    size_t n = 0;                                                                                            \
    for (; n + side <= columns; n += side) name##_turn(source + n * column_stride, column_stride, target + n); \
    if (n == columns) return;                                                                                \
    if (columns >= side) {                                                                                   \
      /* Once more what has been turned already, rather than the rest column by column. */                   \
      n = columns - side;                                                                                    \
      name##_turn(source + n * column_stride, column_stride, target + n);                                    \
      return;                                                                                                \
    }                                                                                                        \
    for (; n < columns; n++) {                                                                               \
      for (size_t row = 0; row < side; row++) target[row * CK_PANEL_COLUMNS + n] = source[n * column_stride + row]; \
    }                                                                                                        \
  }                                                                                                          \
                                                                                                             \
  static void name##_row(const element *source, size_t column_stride, size_t columns, element *target) {     \
    if (column_stride == 1 && columns == CK_PANEL_COLUMNS) {                                                 \
      memcpy(target, source, CK_PANEL_COLUMNS * sizeof(element));                                            \
      return;                                                                                                \
    }                                                                                                        \
    if (column_stride == 1) memcpy(target, source, columns * sizeof(element));                               \
    else for (size_t n = 0; n < columns; n++) target[n] = source[n * column_stride];                         \
    memset(target + columns, 0, (CK_PANEL_COLUMNS - columns) * sizeof(element));                             \
  }                                                                                                          \
                                                                                                             \
  void name(                                                                                                 \
      const element *weights, ck_weight_layout layout, size_t first_panel, size_t panel_count,               \
      element *panels) {                                                                                     \
    for (size_t panel = first_panel; panel < first_panel + panel_count; panel++) {                           \
      const size_t first_column = panel * CK_PANEL_COLUMNS, stride = layout.column_stride;                   \
      const size_t columns = ck_smaller(layout.columns - first_column, CK_PANEL_COLUMNS);                    \
      const element *source = weights + first_column * stride;                                               \
      element *target = panels + panel * layout.row_count * CK_PANEL_COLUMNS;                                \
      for (size_t row = 0, rows; row < layout.row_count; row += rows, target += rows * CK_PANEL_COLUMNS) {   \
        const element *first = source + layout.rows[row];                                                    \
        const bool turns =                                                                                   \
            stride > 1 && row + side <= layout.row_count && are_neighbours(layout.rows + row, side);         \
        rows = turns ? side : 1;                                                                             \
        if (turns) name##_turned(first, stride, columns, target);                                            \
        else name##_row(first, stride, columns, target);                                                     \
      }                                                                                                      \
    }                                                                                                        \
  }

PACK(ck_pack_panels_32, uint32_t)
PACK(ck_pack_panels_16, uint16_t)
