#pragma once
#include "../include/ck_statistics.h"
#include "../lanes/select.h"

CK_DECLARE(ck_summary, ck_summarize_rows, const void *, size_t rows, size_t width, size_t stride)
CK_DECLARE(ck_moments, ck_measure, const void *, size_t)
CK_DECLARE(void, ck_histogram, const void *, size_t, float, size_t, uint64_t *)
/// A run of numbers that widens one range (`step` 0) or one range each (`step` 1).
CK_DECLARE(void, ck_range_run, const void *, size_t, float *, float *, size_t step)
CK_DECLARE(ck_difference, ck_compare, const void *, const void *, size_t)
