import Tensors

/// Where the inputs of a node are read from: those of a run, or the constant ones before it.
protocol NodeInputs {
  /// An input that may be left out.
  func optional(_ index: Int) -> Tensor?
}

extension OperatorInputs: NodeInputs {}

/// The inputs of a node that are constant, of which only those are read that are known to be, or to be left out.
struct ConstantInputs: NodeInputs {
  private let tensors: [Tensor?]

  /// Takes the constants of a node; nil where one of the inputs at `needed` is not constant.
  init?(_ tensors: [Tensor?], needed: [Int]) {
    guard needed.allSatisfy({ $0 < tensors.count && tensors[$0] != nil }) else { return nil }
    self.tensors = tensors
  }

  func optional(_ index: Int) -> Tensor? { index < tensors.count ? tensors[index] : nil }
}

/// What follows from inputs of a node that are constant more often than not, worked out before the first run where they
/// are.
struct Derived<Value: Sendable>: Sendable {
  /// The inputs at those indices that the node has.
  private let needed: [Int]
  /// The value, where all of these are constant.
  private(set) var value: Value?

  /// A value that follows from the inputs at `indices`.
  init(_ node: NodeReader, from indices: some Sequence<Int>) {
    needed = indices.filter { node.hasInput($0) }
  }

  /// This with the value worked out by `derive`, which returns nil, or throws, where that is left to the run.
  func prepared(
    with constants: [Tensor?], _ derive: (ConstantInputs) throws(OperatorError) -> Value?
  ) -> Derived {
    guard let inputs = ConstantInputs(constants, needed: needed) else { return self }
    var prepared = self
    // A mistake is reported by the run, which knows all inputs.
    prepared.value = (try? derive(inputs)) ?? nil
    return prepared
  }
}
