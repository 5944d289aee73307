import Kernels
import Tensors

/// softmax(scale · Q · Kᵀ + mask) · V for each head (Vaswani et al., "Attention Is All You Need").
///
/// Several query heads in a row may share a head of keys and values.
struct ScaledDotProduct {
  let queries: AttentionHeads
  let keys: AttentionHeads
  let values: AttentionHeads
  let scale: Float
  /// Scores s become c · tanh(s / c) before the mask; nil leaves them.
  var softCap: Float?

  /// The stages at which the scores may be asked for.
  enum Stage: Int {
    case product, capped, masked, probabilities
  }

  /// Checks that the operands fit together; their positions among the inputs are 0, 1 and 2.
  func validate() throws(OperatorError) {
    guard keys.batch == queries.batch, keys.size == queries.size, keys.heads > 0, queries.heads % keys.heads == 0 else {
      throw .input(1, "has shape \(keys.tensor.shape), which does not fit shape \(queries.tensor.shape) of input 0")
    }
    guard values.batch == keys.batch, values.heads == keys.heads, values.length == keys.length else {
      throw .input(2, "has shape \(values.tensor.shape), which does not fit shape \(keys.tensor.shape) of input 1")
    }
    let scores = [queries.batch, queries.heads, queries.length, keys.length]
    guard Shape(fittingMemory: scores) != nil else {
      throw .input(1, "leads to scores of \(scores), which are too large")
    }
  }

  /// [batch, query heads, queries, keys].
  var scoreShape: Shape { Shape([queries.batch, queries.heads, queries.length, keys.length]) }

  /// The result in the layout of the queries, and the scores at `stage`.
  func run(mask: AttentionMask, stage: Stage?, _ compute: Compute) -> (output: Tensor, scores: Tensor?) {
    let bias = mask.bias()
    let closedQueries = bias.map(closedQueries) ?? []
    let hasElements = scoreShape.count > 0 && queries.size > 0 && values.size > 0
    if stage == nil, softCap == nil, hasElements { return (stacked(bias, closedQueries, compute), nil) }
    let products = products(compute)
    let capped = softCap.map { cap in products.mapped { (score: Float) in cap * (score / cap).hyperbolicTangent } }
    let masked = add(bias, to: capped ?? products, compute)
    let probabilities = softmax(masked, closedRows: closedQueries, compute)
    let scores: Tensor? =
      switch stage {
      case nil: nil
      case .product?: products
      case .capped?: capped ?? products
      case .masked?: masked
      case .probabilities?: probabilities
      }
    return (mix(probabilities, compute), scores)
  }

  /// The result alone, of scores to which `bias` is added.
  private func stacked(_ bias: Tensor?, _ closedQueries: [Int], _ compute: Compute) -> Tensor {
    let stacks = AttentionStacks(
      queries: queries, keys: keys, values: values, mask: bias?.shape, scores: scoreShape)
    let operands = AttentionOperands(query: queries.tensor, key: keys.tensor, value: values.tensor, mask: bias)
    return StackedAttention(
      operands: operands, stacks: stacks, scale: scale, compute: compute,
      closedQueries: closedQueries
    ).result()
  }

  /// The queries of all heads, one after the other, for which `bias` leaves no key.
  private func closedQueries(_ bias: Tensor) -> [Int] {
    guard scoreShape.count > 0 else { return [] }
    let numbers = bias.span(of: Float.self)
    let width = bias.shape.dimensions.last ?? 1
    let isClosed = (0..<bias.count / width).map { row in
      (row * width..<(row + 1) * width).allSatisfy { numbers[$0] == -.infinity }
    }
    guard isClosed.contains(true) else { return [] }
    let strides = bias.shape.repeatingStrides(to: scoreShape)
    return (0..<queries.batch * queries.heads * queries.length).filter { index in
      let (matrix, query) = index.quotientAndRemainder(dividingBy: queries.length)
      let (item, head) = matrix.quotientAndRemainder(dividingBy: queries.heads)
      return isClosed[(item * strides[0] + head * strides[1] + query * strides[2]) / width]
    }
  }

  private var repeats: Int { queries.heads / keys.heads }
  private var scoreMatrices: MatrixBatch {
    MatrixBatch(
      count: queries.batch * queries.heads, batchStride: queries.length * keys.length, rowStride: keys.length)
  }

  private func products(_ compute: Compute) -> Tensor {
    let (left, right) = (queries.tensor.span(of: Float.self), keys.tensor.span(of: Float.self))
    return Tensor(scoreShape, of: Float.self) { scores in
      compute.batchedGemm(
        left, queries.matrices(), by: right, keys.matrices(repeats: repeats), transposed: true,
        rows: queries.length, columns: keys.length, depth: queries.size, alpha: scale, into: &scores, scoreMatrices)
    }
  }

  private func add(_ bias: Tensor?, to scores: Tensor, _ compute: Compute) -> Tensor {
    guard let bias, scores.count > 0 else { return scores }
    guard let broadcast = Broadcast(scores.shape, bias.shape) else {
      preconditionFailure("a mask of \(bias.shape) for scores of \(scores.shape)")
    }
    return Tensor(scores.shape, of: Float.self) { output in
      compute.combine(.add, scores.span(of: Float.self), bias.span(of: Float.self), broadcast, into: &output)
    }
  }

  /// Rows without a key become 0.
  private func softmax(_ scores: Tensor, closedRows: [Int], _ compute: Compute) -> Tensor {
    guard scores.count > 0 else { return scores }
    return Tensor(scores.shape, of: Float.self) { output in
      compute.softmax(scores.span(of: Float.self), columns: keys.length, into: &output)
      for row in closedRows {
        for index in row * keys.length..<(row + 1) * keys.length { output[index] = 0 }
      }
    }
  }

  private func mix(_ probabilities: Tensor, _ compute: Compute) -> Tensor {
    let (left, right) = (probabilities.span(of: Float.self), values.tensor.span(of: Float.self))
    return Tensor(queries.shape(size: values.size), of: Float.self) { output in
      compute.batchedGemm(
        left, scoreMatrices, by: right, values.matrices(repeats: repeats),
        rows: queries.length, columns: values.size, depth: keys.length, into: &output,
        queries.matrices(size: values.size))
    }
  }
}
