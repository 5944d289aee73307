#pragma once

/// Pixels of a row that are computed at once, and those of its end.
enum { pixels_at_once = 8, few_pixels = 4 };
