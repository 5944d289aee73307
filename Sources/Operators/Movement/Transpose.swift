import Kernels
import Tensors

/// Transpose (ONNX 1, 13, 21, …): the axes in another order, reversed unless "perm" gives one.
struct Transpose: Operator {
  static let schema = OperatorSchema("Transpose", inputs: 1...1, acceptsHalf: true)

  private let permutation: [Int]?
  private let arrangements = LatestResult<Shape, AxisArrangement>()

  init(_ node: NodeReader) throws(OperatorError) {
    permutation = try node.ints("perm")
    if let permutation, permutation.sorted() != Array(permutation.indices) {
      throw .attribute("perm", "is \(permutation), which is no permutation")
    }
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let arrangement = try arrangements.value(for: input.shape) { () throws(OperatorError) in
      let axes = permutation ?? Array((0..<input.shape.rank).reversed())
      guard axes.count == input.shape.rank else {
        throw .attribute("perm", "has \(axes.count) axes, but input 0 has shape \(input.shape)")
      }
      return AxisArrangement(input.shape, axes)
    }
    return [try arrangement.applied(to: input, inputs.compute)]
  }
}

/// The axes of tensors of one shape in another order.
private struct AxisArrangement {
  private let result: Shape
  /// From one element of the result to the next along each axis; nil where only axes of size 1 change places, and so
  /// elements stay.
  private let strides: [Int]?

  /// `axes` is a permutation.
  init(_ shape: Shape, _ axes: [Int]) {
    result = Shape(axes.map { shape[$0] })
    let moving = axes.filter { shape[$0] != 1 }
    strides = moving == moving.sorted() ? nil : axes.map { shape.strides[$0] }
  }

  func applied(to tensor: Tensor, _ compute: Compute) throws(OperatorError) -> Tensor {
    guard let strides else { return tensor.reshaped(result) }
    return try StridedCopy(tensor, shape: result, strides: strides, compute: compute).result()
  }
}

extension Tensor {
  /// This tensor with axis `axes[i]` as its axis i. `axes` is a permutation.
  func transposed(_ axes: [Int], _ compute: Compute) throws(OperatorError) -> Tensor {
    try AxisArrangement(shape, axes).applied(to: self, compute)
  }
}
