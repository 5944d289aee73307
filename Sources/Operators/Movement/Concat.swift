import Kernels
import Tensors

/// Concat (ONNX 4, 11, 13): tensors one behind the other along `axis`.
struct Concat: Operator {
  static let schema = OperatorSchema(
    "Concat", versions: 4...newestOpset, inputs: 1...Int.max, acceptsHalf: true)

  private let axis: Int
  private let inputCount: Int

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.requiredInt("axis")
    inputCount = node.inputCount
  }

  var quantization: QuantizationRule { .elementwise(inputs: Array(0..<inputCount)) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    var parts: [Tensor] = []
    for index in 0..<inputs.count {
      guard inputs.optional(index) != nil else { throw .input(index, "is missing") }
      parts.append(try inputs.tensor(index, ofTypeOf: 0))
    }
    return [try Tensor.concatenating(parts, axis: axis, inputs.compute)]
  }
}

extension Tensor {
  /// Tensors of one type, at least one, one behind the other along `axis`, which may count from the end.
  static func concatenating(_ parts: [Tensor], axis: Int, _ compute: Compute) throws(OperatorError) -> Tensor {
    let first = parts[0]
    let axis = try first.shape.axisAttribute(axis)
    for (index, part) in parts.enumerated() {
      guard part.shape.rank == first.shape.rank,
        part.shape.replacing(axis: axis, with: 0) == first.shape.replacing(axis: axis, with: 0)
      else {
        throw .input(index, "has shape \(part.shape), which does not fit \(first.shape) along axis \(axis)")
      }
    }
    let size = parts.reduce(0) { $0 + $1.shape[axis] }
    let shape = try first.type.outputShape(first.shape.replacing(axis: axis, with: size))
    let aligned = parts.map { $0.aligned() }
    return try Concatenation(parts: aligned, axis: axis, shape: shape, compute: compute).result(of: first.type)
  }
}

private struct Concatenation: BitMovement {
  let parts: [Tensor]
  let axis: Int
  let shape: Shape
  let compute: Compute

  func move<Bits: TensorElement>(as: Bits.Type) -> Tensor {
    Tensor(shape, of: Bits.self) { output in
      let rowLength = shape.count(of: axis..<shape.rank)
      var column = 0
      for part in parts where part.count > 0 {
        let length = part.shape.count(of: axis..<shape.rank)
        compute.place(part.bits(as: Bits.self), columns: length, into: &output, at: column, stride: rowLength)
        column += length
      }
    }
  }
}
