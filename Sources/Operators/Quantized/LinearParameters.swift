import Kernels
import Tensors

/// The scales and zero points of QuantizeLinear and DequantizeLinear, as many of the one as of the other.
///
/// A class, so that a run of a node does not copy them.
final class LinearParameters: Sendable {
  let scales: [Float]
  let zeroPoints: [Int32]
  /// The parameters as the kernels take them, where one pair holds for the whole tensor.
  private let whole: LinearScale?

  /// Reads inputs 1 and 2; zero points, where there are any, must be of `type`.
  init(_ inputs: some NodeInputs, _ scaleShape: Shape, of type: DataType) throws(OperatorError) {
    if let zero = inputs.optional(2), zero.shape != scaleShape, zero.count != 1 || scaleShape.count != 1 {
      throw .input(2, "has shape \(zero.shape) but input 1 has shape \(scaleShape)")
    }
    scales = try inputs.scales(1)
    let zeros = try inputs.zeroPoints(2, of: type)
    zeroPoints = zeros.count == scales.count ? zeros : [Int32](repeating: zeros[0], count: scales.count)
    whole = scales.count == 1 ? LinearScale(scales[0], zeroPoint: zeroPoints[0]) : nil
  }

  /// The parameters as the kernels take them; nil where they are in blocks.
  func kernelScale(_ layout: ScaleLayout) -> LinearScale? {
    layout.isWhole ? whole : layout.kernelScale(scales, zeroPoints)
  }
}

extension Derived where Value == LinearParameters {
  /// Constant parameters of values of `type`, or of the type that their zero points have.
  func prepared(with constants: [Tensor?], of type: DataType) -> Derived {
    prepared(with: constants) { inputs throws(OperatorError) in
      guard let scale = inputs.optional(1) else { return nil }
      return try LinearParameters(inputs, scale.shape, of: inputs.optional(2)?.type ?? type)
    }
  }
}
