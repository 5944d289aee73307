import Kernels
import Tensors

/// Attention (com.microsoft 1): input 0, [batch, length, width], times the weights in input 1 plus the bias in input 2
/// gives queries, keys and values side by side, which attend to each other head by head.
///
/// Input 3 may mask keys, input 5 add to the scores. A cache, rotary positions and masks given as lengths are not
/// supported.
struct ProjectedAttention: Operator {
  static let schema = OperatorSchema(
    "Attention", domain: "com.microsoft", versions: 1...1, inputs: 2...7, bfloat16Since: 1)

  private let heads: Int
  private let hiddenSizes: [Int]?
  private let scale: Float?
  private let paddingScore: Float
  private let isCausal: Bool
  private var packed: PackedFloatMatrix?

  init(_ node: NodeReader) throws(OperatorError) {
    heads = try node.requiredInt("num_heads")
    hiddenSizes = try node.ints("qkv_hidden_sizes").flatMap { $0.isEmpty ? nil : $0 }
    scale = try node.float("scale").flatMap { $0 == 0 ? nil : $0 }
    paddingScore = try node.float("mask_filter_value", default: -10_000)
    isCausal = try node.flag("unidirectional", default: false)
    guard !node.hasInput(4), !node.hasInput(6), !node.hasOutput(1) else {
      throw .unsupported("a cache of past keys and values is not supported")
    }
    guard try !node.flag("do_rotary", default: false) else { throw .unsupported("rotary positions are not supported") }
    if let hiddenSizes, hiddenSizes.count != 3 || hiddenSizes.contains(where: { $0 < 1 }) {
      throw .attribute("qkv_hidden_sizes", "is \(hiddenSizes), expected three sizes")
    }
  }

  func prepared(with constants: [Tensor?]) -> any Operator {
    var prepared = self
    prepared.packed = constants[1].flatMap { PackedFloatMatrix($0) }
    return prepared
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let projected = try projection(inputs)
    var start = 0
    var operands: [AttentionHeads] = []
    for size in try sizes(of: projected) {
      let part = projected.columns(start..<start + size)
      operands.append(try AttentionHeads(part, fromInput: 1, heads: heads, attribute: "num_heads"))
      start += size
    }
    let product = ScaledDotProduct(
      queries: operands[0], keys: operands[1], values: operands[2],
      scale: scale ?? 1 / Float(operands[0].size).squareRoot())
    try product.validate()
    let mask = try AttentionMask(
      inputs.scoreSummands(mask: 3, summands: 5, scores: product.scoreShape, paddingScore: paddingScore), fromInput: 5,
      scores: product.scoreShape, frontier: AttentionFrontier(isCausal: isCausal))
    return [product.run(mask: mask, stage: nil, inputs.compute).output]
  }

  func work(_ inputs: OperatorInputs, outputs: [Tensor?]) -> OperatorWork? {
    let (rows, length) = (inputs[0].shape[0] * inputs[0].shape[1], inputs[0].shape[1])
    let width = inputs[1].shape[1]
    return inputs.attentionWork(
      queries: rows * (hiddenSizes?[0] ?? width / 3), keyCount: length, values: rows * (hiddenSizes?[2] ?? width / 3),
      other: inputs[0].count * width)
  }

  /// Queries, keys and values of all heads in each row.
  private func projection(_ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    let input = try inputs.tensor(0, of: .float32)
    let weights = try inputs.tensor(1, of: .float32)
    guard input.shape.rank == 3 else { throw .input(0, "has shape \(input.shape), expected [batch, length, width]") }
    guard weights.shape.rank == 2 else { throw .input(1, "has shape \(weights.shape), expected a matrix") }
    let product = try MatrixProductShape(input.shape, weights.shape)
      .product(input, weights, packed: packed, compute: inputs.compute)
    guard inputs.optional(2) != nil else { return product }
    let bias = try inputs.tensor(2, of: .float32)
    try inputs.requireVector(2, count: weights.shape[1])
    return inputs.combine(.add, product, bias, try Broadcast(of: product.shape, with: bias.shape))
  }

  private func sizes(of projected: Tensor) throws(OperatorError) -> [Int] {
    let width = projected.shape[2]
    if let hiddenSizes {
      guard hiddenSizes.allSatisfy({ $0 <= width }), hiddenSizes.reduce(0, +) == width else {
        throw .attribute("qkv_hidden_sizes", "is \(hiddenSizes), but input 1 has \(width) columns")
      }
      return hiddenSizes
    }
    guard width % 3 == 0 else { throw .input(1, "has \(width) columns, which are not three equal parts") }
    return [width / 3, width / 3, width / 3]
  }
}

extension Tensor {
  /// A range of the last of three axes.
  fileprivate func columns(_ range: Range<Int>) -> Tensor {
    let elements = span(of: Float.self)
    let (rows, width) = (shape[0] * shape[1], shape[2])
    return Tensor(Shape([shape[0], shape[1], range.count]), of: Float.self) { output in
      for row in 0..<rows {
        for (index, column) in range.enumerated() { output[row * range.count + index] = elements[row * width + column] }
      }
    }
  }
}
