internal import CKernels

/// What the CPU says about itself, for reports.
public struct CPUDescription: Sendable, Hashable {
  /// The name that the CPU gives itself; "unknown" where it gives none.
  public let model: String

  /// The instruction set extensions that kernels could use, as compilers spell them: `["avx2", "fma", …]`.
  public let features: [String]

  /// Describes the CPU that this runs on.
  public init() {
    let name = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      unsafe ck_cpu_model(buffer.baseAddress, buffer.count)
      return unsafe String(cString: buffer.baseAddress!)
    }
    model = name.isEmpty ? "unknown" : name
    features = (0..<ck_cpu_feature_count()).filter(ck_cpu_has_feature).map { index in
      unsafe String(cString: ck_cpu_feature_name(index))
    }
  }
}
