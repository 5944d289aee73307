public import Engine
public import ModelGraph
public import Tensors

/// Runs two models on the same inputs and gathers how far they differ and how long they take.
public struct Verification: Sendable {
  public private(set) var outputs: [OutputComparison]
  public private(set) var timing = InterleavedTiming()

  /// Values of the candidate that its file types as float16 and that exceed the largest one.
  public private(set) var overflowingHalfValues: Set<ValueID> = []

  private let halfValues: Set<ValueID>
  private let reference: Session
  private let candidate: Session

  /// Pairs two sessions of models with the same outputs. Inputs may differ in floating-point type.
  ///
  /// - Parameter halfValues: the candidate's values that its file types as float16, to be watched for overflow: the
  ///   engine computes them in float32, hardware with half-precision arithmetic does not.
  public init(
    reference: Session, candidate: Session, halfValues: Set<ValueID> = []
  ) throws(VerificationError) {
    guard reference.outputs.count == candidate.outputs.count else {
      throw VerificationError("has \(candidate.outputs.count) outputs, the reference \(reference.outputs.count)")
    }
    guard reference.inputs.map(\.name) == candidate.inputs.map(\.name) else {
      throw VerificationError(
        "takes \(list(candidate.inputs.map(\.name))), the reference \(list(reference.inputs.map(\.name)))")
    }
    self.reference = reference
    self.candidate = candidate
    self.halfValues = halfValues
    outputs = reference.outputs.map { OutputComparison(name: $0.name) }
  }

  /// Compares the outputs for one batch, given in the order of the inputs.
  public mutating func compare(_ batch: [Tensor]) throws(VerificationError) {
    let expected = try run(reference, batch, "reference")
    var overflowing = overflowingHalfValues
    let watched = halfValues
    let actual = try run(candidate, candidate.adapt(batch), "candidate") { value, tensor in
      if watched.contains(value), !overflowing.contains(value), tensor.exceedsHalf { overflowing.insert(value) }
    }
    overflowingHalfValues = overflowing
    for index in outputs.indices {
      guard expected[index].shape == actual[index].shape else {
        throw VerificationError(
          "output \"\(outputs[index].name)\" has shape \(actual[index].shape), the reference's \(expected[index].shape)"
        )
      }
      outputs[index].add(reference: expected[index], candidate: actual[index])
    }
  }

  /// Times both on one batch, in turn: after two rounds of warm-up, at least `rounds` rounds and until `seconds` have
  /// passed, but no more than `limit` rounds.
  public mutating func measure(
    _ batch: [Tensor], rounds: Int = 15, seconds: Double = 1, limit: Int = 2000
  ) throws(VerificationError) {
    let adapted = candidate.adapt(batch)
    for _ in 0..<2 {
      _ = try run(reference, batch, "reference")
      _ = try run(candidate, adapted, "candidate")
    }
    let clock = ContinuousClock()
    let start = clock.now
    var done = 0
    while done < limit, done < rounds || (clock.now - start).milliseconds < seconds * 1000 {
      let begin = clock.now
      _ = try run(reference, batch, "reference")
      let middle = clock.now
      _ = try run(candidate, adapted, "candidate")
      let end = clock.now
      timing.add(reference: (middle - begin).milliseconds, candidate: (end - middle).milliseconds)
      done += 1
    }
  }

  private func run(
    _ session: Session, _ batch: [Tensor], _ role: String, observing: ((ValueID, Tensor) -> Void)? = nil
  ) throws(VerificationError) -> [Tensor] {
    do { return try session.run(batch, observing: observing) } catch {
      throw VerificationError("the \(role) fails: \(error)")
    }
  }
}

/// Why two models cannot be compared.
public struct VerificationError: Error, Hashable, CustomStringConvertible {
  public let message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}

extension Duration {
  /// The duration in milliseconds.
  public var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }
}

private func list(_ names: [String]) -> String {
  names.isEmpty ? "no inputs" : "inputs " + names.map { "\"\($0)\"" }.joined(separator: ", ")
}
