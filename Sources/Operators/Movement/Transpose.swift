import Kernels
import Tensors

/// Transpose (ONNX 1, 13, 21, …): the axes in another order, reversed unless "perm" gives one.
struct Transpose: Operator {
  static let schema = OperatorSchema("Transpose", inputs: 1...1, acceptsHalf: true)

  private let permutation: [Int]?

  init(_ node: NodeReader) throws(OperatorError) {
    permutation = try node.ints("perm")
    if let permutation, permutation.sorted() != Array(permutation.indices) {
      throw .attribute("perm", "is \(permutation), which is no permutation")
    }
  }

  var quantization: QuantizationRule { .sharedParameters(inputs: [0]) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = inputs[0]
    let axes = permutation ?? Array((0..<input.shape.rank).reversed())
    guard axes.count == input.shape.rank else {
      throw .attribute("perm", "has \(axes.count) axes, but input 0 has shape \(input.shape)")
    }
    return [try input.transposed(axes, inputs.compute)]
  }
}

extension Tensor {
  /// This tensor with axis `axes[i]` as its axis i. `axes` is a permutation.
  func transposed(_ axes: [Int], _ compute: Compute) throws(OperatorError) -> Tensor {
    let result = Shape(axes.map { shape[$0] })
    // Where only axes of size 1 change places, the elements stay.
    let moving = axes.filter { shape[$0] != 1 }
    guard moving != moving.sorted() else { return reshaped(result) }
    let strides = shape.strides
    return try StridedCopy(self, shape: result, strides: axes.map { strides[$0] }, compute: compute).result()
  }
}
