#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension KernelTier {
  /// The tier that the environment variable `QUANTIZE_KERNELS` forces, or the best that this CPU has.
  public static func fromEnvironment() throws(KernelTierError) -> KernelTier {
    let forced = unsafe getenv("QUANTIZE_KERNELS").map { unsafe String(cString: $0) }
    return try best(named: forced.flatMap { $0.isEmpty ? nil : $0 })
  }
}
