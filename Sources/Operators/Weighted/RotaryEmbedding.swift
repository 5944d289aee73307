import Tensors

/// RotaryEmbedding (ONNX 23): turns pairs of features by angles that depend on the position (RoPE, arXiv 2104.09864).
struct RotaryEmbedding: Operator {
  static let schema = OperatorSchema(
    "RotaryEmbedding", versions: 23...newestOpset, inputs: 3...4, float16Since: 23, bfloat16Since: 23)

  private let interleaves: Bool
  private let turnedSize: Int
  private let heads: Int

  init(_ node: NodeReader) throws(OperatorError) {
    interleaves = try node.flag("interleaved", default: false)
    turnedSize = try node.int("rotary_embedding_dim", default: 0)
    heads = try node.int("num_heads", default: 0)
    guard turnedSize >= 0, turnedSize % 2 == 0 else {
      throw .attribute("rotary_embedding_dim", "is \(turnedSize), expected an even number")
    }
  }

  /// Where a head's features at a step lie: batch, step and head to the first element.
  private struct Layout {
    let batch, steps, heads, size: Int
    let isHeadFirst: Bool

    func start(_ image: Int, _ step: Int, _ head: Int) -> Int {
      isHeadFirst ? ((image * heads + head) * steps + step) * size : ((image * steps + step) * heads + head) * size
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.tensor(0, of: .float32)
    let layout = try layout(data.shape)
    let turned = turnedSize == 0 ? layout.size : turnedSize
    guard turned <= layout.size, turned % 2 == 0 else {
      throw .input(0, "has shape \(data.shape), whose heads of \(layout.size) features cannot turn \(turned)")
    }
    let half = turned / 2
    let cosines = try inputs.tensor(1, of: .float32)
    let sines = try inputs.tensor(2, of: .float32)
    let rows = try rows(inputs, cosines.shape, layout, half)
    guard sines.shape == cosines.shape else {
      throw .input(2, "has shape \(sines.shape) but input 1 has shape \(cosines.shape)")
    }
    let (elements, cosine, sine) = (data.span(of: Float.self), cosines.span(of: Float.self), sines.span(of: Float.self))
    let result = Tensor(data.shape, of: Float.self) { output in
      for index in elements.indices { output[index] = elements[index] }
      for (place, row) in rows.enumerated() {
        for head in 0..<layout.heads {
          let start = layout.start(place / layout.steps, place % layout.steps, head)
          for pair in 0..<half {
            let (first, second) = interleaves ? (2 * pair, 2 * pair + 1) : (pair, pair + half)
            let (x, y) = (elements[start + first], elements[start + second])
            let (c, s) = (cosine[row * half + pair], sine[row * half + pair])
            output[start + first] = c * x - s * y
            output[start + second] = s * x + c * y
          }
        }
      }
    }
    return [result]
  }

  private func layout(_ shape: Shape) throws(OperatorError) -> Layout {
    switch shape.rank {
    case 4:
      return Layout(batch: shape[0], steps: shape[2], heads: shape[1], size: shape[3], isHeadFirst: true)
    case 3:
      guard heads > 0, shape[2] % heads == 0 else {
        throw .attribute("num_heads", "is \(heads), which does not divide the \(shape[2]) features of input 0")
      }
      return Layout(batch: shape[0], steps: shape[1], heads: heads, size: shape[2] / heads, isHeadFirst: false)
    default: throw .input(0, "has shape \(shape), expected 3 or 4 axes")
    }
  }

  /// For each step of each item the row of the caches that holds its angles.
  private func rows(
    _ inputs: OperatorInputs, _ cache: Shape, _ layout: Layout, _ half: Int
  ) throws(OperatorError) -> [Int] {
    let count = layout.batch * layout.steps
    guard inputs.optional(3) != nil else {
      guard cache == [layout.batch, layout.steps, half] else {
        throw .input(1, "has shape \(cache), expected \([layout.batch, layout.steps, half])")
      }
      return Array(0..<count)
    }
    guard cache.rank == 2, cache[1] == half else {
      throw .input(1, "has shape \(cache), expected [positions, \(half)]")
    }
    let positions = try inputs.integers(3)
    guard positions.count == count else {
      throw .input(3, "has shape \(inputs[3].shape), expected \([layout.batch, layout.steps])")
    }
    for position in positions where !(0..<cache[0]).contains(position) {
      throw .input(3, "holds the position \(position), outside the \(cache[0]) of input 1")
    }
    return positions
  }
}
