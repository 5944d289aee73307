public import Kernels
public import Tensors

/// What a node is given to run on.
public struct OperatorInputs: Sendable {
  /// Where an input comes from.
  public enum Source: Sendable {
    /// An optional input that is left out.
    case absent
    case constant(Tensor)
    /// The index of a slot among those of the run.
    case slot(Int)
  }

  /// Where each input comes from; nil where they are the slots, one after the other.
  private let sources: [Source]?
  /// Shared with the run, so that making inputs of them copies nothing.
  private let slots: [Tensor?]

  /// The values that the node's bodies capture, in the order of `NodeReader.captures`.
  public let captured: [Tensor]

  /// The kernels and threads to run with.
  public let compute: Compute

  /// The position of an input that nobody else has and nobody needs after this node.
  private let spent: Int?

  /// Inputs by position; nil where an optional one is left out.
  public init(_ tensors: [Tensor?], captured: [Tensor] = [], compute: Compute) {
    sources = nil
    slots = tensors
    self.captured = captured
    self.compute = compute
    spent = nil
  }

  /// Inputs that come from constants and from the slots of a run. `spent` is the position of one that nobody else has and
  /// nobody needs after this node.
  public init(_ sources: [Source], slots: [Tensor?], captured: [Tensor], compute: Compute, spent: Int? = nil) {
    self.sources = sources
    self.slots = slots
    self.captured = captured
    self.compute = compute
    self.spent = spent
  }

  public var count: Int { sources?.count ?? slots.count }

  /// The inputs by position; nil where an optional one is left out.
  public var tensors: [Tensor?] { (0..<count).map { optional($0) } }

  /// An input that the schema requires, so that it is always there.
  public subscript(_ index: Int) -> Tensor {
    guard let tensor = optional(index) else { preconditionFailure("input \(index) is required by the schema") }
    return tensor
  }

  /// Whether there is an input at this position.
  public func has(_ index: Int) -> Bool {
    guard index < count else { return false }
    guard let sources else { return slots[index] != nil }
    return switch sources[index] {
    case .absent: false
    case .constant: true
    case .slot(let slot): slots[slot] != nil
    }
  }

  /// An input that the result may be written over, since it is read for the last time; nil where it is not.
  public func overwritable(_ index: Int) -> Tensor? { index == spent ? optional(index) : nil }

  /// An input that may be left out.
  public func optional(_ index: Int) -> Tensor? {
    guard index < count else { return nil }
    guard let sources else { return slots[index] }
    return sources[index].tensor(in: slots)
  }
}

extension OperatorInputs.Source {
  /// The input, in the midst of a run; nil where it is absent or was not computed.
  public func tensor(in slots: [Tensor?]) -> Tensor? {
    switch self {
    case .absent: nil
    case .constant(let tensor): tensor
    case .slot(let slot): slots[slot]
    }
  }
}
