#pragma once

#include "ck_convert.h"
#include "ck_convolution.h"
#include "ck_depthwise.h"
#include "ck_elementwise.h"
#include "ck_gemm_f32.h"
#include "ck_gemm_u8s8.h"
#include "ck_int8_output.h"
#include "ck_layout.h"
#include "ck_reduce.h"
#include "ck_statistics.h"
#include "ck_threads.h"
#include "ck_tier.h"
