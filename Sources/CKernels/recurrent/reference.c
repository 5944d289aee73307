// Time steps of one unit at a time.
#include "../lanes/scalar.h"
#include "recurrent.h"

#define CK_STEP 1
#define CK_TIERED(name) name##_reference
#define LOAD(from, width) ((void)(width), *(from))
#define STORE(to, value, width) ((void)(width), *(to) = (value))

#include "cells.inc"
