/// Blocks of output pixels cut where their windows begin to reach beyond the image.
#pragma once
#include "ck_convolution.h"

/// The most parts that a block is cut into along an axis: the edge before the image, what lies between, the other edge.
enum { CK_MOST_PARTS = 3 };

/// Fewer pixels of a row of the image than this between the edges are usually not worth a part of their own: they are
/// copied with those at the edges.
enum { CK_LEAST_PIXELS = 64 };

/// Writes the parts of a block and returns how many there are.
///
/// A wide block is cut, so that only the few columns at its edges need a padded copy of the image; what lies between is
/// read where it is. A narrow one, with less than `least_pixels` between the edges, stays whole.
size_t ck_cut_columns(
    const ck_convolution_shape *shape, ck_convolution_block block, size_t least_pixels,
    ck_convolution_block parts[CK_MOST_PARTS]);

/// The same with `CK_LEAST_PIXELS`.
size_t ck_cut_at_edges(
    const ck_convolution_shape *shape, ck_convolution_block block, ck_convolution_block parts[CK_MOST_PARTS]);

/// Cuts off the rows of a block whose windows reach above the image, and those whose windows reach below.
size_t ck_cut_rows(
    const ck_convolution_shape *shape, ck_convolution_block block, ck_convolution_block parts[CK_MOST_PARTS]);
