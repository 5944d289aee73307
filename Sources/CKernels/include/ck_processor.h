/// Which processor a thread runs on.
#pragma once

/// The processor that the calling thread runs on; negative where the system does not tell.
int ck_current_processor(void);

/// Has the calling thread go on on another processor than `processor`, if it may run on one. Where it may run stays as it
/// is.
void ck_leave_processor(int processor);
