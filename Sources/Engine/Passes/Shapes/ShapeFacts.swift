import ModelGraph
import Operators
import Tensors

/// What is known, before the run, of the shapes of values and of the numbers that are computed from shapes.
///
/// Nothing is taken on trust: only constants and what inputs are checked against are known from the beginning, all else
/// follows from the nodes. A size that does not follow gets a symbol of its own.
struct ShapeFacts {
  private var shapes: [ValueID: [SymbolicSize]] = [:]
  private var numbers: [ValueID: SymbolicNumbers] = [:]
  private var symbolCount = 0

  /// The facts of a body whose inputs are those of a run.
  init(inputsOf body: Body, in model: Model) {
    for input in body.inputs {
      guard model[input].constant == nil, let dimensions = model[input].dimensions else { continue }
      note(dimensions.map { $0.fixed.map(SymbolicSize.fixed) }, of: input)
    }
  }

  /// Adds what follows from a node whose inputs were noted.
  mutating func note(_ node: Node, in model: Model) {
    let (shapes, numbers) = results(of: node, in: model)
    for (output, shape) in zip(node.outputs, shapes) {
      if let output, let shape { note(shape, of: output) }
    }
    if let output = node.outputs.first ?? nil, let numbers { self.numbers[output] = numbers }
  }

  /// By itself, so that nothing shares the tables when they are written to.
  private func results(of node: Node, in model: Model) -> ([PartialShape?], SymbolicNumbers?) {
    let known = KnownNode(node: node, model: model, facts: self)
    return (known.resultShapes(), known.resultNumbers())
  }

  private mutating func note(_ shape: PartialShape, of value: ValueID) {
    shapes[value] = shape.map { size in
      if let size, size.fixed.map(Self.sizes.contains) ?? true { return size }
      symbolCount += 1
      return .symbol(symbolCount)
    }
  }

  func shape(of value: ValueID?, in model: Model) -> [SymbolicSize]? {
    guard let value else { return nil }
    return model[value].constant?.shape.dimensions.map(SymbolicSize.fixed) ?? shapes[value]
  }

  func numbers(of value: ValueID?, in model: Model) -> SymbolicNumbers? {
    guard let value else { return nil }
    guard let constant = model[value].constant else { return numbers[value] }
    guard constant.type == .int64, constant.shape.rank <= 1, constant.count <= Self.mostNumbers else { return nil }
    return SymbolicNumbers(
      elements: constant.array(of: Int64.self).map { .fixed(Int($0)) }, isScalar: constant.shape.rank == 0)
  }

  /// The sizes that are reckoned with; what is larger fits no memory.
  private static let sizes = 0...(1 << 40)

  /// The most elements of a value that is looked at as numbers: more than a shape has.
  private static let mostNumbers = 64
}

/// A node together with what is known of its inputs.
struct KnownNode {
  let node: Node
  let model: Model
  let facts: ShapeFacts

  var type: String { node.operatorName.type }

  func shape(_ input: Int) -> [SymbolicSize]? { facts.shape(of: value(input), in: model) }

  func numbers(_ input: Int) -> SymbolicNumbers? { facts.numbers(of: value(input), in: model) }

  func has(_ input: Int) -> Bool { value(input) != nil }

  private func value(_ input: Int) -> ValueID? { input < node.inputs.count ? node.inputs[input] : nil }

  /// The numbers of an input, all of them known.
  func fixedNumbers(_ input: Int) -> [Int]? {
    guard let elements = numbers(input)?.elements else { return nil }
    let fixed = elements.compactMap { $0?.fixed }
    return fixed.count == elements.count ? fixed : nil
  }

  /// The numbers of an attribute, or of the input that newer versions have in its place.
  func fixedNumbers(_ attribute: String, or input: Int) -> [Int]? {
    node.integers(attribute) ?? fixedNumbers(input)
  }

  /// An axis, counted from the front; nil where there is none.
  func axis(_ attribute: String, default value: Int, rank: Int) -> Int? {
    normalized(node.int(attribute) ?? value, rank: rank)
  }

  func normalized(_ axis: Int, rank: Int) -> Int? {
    let positive = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(positive) ? positive : nil
  }

  /// Axes, counted from the front; nil where one is none.
  func normalized(_ axes: [Int], rank: Int) -> [Int]? {
    let positive = axes.compactMap { normalized($0, rank: rank) }
    return positive.count == axes.count ? positive : nil
  }
}
