/// The inner loops: one header and one folder per family of kernels.
#pragma once
#include "ck_gemm_f32.h"
#include "ck_threads.h"
#include "ck_tier.h"
