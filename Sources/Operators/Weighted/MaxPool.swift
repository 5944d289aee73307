import Kernels
import Tensors

/// MaxPool (ONNX 1, 8, 10, 11, 12, 22): the largest element of each window, and where it was.
struct MaxPool: Operator {
  static let schema = OperatorSchema(
    "MaxPool", inputs: 1...1, outputs: [.sameAsInput(0), .fixed(.int64)], bfloat16Since: 22)

  private let attributes: PoolingAttributes
  private let wantsIndices: Bool
  private let indexesColumnsFirst: Bool
  private let version: Int

  init(_ node: NodeReader) throws(OperatorError) {
    attributes = try PoolingAttributes(node)
    wantsIndices = node.hasOutput(1)
    indexesColumnsFirst = try node.flag("storage_order", default: false)
    version = node.version
  }

  var quantization: QuantizationRule { version >= 12 ? .sharedParameters(inputs: [0]) : .keepFloat }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let placement = try attributes.place(inputs[0].shape)
    let data = SpatialData(inputs[0], placement.data, channelsLast: attributes.channelsLast, compute: inputs.compute)
    let maxima = try data.maxima(placement)
    let results = wantsIndices ? [maxima, try indices(of: maxima, data, placement.windows)] : [maxima]
    return results.map { $0.leaving(channelsLast: attributes.channelsLast, compute: inputs.compute) }
  }

  private func indices(
    of maxima: Tensor, _ data: SpatialData, _ geometry: WindowGeometry
  ) throws(OperatorError) -> Tensor {
    switch data.type {
    case .float32: return indices(of: maxima, data, geometry, Float.self)
    case .float64: return indices(of: maxima, data, geometry, Double.self)
    case .uint8: return indices(of: maxima, data, geometry, UInt8.self)
    case .int8: return indices(of: maxima, data, geometry, Int8.self)
    default: throw .input(0, "has type \(data.type), expected a floating-point type, int8 or uint8")
    }
  }

  /// For each maximum the index of its first occurrence in the window, counted over [batch, channels, spatial…].
  private func indices<Number: TensorElement & Comparable>(
    of maxima: Tensor, _ data: SpatialData, _ geometry: WindowGeometry, _: Number.Type
  ) -> Tensor {
    let source = data.tensor.span(of: Number.self)
    let largest = maxima.span(of: Number.self)
    let channels = data.channels
    return Tensor(maxima.shape, of: Int64.self) { output in
      var taps: [WindowGeometry.Tap] = []
      for window in 0..<geometry.outputCount {
        geometry.collectTaps(ofWindow: window, into: &taps)
        for image in 0..<data.batch {
          let row = image * geometry.inputCount
          for channel in 0..<channels {
            let target = (image * geometry.outputCount + window) * channels + channel
            let found = taps.first { source[(row + $0.input) * channels + channel] == largest[target] }
            let plane = (image * channels + channel) * geometry.inputCount
            output[target] = Int64(plane + (found.map { position($0.input, data.spatial) } ?? 0))
          }
        }
      }
    }
  }

  /// A row-major position in the order that the attribute `storage_order` asks for.
  private func position(_ index: Int, _ spatial: [Int]) -> Int {
    guard indexesColumnsFirst else { return index }
    var (rest, stride, result) = (index, spatial.reduce(1, *), 0)
    for size in spatial.reversed() {
      stride /= size
      result += rest % size * stride
      rest /= size
    }
    return result
  }
}
