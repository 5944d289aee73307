import Kernels
import Tensors

/// The scales and zero points of a quantized pooling at inputs 1 to 4: those of its data, then those of its result, all
/// for values of one type.
struct PoolingScales: Sendable {
  private let type: DataType
  let source, target: TensorScale

  fileprivate init(_ inputs: some NodeInputs, of type: DataType) throws(OperatorError) {
    self.type = type
    source = try inputs.tensorScale(1, zeroPoint: 2, of: type)
    target = try inputs.tensorScale(3, zeroPoint: 4, of: type)
  }

  fileprivate func serves(_ type: DataType) -> Bool { self.type == type }
}

extension Derived where Value == PoolingScales {
  init(_ node: NodeReader) { self.init(node, from: 1...4) }

  /// This with the scales read, where they are constant; their type is that of the zero points.
  func prepared(with constants: [Tensor?]) -> Derived {
    prepared(with: constants) { inputs throws(OperatorError) in
      guard let zeroPoint = inputs.optional(2) else { return nil }
      return try PoolingScales(inputs, of: zeroPoint.type)
    }
  }

  /// The scales of a run on data of a type.
  func scales(_ inputs: OperatorInputs, of type: DataType) throws(OperatorError) -> PoolingScales {
    if let value, value.serves(type) { return value }
    return try PoolingScales(inputs, of: type)
  }
}
