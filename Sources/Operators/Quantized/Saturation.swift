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

extension OperatorInputs {
  /// The one scale at `index`, in float32.
  func scale(_ index: Int) throws(OperatorError) -> Float {
    let scales = try scales(index)
    guard scales.count == 1 else {
      throw .input(index, "has shape \(self[index].shape), expected one scale")
    }
    return scales[0]
  }

  /// The scales at `index`, in float32.
  func scales(_ index: Int) throws(OperatorError) -> [Float] {
    let tensor = self[index].widened
    guard tensor.type == .float32 else {
      throw .input(index, "has type \(tensor.type), expected a floating-point scale")
    }
    return tensor.array(of: Float.self)
  }

  /// The zero points at `index`, which must be of the given type; 0 where the input is left out.
  func zeroPoints(_ index: Int, of type: DataType) throws(OperatorError) -> [Int32] {
    guard let tensor = optional(index) else { return [0] }
    guard tensor.type == type, let values = tensor.int32Elements else {
      throw .input(index, "has type \(tensor.type), expected \(type) as the values it belongs to")
    }
    return values
  }

  /// The one zero point at `index`; 0 where the input is left out.
  func zeroPoint(_ index: Int, of type: DataType) throws(OperatorError) -> Int32 {
    let values = try zeroPoints(index, of: type)
    guard values.count == 1 else { throw .input(index, "has shape \(self[index].shape), expected one zero point") }
    return values[0]
  }

  /// Input `index`, which must hold 8-bit integers.
  func bytes(_ index: Int) throws(OperatorError) -> Tensor {
    let tensor = self[index]
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
