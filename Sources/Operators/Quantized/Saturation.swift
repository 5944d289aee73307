import Kernels
import Tensors

extension FixedWidthInteger {
  /// The integer nearest to `value`, ties to even, plus the zero point, saturated. NaN gives the lowest value, as it
  /// does in ONNX Runtime.
  init(rounding value: Float, zeroPoint: Int32) {
    let lowest = Float(Int32(Self.min) - zeroPoint)
    let highest = Float(Int32(Self.max) - zeroPoint)
    let limited = value > lowest ? (value < highest ? value : highest) : lowest
    self = Self(truncatingIfNeeded: Int32(limited.rounded(.toNearestOrEven)) + zeroPoint)
  }
}

extension NodeInputs {
  /// An input that the schema requires, so that it is always there.
  private func required(_ index: Int) -> Tensor {
    guard let tensor = optional(index) else { preconditionFailure("input \(index) is required by the schema") }
    return tensor
  }

  /// The one scale at `index`, in float32.
  func scale(_ index: Int) throws(OperatorError) -> Float {
    let tensor = try scaleTensor(index)
    guard tensor.count == 1 else { throw .input(index, "has shape \(tensor.shape), expected one scale") }
    return tensor.span(of: Float.self)[0]
  }

  /// The scales at `index`, in float32.
  func scales(_ index: Int) throws(OperatorError) -> [Float] { try scaleTensor(index).array(of: Float.self) }

  /// The scales at `index`, in float32, of which there must be one or as many as columns.
  func scales(_ index: Int, columns: Int) throws(OperatorError) -> [Float] {
    let scales = try scales(index)
    guard scales.count == 1 || scales.count == columns else {
      throw .input(index, "has shape \(required(index).shape), expected one scale or \(columns)")
    }
    return scales
  }

  private func scaleTensor(_ index: Int) throws(OperatorError) -> Tensor {
    let tensor = required(index).widened
    guard tensor.type == .float32 else {
      throw .input(index, "has type \(tensor.type), expected a floating-point scale")
    }
    return tensor
  }

  /// The zero points at `index`, which must be of the given type; 0 where the input is left out.
  func zeroPoints(_ index: Int, of type: DataType) throws(OperatorError) -> [Int32] {
    guard let tensor = optional(index) else { return [0] }
    guard let values = tensor.zeroPoints(of: type) else {
      throw .input(index, "has type \(tensor.type), expected \(type) as the values it belongs to")
    }
    return values
  }

  /// The one zero point at `index`; 0 where the input is left out.
  func zeroPoint(_ index: Int, of type: DataType) throws(OperatorError) -> Int32 {
    guard let tensor = optional(index) else { return 0 }
    if tensor.type == type, tensor.count == 1 {
      if type == .uint8 { return Int32(tensor.span(of: UInt8.self)[0]) }
      if type == .int8 { return Int32(tensor.span(of: Int8.self)[0]) }
    }
    let values = try zeroPoints(index, of: type)
    guard values.count == 1 else { throw .input(index, "has shape \(tensor.shape), expected one zero point") }
    return values[0]
  }

  /// One scale and its zero point for values of `type`.
  func tensorScale(_ index: Int, zeroPoint: Int, of type: DataType) throws(OperatorError) -> TensorScale {
    TensorScale(try scale(index), zeroPoint: try self.zeroPoint(zeroPoint, of: type))
  }

  /// Input `index`, which must hold 8-bit integers.
  func bytes(_ index: Int) throws(OperatorError) -> Tensor {
    let tensor = required(index)
    guard tensor.type == .uint8 || tensor.type == .int8 else {
      throw .input(index, "has type \(tensor.type), expected int8 or uint8")
    }
    return tensor
  }
}

extension Tensor {
  /// The elements of zero points that belong to values of `type`; nil where they are of another type.
  func zeroPoints(of type: DataType) -> [Int32]? { self.type == type ? int32Elements : nil }
}
