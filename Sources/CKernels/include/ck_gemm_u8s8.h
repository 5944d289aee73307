/// Products of a matrix of unsigned bytes with a packed matrix of signed bytes.
///
/// B is packed into panels of `CK_PANEL_COLUMNS` columns. Within a panel, each run of rows (see `ck_gemm_f32.h`) is cut
/// into groups of 4, the last one filled up with zeros, and a group holds 4 rows of a column side by side:
/// [panel][run][group][column][4]. Behind its groups a panel has the limits that `ck_s8_pair_limits` returns.
#pragma once
#include "ck_gemm_f32.h"
#include "ck_int8_output.h"
#include "ck_tier.h"
#include <stddef.h>
#include <stdint.h>

enum { CK_GROUP_ROWS = 4 };

/// One product; the names mean what they mean in `ck_gemm_f32`.
typedef struct ck_gemm_u8s8 {
  const uint8_t *a;
  size_t a_stride;
  const size_t *runs;
  size_t run_count;
  size_t run_length;
  /// 0x80 turns signed bytes of A into unsigned ones as they are read, which takes rows of a single run; 0 leaves them
  /// alone.
  uint8_t a_flip;

  const int8_t *panels;
  /// The sum of each column of B, up to the end of the last panel.
  const int32_t *column_sums;

  size_t rows;
  size_t columns;
  ck_int8_output output;
} ck_gemm_u8s8;

typedef struct ck_gemm_u8s8_family {
  /// The most rows that one call of `strip` computes, and how many it computes at a time.
  size_t strip_rows, tile_rows;

  /// Bytes of panels that a call should span where more rows are to come: it prepares its rows once for all of them.
  /// 0 where there is nothing to prepare.
  size_t shared_bytes;

  /// Computes `rows` rows of some panels from the row at `a` on, which is row `first_row` of C. Reads no byte past
  /// the end of a run and leaves `a_flip` to its caller.
  void (*strip)(
      const ck_gemm_u8s8 *gemm, const uint8_t *a, size_t rows, size_t first_row, size_t first_panel,
      size_t panel_count);
} ck_gemm_u8s8_family;

/// The kernels of a tier.
const ck_gemm_u8s8_family *ck_gemm_u8s8_for(ck_tier tier);

/// Computes a part of C.
void ck_gemm_u8s8_run(const ck_gemm_u8s8_family *family, const ck_gemm_u8s8 *gemm, ck_gemm_part part);

/// Bytes of one packed panel.
size_t ck_s8_panel_bytes(size_t run_count, size_t run_length);

/// Groups whose limits lie side by side, and the bytes of these.
enum { CK_LIMIT_GROUPS = 32, CK_LIMIT_BYTES = 4 * CK_LIMIT_GROUPS };

/// Largest activations for a panel of `groups` groups, [32 groups][half of the columns][pair of rows][group]. Those of
/// the last 32 groups may be read in whole.
///
/// Where no activation of a pair is larger than its limit m, two neighbouring products added in 16 bits do not saturate:
/// for the weights v and w of each of the columns, m · |v + w| < 2¹⁵. With weights of the same sign the sum of the
/// products is at most that. With weights of opposite signs it is at most one product, and 255 · 128 < 2¹⁵.
const uint8_t *ck_s8_pair_limits(const int8_t *panel, size_t groups);

/// Packs a matrix whose rows form `run_count` runs of equal length. Each byte is XORed with `flip`: 0x80 turns unsigned
/// bytes into signed ones. Writes every panel, and column sums up to the end of the last.
void ck_pack_panels_s8(
    const uint8_t *weights, ck_weight_layout layout, size_t run_count, uint8_t flip, int8_t *panels,
    int32_t *column_sums);

/// Finishes sums that weights with zero points have left unfinished.
///
/// A row of `sums` holds, for each group, the raw sums of `columns` columns and after them the sum of the activations.
/// Subtracts `zero_points[n]` times the latter from column n, counted through all groups, and goes on as `output` says.
void ck_finish_sums(
    const int32_t *sums, size_t rows, size_t groups, size_t columns, const int32_t *zero_points,
    const ck_int8_output *output);
