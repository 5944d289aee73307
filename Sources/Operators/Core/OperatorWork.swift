public import Kernels

/// How much one run of an operator had to compute, and with which kernel: what a profile is made of.
public struct OperatorWork: Sendable, Hashable {
  /// What kind of numbers are multiplied, and so which peak of the machine applies.
  public enum Arithmetic: String, Sendable, Hashable, CaseIterable {
    case float
    case integer
  }

  /// The multiply-adds of the definition: padding counts, what an algorithm saves does not. 0 where the operator takes
  /// no products.
  public let multiplyAdds: Int
  public let arithmetic: Arithmetic
  /// What computes it, such as "convolution u8s8 avx2, pointwise".
  public let kernel: String

  /// - Parameters:
  ///   - kernel: the family of kernels and the types of its operands.
  ///   - tier: the instructions it uses; nil where it is computed without kernels.
  ///   - variant: which member of the family it is.
  public init(
    multiplyAdds: Int = 0, _ arithmetic: Arithmetic, kernel: String, tier: KernelTier?, variant: String? = nil
  ) {
    self.multiplyAdds = multiplyAdds
    self.arithmetic = arithmetic
    self.kernel = kernel + (tier.map { " \($0.rawValue)" } ?? "") + (variant.map { ", \($0)" } ?? "")
  }
  /// What several computations come to that a node does one after the other.
  init?(_ parts: [OperatorWork]) {
    guard let first = parts.first else { return nil }
    var kernels: [String] = []
    for part in parts where !kernels.contains(part.kernel) { kernels.append(part.kernel) }
    self.init(
      multiplyAdds: parts.reduce(0) { $0 + $1.multiplyAdds }, first.arithmetic,
      kernel: kernels.joined(separator: " + "), tier: nil)
  }
}
