public import Kernels
public import Tensors

/// A tensor of a file, with the scales that belong to it where it is an int8 weight.
public struct StoredTensor: Sendable {
  public let tensor: Tensor
  public let scales: Tensor?

  public init(_ tensor: Tensor, scales: Tensor? = nil) {
    self.tensor = tensor
    self.scales = scales
  }

  /// The tensor as real numbers; nil where it is not of a type that stands for float32 numbers.
  ///
  /// - Throws: `VerificationError` where the scales do not fit.
  public func real(_ compute: Compute) throws(VerificationError) -> RealTensor? {
    guard let scales else { return RealTensor(tensor) }
    return try RealTensor(tensor, scales: scales, compute: compute)
  }
}

/// Compares two files' tensors of one name, a part at a time.
public struct TensorComparison: Sendable {
  private let compute: Compute

  public init(compute: Compute) { self.compute = compute }

  /// How far the numbers of `candidate` lie from those of `reference`, int8 weights being multiplied by their scales.
  ///
  /// - Throws: `VerificationError` for tensors of different shapes, and of types that cannot be compared.
  public func compare(
    _ name: String, reference: StoredTensor, candidate: StoredTensor
  ) throws(VerificationError) -> OutputComparison {
    guard reference.tensor.shape == candidate.tensor.shape else {
      throw VerificationError("has shape \(candidate.tensor.shape), the reference's \(reference.tensor.shape)")
    }
    var comparison = OutputComparison(name: name)
    if let first = try reference.real(compute), let second = try candidate.real(compute) {
      for part in MatrixPart.parts(of: first.shape) {
        comparison.add(
          compute.compare(bytes: first.bytes(of: part, compute).span, second.bytes(of: part, compute).span))
      }
    } else {
      try compareElements(reference.tensor, candidate.tensor, &comparison)
    }
    return comparison
  }

  /// Compares numbers of types other than float32 and its relatives. An integer is no approximation of a real number
  /// unless it has a scale, so both have to be of the same kind.
  private func compareElements(
    _ reference: Tensor, _ candidate: Tensor, _ comparison: inout OutputComparison
  ) throws(VerificationError) {
    let areReal = reference.type.isFloatingPoint && candidate.type.isFloatingPoint
    guard areReal || reference.type == candidate.type else {
      throw VerificationError("is \(candidate.type), the reference's \(reference.type)")
    }
    guard areReal || reference.type.isInteger || reference.type == .bool else {
      guard reference.bytes.isEqual(to: candidate.bytes) else {
        throw VerificationError("differs; numbers of \(reference.type) are not compared")
      }
      return
    }
    for part in MatrixPart.parts(of: reference.shape) {
      comparison.add(reference: reference.slice(part), candidate: candidate.slice(part))
    }
  }
}
