#include "ck_gemm_f32.h"

#include "../support/compiler.h"

#include <string.h>

/// Copies row after row where a row's elements are neighbours; otherwise element after element.
#define PACK(name, element)                                                                                  \
  void name(                                                                                                 \
      const element *weights, ck_weight_layout layout, size_t first_panel, size_t panel_count,               \
      element *panels) {                                                                                     \
    for (size_t panel = first_panel; panel < first_panel + panel_count; panel++) {                           \
      size_t first_column = panel * CK_PANEL_COLUMNS;                                                        \
      size_t columns = ck_smaller(layout.columns - first_column, CK_PANEL_COLUMNS);                          \
      for (size_t row = 0; row < layout.row_count; row++) {                                                  \
        const element *source = weights + layout.rows[row] + first_column * layout.column_stride;            \
        element *target = panels + (panel * layout.row_count + row) * CK_PANEL_COLUMNS;                      \
        if (layout.column_stride == 1) {                                                                     \
          memcpy(target, source, columns * sizeof(element));                                                 \
        } else {                                                                                             \
          for (size_t n = 0; n < columns; n++) target[n] = source[n * layout.column_stride];                 \
        }                                                                                                    \
        memset(target + columns, 0, (CK_PANEL_COLUMNS - columns) * sizeof(element));                         \
      }                                                                                                      \
    }                                                                                                        \
  }

PACK(ck_pack_panels_32, uint32_t)
PACK(ck_pack_panels_16, uint16_t)
