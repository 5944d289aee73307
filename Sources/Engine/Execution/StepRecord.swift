public import Tensors

/// When a step of a run began and ended.
public struct StepTiming: Sendable, Hashable {
  /// The position of its node in `Session.nodes`.
  public let index: Int
  public let start: ContinuousClock.Instant
  public let end: ContinuousClock.Instant

  public var duration: Duration { end - start }
}

/// What a step of a run read and wrote.
public struct StepRecord: Sendable {
  /// The position of its node in `Session.nodes`.
  public let index: Int
  /// The inputs by position, as other nodes left them; nil where an optional one is left out.
  public let inputs: [Tensor?]
  /// The outputs by position; nil where the node names none.
  public let outputs: [Tensor?]
  /// The bytes of what the run has to keep at the end of the step: inputs of the model and results of nodes that this
  /// step or a later one reads or the model returns. What shares its memory counts once, constants and what an operator
  /// needs while it runs do not count.
  public let liveBytes: Int
}

/// Called after every step of a run; the record is made when it is asked for, which takes much longer than the call.
public typealias StepObserver = (_ timing: StepTiming, _ record: () -> StepRecord) -> Void

extension [Tensor?] {
  /// The bytes of all tensors, those that are the same memory counted once.
  var distinctBytes: Int {
    var seen: [Tensor] = []
    for case let tensor? in self
    where !seen.contains(where: { $0.bytes.span.isIdentical(to: tensor.bytes.span) }) {
      seen.append(tensor)
    }
    return seen.reduce(0) { $0 + $1.bytes.count }
  }
}
