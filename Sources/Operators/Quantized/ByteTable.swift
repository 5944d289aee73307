import Kernels
import Tensors

/// A function from 8-bit integers to 8-bit integers, tabulated for all of them.
struct ByteTable: Sendable {
  /// The results by the bits of the argument: −1 at 255.
  let results: [UInt8]
  /// The type of the results.
  let type: DataType

  /// Tabulates quantize(function(dequantize(x))).
  init(_ type: DataType, from source: TensorScale, to target: TensorScale, _ function: (Float) -> Float) {
    self.type = type
    results = (0...255).map { bits in
      let value = type == .int8 ? Int32(Int8(truncatingIfNeeded: bits)) : Int32(bits)
      let result = function(source.scale * Float(value - source.zeroPoint)) / target.scale
      return type == .int8
        ? UInt8(bitPattern: Int8(rounding: result, zeroPoint: target.zeroPoint))
        : UInt8(rounding: result, zeroPoint: target.zeroPoint)
    }
  }

  /// The function whose 256 results, of an 8-bit type, are the elements of `table`.
  init(_ table: Tensor) {
    let bits = table.bits(as: UInt8.self)
    results = bits.indices.map { bits[$0] }
    type = table.type
  }

  /// Tabulates a function whose scales are all constant: those of inputs 1 to 4 as QLinearSigmoid has them.
  init?(constants: [Tensor?], _ function: (Float) -> Float) {
    guard constants.count > 4, let type = constants[2]?.type, type == .int8 || type == .uint8,
      let source = TensorScale(constants[1], constants[2], type),
      let target = TensorScale(constants[3], constants[4], type)
    else { return nil }
    self.init(type, from: source, to: target, function)
  }

  /// Tabulates a function as inputs 1 to 4 say.
  init(_ inputs: OperatorInputs, _ function: (Float) -> Float) throws(OperatorError) {
    let type = try inputs.bytes(0).type
    let source = try inputs.tensorScale(1, zeroPoint: 2, of: type)
    self.init(type, from: source, to: try inputs.tensorScale(3, zeroPoint: 4, of: type), function)
  }

  /// The function of every element of a tensor of 8-bit integers.
  func apply(to tensor: Tensor, compute: Compute) -> Tensor {
    let elements = tensor.bits(as: UInt8.self)
    return Tensor(tensor.shape, of: UInt8.self) { output in
      compute.map(elements, through: results.span, into: &output)
    }.reinterpreted(as: type)
  }
}

extension TensorScale {
  /// The parameters in two constant tensors of one element each.
  fileprivate init?(_ scale: Tensor?, _ zeroPoint: Tensor?, _ type: DataType) {
    guard let scale = scale?.widened, scale.type == .float32, scale.count == 1,
      let zeroPoint = zeroPoint?.zeroPoints(of: type), zeroPoint.count == 1
    else { return nil }
    self.init(scale.array(of: Float.self)[0], zeroPoint: zeroPoint[0])
  }
}
