import Kernels
import Tensors

/// round(x / scale) + zero point, saturated: what QuantizeLinear computes in either domain.
struct LinearQuantization: Sendable {
  private let axis: Int
  private let blockSize: Int
  /// The type of the result where no zero point tells it.
  private let defaultType: DataType
  private var parameters: Derived<LinearParameters>

  init(_ node: NodeReader) throws(OperatorError) {
    axis = try node.int("axis", default: 1)
    blockSize = try node.quantizationBlockSize()
    let stated = try node.dataType("output_dtype")
    defaultType = stated ?? .uint8
    parameters = Derived(node, from: 1...2)
    let precision = try node.int("precision", default: 0)
    guard precision == 0 || precision == Int(DataType.float32.rawValue) else {
      throw .unsupported("attribute \"precision\" is \(precision): division is in float32 only")
    }
    try Self.check(defaultType)
  }

  func type(_ inputs: [DataType?]) -> DataType? { inputs.count > 2 && inputs[2] != nil ? inputs[2] : defaultType }

  /// This with the parameters read, where they are constant.
  func prepared(with constants: [Tensor?]) -> LinearQuantization {
    var prepared = self
    prepared.parameters = parameters.prepared(with: constants, of: defaultType)
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let data = try numbers(inputs[0])
    let type = inputs.optional(2)?.type ?? defaultType
    try Self.check(type)
    let layout = try ScaleLayout(data: data.shape, scale: inputs[1].shape, axis: axis, blockSize: blockSize)
    let parameters =
      if let prepared = self.parameters.value { prepared } else {
        try LinearParameters(inputs, inputs[1].shape, of: type)
      }
    switch type {
    case .uint8: return quantize(data, layout, parameters, to: UInt8.self, inputs.compute)
    case .int8: return quantize(data, layout, parameters, to: Int8.self, inputs.compute)
    case .uint16: return quantize(data, layout, parameters, to: UInt16.self, inputs.compute)
    case .int16: return quantize(data, layout, parameters, to: Int16.self, inputs.compute)
    case .int4:
      return quantize(data, layout, parameters, to: Int8.self, range: -8...7, inputs.compute).packed(as: .int4)
    default:
      return quantize(data, layout, parameters, to: UInt8.self, range: 0...15, inputs.compute).packed(as: .uint4)
    }
  }

  private static func check(_ type: DataType) throws(OperatorError) {
    switch type {
    case .uint8, .int8, .uint16, .int16, .int4, .uint4: break
    default: throw .unsupported("quantization to \(type) is not supported")
    }
  }

  /// Input 0 in float32.
  private func numbers(_ tensor: Tensor) throws(OperatorError) -> Tensor {
    let data = tensor.widened
    switch data.type {
    case .float32: return data
    case .int32: return Tensor(data.shape, data.array(of: Int32.self).map { Float($0) })
    default: throw .input(0, "has type \(tensor.type), expected a floating-point type or int32")
    }
  }

  private func quantize<Quantized: QuantizedElement>(
    _ data: Tensor, _ layout: ScaleLayout, _ parameters: LinearParameters, to: Quantized.Type,
    range: ClosedRange<Quantized> = Quantized.min...Quantized.max, _ compute: Compute
  ) -> Tensor {
    let elements = data.span(of: Float.self)
    let isWhole = range == Quantized.min...Quantized.max
    return Tensor(data.shape, of: Quantized.self) { output in
      if isWhole, let kernelScale = parameters.kernelScale(layout) {
        return compute.quantize(elements, kernelScale, into: &output)
      }
      let (scales, zeroPoints) = (parameters.scales, parameters.zeroPoints)
      var index = 0
      for outer in 0..<layout.outer {
        for position in 0..<layout.length {
          var (scale, stride) = layout.scales(outer: outer, at: position)
          for _ in 0..<layout.inner {
            let value = Quantized(rounding: elements[index] / scales[scale], zeroPoint: zeroPoints[scale])
            output[index] = min(max(value, range.lowerBound), range.upperBound)
            index += 1
            scale += stride
          }
        }
      }
    }
  }
}

extension NodeReader {
  /// The attribute `block_size`, 0 where quantization is not in blocks.
  func quantizationBlockSize() throws(OperatorError) -> Int {
    let size = try int("block_size", default: 0)
    guard size >= 0 else { throw .attribute("block_size", "is \(size), expected 0 or more") }
    return size
  }
}

extension Tensor {
  /// A tensor of 8-bit integers, packed two to a byte, the first one in the low half.
  fileprivate func packed(as type: DataType) -> Tensor {
    let elements = bits(as: UInt8.self)
    var bytes = [UInt8](repeating: 0, count: (elements.count + 1) / 2)
    for index in elements.indices { bytes[index / 2] |= (elements[index] & 15) << (index % 2 * 4) }
    guard let tensor = Tensor(shape, type: type, bytes: Bytes(copying: bytes)) else {
      preconditionFailure("\(bytes.count) bytes for \(shape) of \(type)")
    }
    return tensor
  }
}
