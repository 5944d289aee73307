import Kernels
import Tensors

/// (x − zero point) · scale: what DequantizeLinear computes in either domain.
struct LinearDequantization: Sendable {
  private let axis: Int
  private let blockSize: Int
  private let outputType: DataType?
  private var parameters: Derived<LinearParameters>

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: 1)
    blockSize = try node.quantizationBlockSize()
    parameters = Derived(node, from: 1...2)
    let stated = try node.int("output_dtype", default: 0)
    outputType = stated == 0 ? nil : try node.dataType("output_dtype")
    if let outputType, outputType != .float32, !outputType.isHalf {
      throw .attribute("output_dtype", "is \(outputType), expected a floating-point type")
    }
  }

  /// The type that the result has in the graph. `run` itself computes in float32.
  func type(_ inputs: [DataType?]) -> DataType? { outputType ?? (inputs.count > 1 ? inputs[1] : nil) }

  /// This with the parameters read, where they are constant.
  func prepared(with constants: [Tensor?]) -> LinearDequantization {
    var prepared = self
    prepared.parameters = parameters.prepared(with: constants, of: .uint8)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let data = inputs[0].aligned()
    try Self.check(data.type)
    let layout = try ScaleLayout(data: data.shape, scale: inputs[1].shape, axis: axis, blockSize: blockSize)
    let parameters = try parameters(inputs, of: data.type)
    switch data.type {
    case .uint8: return dequantize(data, layout, parameters, from: UInt8.self, inputs.compute)
    case .int8: return dequantize(data, layout, parameters, from: Int8.self, inputs.compute)
    case .uint16: return dequantize(data, layout, parameters, from: UInt16.self, inputs.compute)
    case .int16: return dequantize(data, layout, parameters, from: Int16.self, inputs.compute)
    case .int32: return dequantize(data, layout, parameters, from: Int32.self, inputs.compute)
    default:
      return dequantize(
        Tensor(data.shape, data.int32Elements ?? []), layout, parameters, from: Int32.self, inputs.compute)
    }
  }

  private func parameters(_ inputs: OperatorInputs, of type: DataType) throws(OperatorError) -> LinearParameters {
    if let prepared = parameters.value, (inputs.optional(2)?.type ?? type) == type { return prepared }
    return try LinearParameters(inputs, inputs[1].shape, of: type)
  }

  private static func check(_ type: DataType) throws(OperatorError) {
    switch type {
    case .uint8, .int8, .uint16, .int16, .int32, .int4, .uint4: break
    default: throw .unsupported("dequantization of \(type) is not supported")
    }
  }

  private func dequantize<Quantized: TensorElement & FixedWidthInteger>(
    _ data: Tensor, _ layout: ScaleLayout, _ parameters: LinearParameters, from: Quantized.Type, _ compute: Compute
  ) -> Tensor {
    let elements = data.span(of: Quantized.self)
    return Tensor(data.shape, of: Float.self) { output in
      if let kernelScale = parameters.kernelScale(layout) {
        return compute.dequantize(elements, kernelScale, into: &output)
      }
      let (scales, zeroPoints) = (parameters.scales, parameters.zeroPoints)
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
