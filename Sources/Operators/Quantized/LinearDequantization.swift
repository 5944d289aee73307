import Kernels
import Tensors

/// (x − zero point) · scale: what DequantizeLinear computes in either domain.
struct LinearDequantization: Sendable {
  private let axis: Int
  private let blockSize: Int
  private let outputType: DataType?

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: 1)
    blockSize = try node.quantizationBlockSize()
    let stated = try node.int("output_dtype", default: 0)
    outputType = stated == 0 ? nil : try node.dataType("output_dtype")
    if let outputType, outputType != .float32, !outputType.isHalf {
      throw .attribute("output_dtype", "is \(outputType), expected a floating-point type")
    }
  }

  /// The type that the result has in the graph. `run` itself computes in float32.
  func type(_ inputs: [DataType?]) -> DataType? { outputType ?? (inputs.count > 1 ? inputs[1] : nil) }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let data = inputs[0].aligned()
    try Self.check(data.type)
    let layout = try ScaleLayout(data: data.shape, scale: inputs[1].shape, axis: axis, blockSize: blockSize)
    if let zero = inputs.optional(2), zero.shape != inputs[1].shape, zero.count != 1 || inputs[1].count != 1 {
      throw .input(2, "has shape \(zero.shape) but input 1 has shape \(inputs[1].shape)")
    }
    let scales = try inputs.scales(1)
    let zeros = try inputs.zeroPoints(2, of: data.type)
    let zeroPoints = zeros.count == scales.count ? zeros : [Int32](repeating: zeros[0], count: scales.count)
    switch data.type {
    case .uint8: return dequantize(data, layout, scales, zeroPoints, from: UInt8.self, inputs.compute)
    case .int8: return dequantize(data, layout, scales, zeroPoints, from: Int8.self, inputs.compute)
    case .uint16: return dequantize(data, layout, scales, zeroPoints, from: UInt16.self, inputs.compute)
    case .int16: return dequantize(data, layout, scales, zeroPoints, from: Int16.self, inputs.compute)
    case .int32: return dequantize(data, layout, scales, zeroPoints, from: Int32.self, inputs.compute)
    default:
      return dequantize(
        Tensor(data.shape, data.int32Elements ?? []), layout, scales, zeroPoints, from: Int32.self, inputs.compute)
    }
  }

  private static func check(_ type: DataType) throws(OperatorError) {
    switch type {
    case .uint8, .int8, .uint16, .int16, .int32, .int4, .uint4: break
    default: throw .unsupported("dequantization of \(type) is not supported")
    }
  }

  private func dequantize<Quantized: TensorElement & FixedWidthInteger>(
    _ data: Tensor, _ layout: ScaleLayout, _ scales: [Float], _ zeroPoints: [Int32], from: Quantized.Type,
    _ compute: Compute
  ) -> Tensor {
    let elements = data.span(of: Quantized.self)
    return Tensor(data.shape, of: Float.self) { output in
      if let kernelScale = layout.kernelScale(scales, zeroPoints) {
        return compute.dequantize(elements, kernelScale, into: &output)
      }
      var index = 0
      for outer in 0..<layout.outer {
        for position in 0..<layout.length {
          var (scale, stride) = layout.scales(outer: outer, at: position)
          for _ in 0..<layout.inner {
            output[index] = Float(Int32(elements[index]) &- zeroPoints[scale]) * scales[scale]
            index += 1
            scale += stride
          }
        }
      }
    }
  }
}
