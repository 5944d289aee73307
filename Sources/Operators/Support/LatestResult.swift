import Synchronization

/// The latest result of a function, kept for the next call with the same argument: the shapes of a node's inputs rarely
/// change from one run to the next.
///
/// Safe to use from several runs at once.
final class LatestResult<Argument: Equatable & Sendable, Value: Sendable>: Sendable {
  private let latest = Mutex<(argument: Argument, value: Value)?>(nil)

  /// The value for `argument`, computed where it is another than the last time.
  func value(
    for argument: Argument, compute: () throws(OperatorError) -> Value
  ) throws(OperatorError) -> Value {
    if let known = latest.withLock({ $0?.argument == argument ? $0?.value : nil }) { return known }
    let value = try compute()
    latest.withLock { $0 = (argument, value) }
    return value
  }
}
