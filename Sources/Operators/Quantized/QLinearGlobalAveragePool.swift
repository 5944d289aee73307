import Kernels
import Tensors

/// QLinearGlobalAveragePool (com.microsoft 1): the mean of each channel of a quantized tensor, quantized again.
struct QLinearGlobalAveragePool: Operator {
  static let schema = OperatorSchema(
    "QLinearGlobalAveragePool", domain: "com.microsoft", inputs: 4...5, float16Since: nil, bfloat16Since: nil)

  private let channelsLast: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    channelsLast = try node.isChannelsLast
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let input = try QuantizedInput(inputs, at: 0)
    let type = input.tensor.type
    let target = try inputs.tensorScale(3, zeroPoint: 4, of: type)
    let data = try SpatialData(input.tensor, channelsLast: channelsLast, compute: inputs.compute)
    let sums =
      type == .uint8
      ? channelSums(data, zeroPoint: input.scale.zeroPoint, UInt8.self)
      : channelSums(data, zeroPoint: input.scale.zeroPoint, Int8.self)
    let factor = input.scale.scale / (target.scale * Float(data.spatialCount))
    let result = Requantization(factors: [factor], zeroPoint: target.zeroPoint, type: type).apply(to: sums)
    return [result.leaving(channelsLast: channelsLast, compute: inputs.compute)]
  }

  /// The sums, over all positions, of the values less their zero point: [batch, 1…, channels].
  private func channelSums<Quantized: QuantizedElement>(
    _ data: SpatialData, zeroPoint: Int32, _: Quantized.Type
  ) -> Tensor {
    let elements = data.tensor.span(of: Quantized.self)
    let (positions, channels) = (data.spatialCount, data.channels)
    let shape = Shape([data.batch] + data.spatial.map { _ in 1 } + [channels])
    let initial = Int32(truncatingIfNeeded: -Int(zeroPoint) * positions)
    return Tensor(shape, of: Int32.self) { sums in
      for index in sums.indices { sums[index] = initial }
      for image in 0..<data.batch {
        for position in 0..<positions {
          let source = (image * positions + position) * channels
          for channel in 0..<channels {
            sums[image * channels + channel] &+= Int32(elements[source + channel])
          }
        }
      }
    }
  }
}
