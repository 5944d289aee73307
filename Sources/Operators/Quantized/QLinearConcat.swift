import Kernels
import Tensors

/// QLinearConcat (com.microsoft 1): quantized tensors one after the other along an axis, all brought to one scale.
struct QLinearConcat: Operator {
  static let schema = OperatorSchema(
    "QLinearConcat", domain: "com.microsoft", inputs: 5...Int.max, outputs: [.sameAsInput(1)], float16Since: nil,
    bfloat16Since: nil)

  private let axis: Int

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.requiredInt("axis")
    // Each tensor comes with a scale and perhaps a zero point.
    for index in stride(from: 2, to: node.inputCount, by: 3) {
      for required in index...(index + 1) where !node.hasInput(required) {
        throw .input(required, "is missing: each tensor comes with a scale")
      }
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let type = try inputs.bytes(1).type
    let target = try inputs.tensorScale(0, zeroPoint: 1, of: type)
    var parts: [Tensor] = []
    for index in stride(from: 2, to: inputs.count, by: 3) {
      let part = try QuantizedInput(inputs, at: index)
      guard part.tensor.type == type else {
        throw .input(index, "has type \(part.tensor.type), expected \(type) as the zero point of the output")
      }
      let rescaled =
        part.scale == target
        ? part.tensor
        : ByteTable(type, from: part.scale, to: target) { $0 }.apply(to: part.tensor, compute: inputs.compute)
      parts.append(rescaled)
    }
    return [try concatenated(parts).reinterpreted(as: type)]
  }

  private func concatenated(_ parts: [Tensor]) throws(OperatorError) -> Tensor {
    let first = parts[0].shape
    guard let axis = first.normalized(axis: axis) else {
      throw .attribute("axis", "is \(axis) but input 2 has shape \(first)")
    }
    var dimensions = first.dimensions
    dimensions[axis] = 0
    for (index, part) in parts.enumerated() {
      var other = part.shape.dimensions
      guard other.count == dimensions.count else {
        throw .input(2 + 3 * index, "has shape \(part.shape) but input 2 has shape \(first)")
      }
      dimensions[axis] += other[axis]
      other[axis] = first[axis]
      guard other == first.dimensions else {
        throw .input(2 + 3 * index, "has shape \(part.shape) but input 2 has shape \(first)")
      }
    }
    guard let shape = Shape(validating: dimensions) else { throw .input(2, "leads to too large an output") }
    let outer = shape.count(of: 0..<axis)
    return Tensor(shape, of: UInt8.self) { output in
      var index = 0
      for row in 0..<outer {
        for part in parts {
          let elements = part.bits(as: UInt8.self)
          let count = elements.count / max(outer, 1)
          for source in (row * count)..<((row + 1) * count) {
            output[index] = elements[source]
            index += 1
          }
        }
      }
    }
  }
}
