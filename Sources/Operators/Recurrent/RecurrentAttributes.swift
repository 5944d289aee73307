/// The attributes that LSTM, GRU and RNN share.
struct RecurrentAttributes: Sendable {
  enum Direction: String, CaseIterable, Sendable {
    case forward, reverse, bidirectional
  }

  let hiddenSize: Int?
  /// The range of what activation functions are given.
  let clip: ClosedRange<Float>?
  /// Whether the batch is the first axis of all inputs and outputs (`layout` 1).
  let isBatchFirst: Bool
  /// For each direction whether it runs from the last step to the first.
  let reversed: [Bool]
  /// For each direction its functions.
  let activations: [[RecurrentActivation]]

  init(_ node: NodeReader, defaultActivations: [RecurrentActivation]) throws(OperatorError) {
    hiddenSize = try node.int("hidden_size")
    isBatchFirst = try node.flag("layout", default: false)
    let limit = try node.float("clip")
    if let limit, !(limit >= 0) { throw .attribute("clip", "is \(limit), expected 0 or more") }
    clip = limit.map { -$0...$0 }
    switch try node.choice("direction", default: Direction.forward) {
    case .forward: reversed = [false]
    case .reverse: reversed = [true]
    case .bidirectional: reversed = [false, true]
    }
    activations = try Self.activations(node, directions: reversed.count, defaults: defaultActivations)
  }

  private static func activations(
    _ node: NodeReader, directions: Int, defaults: [RecurrentActivation]
  ) throws(OperatorError) -> [[RecurrentActivation]] {
    guard let names = try node.strings("activations") else {
      return [[RecurrentActivation]](repeating: defaults, count: directions)
    }
    let count = defaults.count
    guard names.count == count * directions else {
      throw .attribute("activations", "has \(names.count) names, expected \(count * directions)")
    }
    var alphas = (try node.floats("activation_alpha") ?? [])[...]
    var betas = (try node.floats("activation_beta") ?? [])[...]
    var all: [RecurrentActivation] = []
    for name in names { all.append(try RecurrentActivation(named: name, alphas: &alphas, betas: &betas)) }
    return (0..<directions).map { Array(all[($0 * count)..<(($0 + 1) * count)]) }
  }
}
