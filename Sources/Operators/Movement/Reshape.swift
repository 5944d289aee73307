import Tensors

/// Reshape (ONNX 1, 5, 13, 14, …): the same elements under another shape.
struct Reshape: Operator {
  static let schema = OperatorSchema("Reshape", inputs: 1...2, acceptsHalf: true)

  /// The shape given as an attribute before version 5.
  private let attributeShape: [Int]?
  /// Whether 0 means a dimension of 0 rather than "copy from the input" (version 14).
  private let allowZero: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    attributeShape = node.version < 5 ? try node.ints("shape") : nil
    allowZero = try node.flag("allowzero", default: false)
    if attributeShape == nil, !node.hasInput(1) { throw .input(1, "is missing: the new shape") }
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let requested = if let attributeShape { attributeShape } else { try inputs.integers(1) }
    return [inputs[0].reshaped(try resolve(requested, for: inputs[0].shape))]
  }

  /// Replaces 0 by the input's dimension and −1 by what is left over.
  func resolve(_ requested: [Int], for shape: Shape) throws(OperatorError) -> Shape {
    var dimensions = requested
    if !allowZero {
      for axis in dimensions.indices where dimensions[axis] == 0 {
        guard axis < shape.rank else { throw .input(1, "copies dimension \(axis) of an input of shape \(shape)") }
        dimensions[axis] = shape[axis]
      }
    }
    if let inferred = dimensions.firstIndex(of: -1) {
      dimensions[inferred] = 1
      guard let rest = Shape(validating: dimensions), rest.count > 0, shape.count % rest.count == 0 else {
        throw .input(1, "asks for shape \(requested), which does not divide the \(shape.count) elements of \(shape)")
      }
      dimensions[inferred] = shape.count / rest.count
    }
    guard let result = Shape(validating: dimensions), result.count == shape.count else {
      throw .input(1, "asks for shape \(requested), which does not hold the \(shape.count) elements of \(shape)")
    }
    return result
  }
}
