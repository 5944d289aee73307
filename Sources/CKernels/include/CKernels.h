/// The inner loops: one header and one folder per family of kernels.
#pragma once
#include "ck_convert.h"
#include "ck_elementwise.h"
#include "ck_layout.h"
#include "ck_pooling.h"
#include "ck_recurrent.h"
#include "ck_reduce.h"
#include "ck_statistics.h"
#include "ck_threads.h"
#include "ck_tier.h"
