public import Kernels
import Quantization
public import Tensors

/// Decides what becomes of the tensors of a file without a graph. It reads elements, but changes nothing.
public struct TensorPlanner: Sendable {
  /// The type to convert to: float16, bfloat16 or int8.
  public let target: DataType

  /// Which weights become int8.
  public var rule = WeightRule.standard

  /// Tensors, or the modules they belong to, that stay as they are.
  public var excluded: Set<String> = []

  private let names: Set<String>
  private let compute: Compute

  /// - Parameter names: the names of all tensors of the file.
  public init(target: DataType, names: Set<String>, compute: Compute) {
    precondition(target.isHalf || target == .int8, "conversion of tensors to \(target)")
    self.target = target
    self.names = names
    self.compute = compute
  }

  /// What becomes of the tensor `name`.
  public func decide(_ name: String, _ tensor: Tensor) -> TensorDecision {
    if isExcluded(name) { return .keep(.excluded) }
    return target == .int8 ? quantization(name, tensor) : narrowing(tensor)
  }

  /// The name of the scales that belong to an int8 weight.
  public static func scaleName(of weight: String) -> String { weight + "_scale" }

  private func isExcluded(_ name: String) -> Bool {
    guard !excluded.isEmpty else { return false }
    return excluded.contains(name) || name.moduleName.map(excluded.contains) ?? false
  }

  // MARK: Half precision

  private func narrowing(_ tensor: Tensor) -> TensorDecision {
    guard tensor.type != target else { return .keep(.wantedType) }
    guard let real = RealTensor(tensor) else { return .keep(.type) }
    // No float16 number is too large for bfloat16.
    guard tensor.type != .float16 else { return .narrow(to: target) }
    let magnitude = real.summarize(compute).absoluteMaximum
    return magnitude >= target.leastOverflow ? .keep(.overflow(magnitude: magnitude)) : .narrow(to: target)
  }

  // MARK: INT8

  private func quantization(_ name: String, _ tensor: Tensor) -> TensorDecision {
    if let reason = rule.reasonToKeep(name, type: tensor.type, shape: tensor.shape) { return .keep(reason) }
    if names.contains(Self.scaleName(of: name)) { return .keep(.scaleNameTaken) }
    guard let real = RealTensor(tensor), let magnitudes = real.rowMagnitudes(compute) else { return .keep(.notFinite) }
    let parameters = QuantizationParameters(
      ranges: magnitudes.map { -$0...$0 }, scheme: .compressedTensorsWeights(axis: 0))
    return .quantize(scales: round(parameters.scales, to: tensor.type))
  }

  /// Scales as the file can store them: the nearest numbers of `type`. Where that is 0, which nothing can be divided by,
  /// it is the least number above. Scales of weights are never too small for bfloat16.
  private func round(_ scales: [Float], to type: DataType) -> [Float] {
    guard let stored = RealTensor(TensorConverter(compute: compute).scaleTensor(scales, type: type)) else {
      preconditionFailure("scales of \(type)")
    }
    return stored.floats(compute).map { $0 == 0 ? 0x1p-24 : $0 }
  }
}

extension DataType {
  /// The least magnitude that rounds to infinity in this 16-bit type: the middle between the largest finite number and
  /// the power of two after it, where ties go away from the odd largest number.
  fileprivate var leastOverflow: Float { self == .float16 ? 65520 : Float(bitPattern: 0x7F7F_8000) }
}

extension RealTensor {
  /// Counts and extremes of all elements.
  func summarize(_ compute: Compute) -> NumericSummary {
    MatrixPart.parts(of: shape).reduce(into: NumericSummary()) { summary, part in
      summary.merge(compute.summarize(bytes: bytes(of: part, compute).span))
    }
  }

  /// The largest magnitude of each row of a matrix; nil where there is a NaN or an infinity.
  func rowMagnitudes(_ compute: Compute) -> [Float]? {
    var magnitudes = [Float](repeating: 0, count: shape[0])
    for part in MatrixPart.parts(of: shape) {
      let floats = bytes(of: part, compute)
      let rowBytes = part.columns.count * MemoryLayout<Float>.size
      for (index, row) in part.rows.enumerated() {
        let summary = compute.summarize(bytes: floats.slice(index * rowBytes..<(index + 1) * rowBytes).span)
        guard summary.finiteCount == summary.count else { return nil }
        magnitudes[row] = max(magnitudes[row], summary.absoluteMaximum)
      }
    }
    return magnitudes
  }
}

extension String {
  /// The module that a parameter of this name belongs to: all but what follows the last dot; nil without a dot.
  public var moduleName: String? { lastIndex(of: ".").map { String(self[..<$0]) } }
}
