import Synchronization

/// The latest result of a function, kept for the next call with the same argument: the shapes of a node's inputs rarely
/// change from one run to the next.
///
/// Safe to use from several runs at once.
final class LatestResult<Argument: Equatable & Sendable, Value: Sendable>: Sendable {
  /// A class, so that a look at it copies one reference.
  private final class Entry: Sendable {
    let argument: Argument
    let value: Value

    init(_ argument: Argument, _ value: Value) {
      self.argument = argument
      self.value = value
    }
  }

  private let latest = Mutex<Entry?>(nil)

  /// The value for `argument`, computed where it is another than the last time.
  func value(
    for argument: Argument, compute: () throws(OperatorError) -> Value
  ) throws(OperatorError) -> Value {
    if let known = latest.withLock({ $0 }), known.argument == argument { return known.value }
    let entry = Entry(argument, try compute())
    latest.withLock { $0 = entry }
    return entry.value
  }
}
