/// Blocks of output pixels cut where their windows begin to reach beyond the sides of the image.
#pragma once
#include "ck_convolution.h"

/// The most parts that a block is cut into: the left edge, what lies between, the right edge.
enum { CK_MOST_PARTS = 3 };

/// Writes the parts of a block and returns how many there are.
///
/// A wide block is cut, so that only the few columns at its edges need a padded copy of the image; what lies between is
/// read where it is. A narrow one stays whole.
size_t ck_cut_at_edges(
    const ck_convolution_shape *shape, ck_convolution_block block, ck_convolution_block parts[CK_MOST_PARTS]);
