public import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ProcessMemory {
  /// The bytes of memory that the machine has; the largest number where it does not say.
  public static let physicalBytes: Int = {
    let (bytes, overflow) = sysconf(Int32(_SC_PHYS_PAGES)).multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE)))
    return overflow || bytes <= 0 ? .max : bytes
  }()
}

extension Shape {
  /// Makes the shape of a result that has yet to be allocated, which itself cannot fail; nil where these are no
  /// dimensions of a tensor or its elements, of four bytes each, are more than the machine has memory for.
  public init?(fittingMemory dimensions: [Int]) {
    guard let shape = Shape(validating: dimensions), shape.count <= ProcessMemory.physicalBytes / 4 else { return nil }
    self = shape
  }
}
