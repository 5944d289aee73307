#pragma once

/// Makes the C library keep freed blocks for later instead of handing large ones back to the system, which clears every
/// page before it gives it out again. Does nothing where the C library has no such setting.
void ck_keep_freed_memory(void);
