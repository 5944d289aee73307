import Tensors

extension OperatorInputs {
  /// The channels of input 0, [batch, channels, …]; a vector has one channel.
  func channelCount() -> Int { self[0].shape.rank > 1 ? self[0].shape[1] : 1 }

  /// The number of elements that lie next to each other in one channel of one sample.
  func channelLength() -> Int {
    let shape = self[0].shape
    return shape.rank > 1 ? shape.count(of: 2..<shape.rank) : 1
  }

  /// Checks that input 0 has a batch and a channel axis.
  func requireChannels() throws(OperatorError) {
    guard self[0].shape.rank >= 2 else {
      throw .input(0, "has shape \(self[0].shape), expected at least two dimensions")
    }
  }
}

extension NodeReader {
  /// Checks that a normalisation is computed in float32, the only precision of its first stage that exists here.
  func requireFloat32Stash() throws(OperatorError) {
    let type = try int("stash_type", default: 1)
    guard type == 1 else { throw .unsupported("attribute \"stash_type\" is \(type), only 1 (float32) is supported") }
  }
}

extension Tensor {
  /// This tensor cut into segments of `segmentLength` elements; segment i is multiplied by `scales[i % scales.count]`
  /// and gets `biases[i % biases.count]` added.
  func scaled<Element: RealElement>(
    by scales: Span<Element>, plus biases: Span<Element>, segmentLength: Int
  ) -> Tensor {
    let elements = span(of: Element.self)
    var builder = TensorBuilder<Element>(shape)
    var output = builder.span
    for segment in 0..<(segmentLength == 0 ? 0 : elements.count / segmentLength) {
      let scale = scales[segment % scales.count]
      let bias = biases[segment % biases.count]
      let start = segment * segmentLength
      let row = elements.extracting(start..<start + segmentLength)
      for index in row.indices { output[start + index] = row[index] * scale + bias }
    }
    return builder.finish()
  }
}
