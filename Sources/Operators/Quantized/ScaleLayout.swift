import Kernels
import Tensors

/// Which scale and zero point belong to which element of a tensor: one pair for all, one per index along an axis, or
/// one per block of neighbours along it (ONNX QuantizeLinear 10, 13, 21).
struct ScaleLayout {
  /// The tensor is seen as [outer, length, inner] around the axis.
  let outer: Int
  let length: Int
  let inner: Int
  /// How many neighbours along the axis share a scale.
  let block: Int
  private let outerStride: Int
  private let axisStride: Int
  private let innerStride: Int

  /// Takes the shapes of inputs 0 and 1.
  init(data: Shape, scale: Shape, axis: Int, blockSize: Int) throws(OperatorError) {
    if blockSize == 0, scale.count == 1, scale.rank <= 1 {
      (outer, length, inner, block) = (1, 1, data.count, 1)
      (outerStride, axisStride, innerStride) = (0, 0, 0)
      return
    }
    guard let axis = data.normalized(axis: axis) else {
      throw .attribute("axis", "is \(axis) but input 0 has shape \(data)")
    }
    outer = data.count(of: 0..<axis)
    length = data[axis]
    inner = data.count(of: (axis + 1)..<data.rank)
    if blockSize == 0 {
      guard scale == [length] else {
        throw .input(1, "has shape \(scale), expected one element or [\(length)] for axis \(axis) of input 0")
      }
      block = 1
      (outerStride, axisStride, innerStride) = (0, 1, 0)
    } else {
      let blocks = length.dividedRoundingUp(by: blockSize)
      var expected = data.dimensions
      expected[axis] = blocks
      guard scale.dimensions == expected else {
        throw .input(1, "has shape \(scale), expected \(expected) for blocks of \(blockSize) along axis \(axis)")
      }
      block = blockSize
      (outerStride, axisStride, innerStride) = (blocks * inner, inner, 1)
    }
  }

  /// The index of the scale of the first inner element at a place; the others follow one `stride` apart.
  func scales(outer: Int, at position: Int) -> (first: Int, stride: Int) {
    (outer * outerStride + position / block * axisStride, innerStride)
  }

  /// Whether one scale holds for the whole tensor.
  var isWhole: Bool { axisStride == 0 && innerStride == 0 }

  /// The scales as the kernels take them; nil where they are in blocks.
  func kernelScale(_ scales: [Float], _ zeroPoints: [Int32]) -> LinearScale? {
    guard innerStride == 0, !scales.isEmpty else { return nil }
    return LinearScale(scales: scales, zeroPoints: zeroPoints, inner: inner)
  }
}
