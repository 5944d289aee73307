import Kernels
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Attention (ONNX 23, 24, 25): scaled dot products of queries with keys weigh the values, head by head.
///
/// Softmax is in float32, whatever narrower type the node asks for, or in float64.
struct Attention: Operator {
  static let schema = OperatorSchema(
    "Attention", versions: 23...newestOpset, inputs: 3...7,
    outputs: [.sameAsInput(0), .sameAsInput(1), .sameAsInput(2), .sameAsInput(0)], float16Since: 23,
    bfloat16Since: 23)

  /// What the optional fourth output holds (`qk_matmul_output_mode`).
  private enum ScoreOutput: Int {
    case products, capped, biased, probabilities
  }

  private let scale: Float?
  private let softCap: Float
  private let queryHeads: Int?
  private let keyHeads: Int?
  private let isCausal: Bool
  private let leftWindow: Int?
  private let rightWindow: Int?
  private let scoreOutput: ScoreOutput
  /// Whether softmax is computed in float64.
  private let usesDoubles: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    scale = try node.float("scale")
    softCap = try node.float("softcap", default: 0)
    queryHeads = try node.int("q_num_heads")
    keyHeads = try node.int("kv_num_heads")
    isCausal = try node.flag("is_causal", default: false)
    leftWindow = try node.window("left_window_size")
    rightWindow = try node.window("right_window_size")
    let mode = try node.int("qk_matmul_output_mode", default: 0)
    guard let output = ScoreOutput(rawValue: mode) else {
      throw .attribute("qk_matmul_output_mode", "is \(mode), expected 0 to 3")
    }
    scoreOutput = output
    usesDoubles = try node.dataType("softmax_precision") == .float64
    guard node.hasInput(4) == node.hasInput(5) else {
      throw .input(node.hasInput(4) ? 5 : 4, "is missing: a cache has both keys and values")
    }
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let queries = try AttentionHeads(inputs, 0, heads: queryHeads, attribute: "q_num_heads")
    let keys = try AttentionHeads(inputs, 1, heads: keyHeads, attribute: "kv_num_heads")
      .appended(to: inputs, past: 4)
    let values = try AttentionHeads(inputs, 2, heads: keyHeads, attribute: "kv_num_heads")
      .appended(to: inputs, past: 5)
    try check(queries, keys, values)
    let bias = try bias(inputs, queries, keys)
    let scale = scale ?? 1 / Float(queries.size).squareRoot()
    let products = scores(queries, keys, scale: scale, inputs.compute)
    let capped = softCap > 0 ? products.mapped { softCap * tanhf($0 / softCap) } : products
    let (biased, blind) = add(bias, to: capped)
    let probabilities = softmax(biased, blind, inputs.compute)
    let exposed =
      switch scoreOutput {
      case .products: products
      case .capped: capped
      case .biased: biased
      case .probabilities: probabilities
      }
    return [weigh(values, by: probabilities, queries, inputs.compute), keys.tensor, values.tensor, exposed]
  }

  private func check(
    _ queries: AttentionHeads, _ keys: AttentionHeads, _ values: AttentionHeads
  ) throws(OperatorError) {
    guard keys.batch == queries.batch, keys.size == queries.size else {
      throw .input(1, "has shape \(keys.tensor.shape) but input 0 has shape \(queries.tensor.shape)")
    }
    guard values.batch == keys.batch, values.heads == keys.heads, values.steps == keys.steps else {
      throw .input(2, "has shape \(values.tensor.shape) but the keys have shape \(keys.tensor.shape)")
    }
    guard keys.heads > 0, queries.heads % keys.heads == 0 else {
      throw .input(1, "has \(keys.heads) heads, which do not divide the \(queries.heads) of input 0")
    }
  }

  private func bias(
    _ inputs: OperatorInputs, _ queries: AttentionHeads, _ keys: AttentionHeads
  ) throws(OperatorError) -> AttentionBias {
    var offsets = [Int](repeating: inputs.optional(4)?.shape[2] ?? 0, count: queries.batch)
    var keyCounts = [Int](repeating: keys.steps, count: queries.batch)
    if let counts = try inputs.optionalIntegers(6) {
      guard counts.count == queries.batch, counts.allSatisfy({ (0...keys.steps).contains($0) }) else {
        throw .input(6, "holds \(counts), expected \(queries.batch) counts of at most \(keys.steps) keys")
      }
      keyCounts = counts
      if inputs.optional(4) == nil { offsets = counts.map { $0 - queries.steps } }
    }
    return try AttentionBias(
      mask: inputs.optional(3), shape: [queries.batch, queries.heads, queries.steps, keys.steps], offsets: offsets,
      keyCounts: keyCounts, isCausal: isCausal, leftWindow: leftWindow, rightWindow: rightWindow)
  }

  /// The scaled products [batch, heads, queries, keys].
  private func scores(
    _ queries: AttentionHeads, _ keys: AttentionHeads, scale: Float, _ compute: Compute
  ) -> Tensor {
    let (a, b) = (queries.tensor.span(of: Float.self), keys.tensor.span(of: Float.self))
    return Tensor([queries.batch, queries.heads, queries.steps, keys.steps], of: Float.self) { output in
      compute.batchedGemm(
        a, queries.matrices(queryHeads: queries.heads), by: b, keys.matrices(queryHeads: queries.heads),
        transposed: true, rows: queries.steps, columns: keys.steps, depth: queries.size, alpha: scale, into: &output,
        MatrixBatch(
          count: queries.batch * queries.heads, batchStride: queries.steps * keys.steps, rowStride: keys.steps))
    }
  }

  /// Scores with their bias, and for each query whether it sees no key at all.
  private func add(_ bias: AttentionBias, to scores: Tensor) -> (scores: Tensor, blind: [Bool]) {
    let (heads, queries, keys) = (scores.shape[1], scores.shape[2], scores.shape[3])
    let elements = scores.span(of: Float.self)
    var blind = [Bool](repeating: false, count: scores.shape[0] * heads * queries)
    let biased = Tensor(scores.shape, of: Float.self) { output in
      for index in elements.indices { output[index] = elements[index] }
      for row in blind.indices {
        var part = output._mutatingExtracting((row * keys)..<((row + 1) * keys))
        let (item, head) = (row / queries / heads, row / queries % heads)
        blind[row] = !bias.add(to: &part, item: item, head: head, query: row % queries)
      }
    }
    return (biased, blind)
  }

  private func softmax(_ scores: Tensor, _ blind: [Bool], _ compute: Compute) -> Tensor {
    let keys = scores.shape[3]
    let elements = scores.span(of: Float.self)
    return Tensor(scores.shape, of: Float.self) { output in
      guard keys > 0 else { return }
      if usesDoubles {
        for row in blind.indices { softmaxInDoubles(elements, (row * keys)..<((row + 1) * keys), into: &output) }
      } else {
        compute.softmax(elements, columns: keys, into: &output)
      }
      for (row, isBlind) in blind.enumerated() where isBlind {
        for index in (row * keys)..<((row + 1) * keys) { output[index] = 0 }
      }
    }
  }

  private func softmaxInDoubles(_ scores: Span<Float>, _ row: Range<Int>, into output: inout MutableSpan<Float>) {
    let highest = row.reduce(-Double.infinity) { max($0, Double(scores[$1])) }
    let powers = row.map { exp(Double(scores[$0]) - highest) }
    let sum = powers.reduce(0, +)
    for (index, power) in zip(row, powers) { output[index] = Float(power / sum) }
  }

  private func weigh(
    _ values: AttentionHeads, by probabilities: Tensor, _ queries: AttentionHeads, _ compute: Compute
  ) -> Tensor {
    let (a, b) = (probabilities.span(of: Float.self), values.tensor.span(of: Float.self))
    return Tensor(queries.shape(size: values.size), of: Float.self) { output in
      compute.batchedGemm(
        a,
        MatrixBatch(
          count: queries.batch * queries.heads, batchStride: queries.steps * values.steps, rowStride: values.steps),
        by: b, values.matrices(queryHeads: queries.heads), rows: queries.steps, columns: values.size,
        depth: values.steps, into: &output, queries.resultMatrices(size: values.size))
    }
  }
}

extension NodeReader {
  /// How many keys a query sees to one side; nil where all.
  fileprivate func window(_ name: String) throws(OperatorError) -> Int? {
    let size = try int(name, default: -1)
    guard size >= -1 else { throw .attribute(name, "is \(size), expected -1 or more") }
    return size < 0 ? nil : size
  }
}

extension Tensor {
  /// A float32 tensor with a function applied to every element.
  fileprivate func mapped(_ function: (Float) -> Float) -> Tensor {
    let elements = span(of: Float.self)
    return Tensor(shape, of: Float.self) { output in
      for index in elements.indices { output[index] = function(elements[index]) }
    }
  }
}
