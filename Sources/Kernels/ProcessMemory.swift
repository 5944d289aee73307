internal import CKernels

/// How the process deals with memory.
public enum ProcessMemory {
  /// Lets the process keep the memory of one run's activations for the next. A setting of the whole process: for
  /// programs, not for libraries.
  public static func keepFreedBlocks() { ck_keep_freed_memory() }
}
