#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ProcessMemory {
  /// The bytes of memory that the machine has; the largest number where it does not say.
  public static var physicalBytes: Int {
    let (bytes, overflow) = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE)))
    return overflow || bytes <= 0 ? .max : bytes
  }
}
