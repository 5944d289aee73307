import Kernels
import Tensors

/// Queries, keys or values seen as [batch, heads, steps, features], whichever way they lie.
struct AttentionHeads {
  let tensor: Tensor
  let batch: Int
  let heads: Int
  let steps: Int
  let size: Int
  /// Whether the heads are an axis before the steps, or parts of the features.
  private let isHeadFirst: Bool

  /// Takes an input of 4 axes, or one of 3 whose features are those of `heads` heads.
  init(_ inputs: OperatorInputs, _ index: Int, heads: Int?, attribute: String) throws(OperatorError) {
    tensor = try inputs.tensor(index, of: .float32)
    let shape = tensor.shape
    batch = shape.rank > 0 ? shape[0] : 0
    switch shape.rank {
    case 4: (self.heads, steps, size, isHeadFirst) = (shape[1], shape[2], shape[3], true)
    case 3:
      guard let heads, heads > 0, shape[2] % heads == 0 else {
        throw .attribute(attribute, "does not divide the \(shape[2]) features of input \(index)")
      }
      (self.heads, steps, size, isHeadFirst) = (heads, shape[1], shape[2] / heads, false)
    default: throw .input(index, "has shape \(shape), expected 3 or 4 axes")
    }
  }

  /// A tensor [batch, heads, steps, features].
  private init(_ tensor: Tensor) {
    self.tensor = tensor
    (batch, heads, steps, size) = (tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3])
    isHeadFirst = true
  }

  /// A matrix per batch item and query head; `queryHeads` may be a multiple of the heads here, which then serve
  /// several neighbours.
  func matrices(queryHeads: Int) -> MatrixBatch {
    let offsets = (0..<(batch * queryHeads)).map { index in
      let (item, head) = (index / queryHeads, index % queryHeads / (queryHeads / heads))
      return isHeadFirst ? (item * heads + head) * steps * size : (item * steps * heads + head) * size
    }
    return MatrixBatch(offsets: offsets, rowStride: isHeadFirst ? size : heads * size)
  }

  /// The shape of a result with a row of `size` features for each of these rows.
  func shape(size: Int) -> Shape { isHeadFirst ? [batch, heads, steps, size] : [batch, steps, heads * size] }

  /// Where the matrices of such a result lie.
  func resultMatrices(size: Int) -> MatrixBatch {
    let offsets = (0..<(batch * heads)).map { index in
      isHeadFirst ? index * steps * size : (index / heads * steps * heads + index % heads) * size
    }
    return MatrixBatch(offsets: offsets, rowStride: isHeadFirst ? size : heads * size)
  }

  /// These heads after those of a cache [batch, heads, earlier steps, features], where there is one.
  func appended(to inputs: OperatorInputs, past index: Int) throws(OperatorError) -> AttentionHeads {
    let past = inputs.optional(index)
    if past == nil, isHeadFirst { return self }
    let earlier: Int
    if let past {
      guard past.type == .float32, past.shape.rank == 4, past.shape[0] == batch, past.shape[1] == heads,
        past.shape[3] == size
      else { throw .input(index, "has shape \(past.shape), expected \([batch, heads]), steps and [\(size)]") }
      earlier = past.shape[2]
    } else {
      earlier = 0
    }
    let cache = past ?? Tensor([batch, heads, 0, size], [] as [Float])
    let (old, new) = (cache.span(of: Float.self), tensor.span(of: Float.self))
    let places = matrices(queryHeads: heads)
    return AttentionHeads(
      Tensor([batch, heads, earlier + steps, size], of: Float.self) { output in
        var target = 0
        for (index, start) in places.offsets.enumerated() {
          for place in 0..<(earlier * size) {
            output[target] = old[index * earlier * size + place]
            target += 1
          }
          for step in 0..<steps {
            for feature in 0..<size {
              output[target] = new[start + step * places.rowStride + feature]
              target += 1
            }
          }
        }
      })
  }
}
