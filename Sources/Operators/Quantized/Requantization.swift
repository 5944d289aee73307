import Kernels
import Tensors

/// Turns sums of integer products into quantized values of another scale, as ONNX Runtime's CPU kernels do: one
/// multiplication in float32, rounding half to even, then the zero point.
///
/// A class, so that a run of a node copies one reference.
final class Requantization: Sendable {
  /// One factor for all sums, or one per column.
  private let factors: [Float]
  private let zeroPoint: Int32
  /// uint8 or int8.
  private let type: DataType
  /// What becomes of the values in the end.
  private let table: ByteTable?
  /// The same as what the packed kernels do to their sums, to which a bias per column is added first.
  let epilogue: IntegerEpilogue

  init(factors: [Float], bias: [Int32]? = nil, zeroPoint: Int32, type: DataType, table: ByteTable? = nil) {
    self.factors = factors
    self.zeroPoint = zeroPoint
    self.type = type
    self.table = table
    let values: IntegerEpilogue =
      type == .uint8
      ? .unsigned(.requantize(multipliers: factors, bias: bias, zeroPoint: zeroPoint))
      : .signed(.requantize(multipliers: factors, bias: bias, zeroPoint: zeroPoint))
    epilogue = table.map(values.looked(upIn:)) ?? values
  }

  private init(_ other: Requantization, epilogue: IntegerEpilogue) {
    factors = other.factors
    zeroPoint = other.zeroPoint
    type = other.type
    table = other.table
    self.epilogue = epilogue
  }

  /// This with its epilogue worked out further by `prepare`.
  func prepared(
    _ prepare: (IntegerEpilogue) throws(OperatorError) -> IntegerEpilogue
  ) throws(OperatorError) -> Requantization {
    Requantization(self, epilogue: try prepare(epilogue))
  }

  /// The values for `sums`, which have their bias and whose last axis are the columns.
  func apply(to sums: Tensor, compute: Compute) -> Tensor {
    let values = type == .uint8 ? apply(to: sums, UInt8.self) : apply(to: sums, Int8.self)
    return table?.apply(to: values, compute: compute) ?? values
  }

  private func apply<Quantized: QuantizedByte>(to sums: Tensor, _: Quantized.Type) -> Tensor {
    let elements = sums.span(of: Int32.self)
    return Tensor(sums.shape, of: Quantized.self) { output in
      for index in elements.indices {
        let value = Float(elements[index]) * factors[index % factors.count]
        output[index] = Quantized(rounding: value, zeroPoint: zeroPoint)
      }
    }
  }
}

extension NodeInputs {
  /// scale of the left operand · scale of the right one / scale of the output: one, or one per column.
  func factors(left: Float, right: Int, output: Int, columns: Int) throws(OperatorError) -> [Float] {
    let scales = try scales(right, columns: columns)
    let scale = try scale(output)
    return scales.map { left * $0 / scale }
  }
}
