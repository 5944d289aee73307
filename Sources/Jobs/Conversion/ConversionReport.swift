public import Samples

/// What a conversion did.
public struct ConversionReport: Sendable {
  public let input: String
  public let output: String
  public let target: ConversionTarget
  public let bytesBefore: Int
  public let bytesAfter: Int
  public internal(set) var seconds = 0.0
  /// Nodes or tensors by what became of them, in the order to print.
  public internal(set) var decisions: [DecisionCount] = []
  /// The data that calibrated it, where there was some.
  public internal(set) var calibration: CalibrationReport?
  /// What the user should know besides.
  public internal(set) var warnings: [String] = []

  /// How many of one operator met one decision.
  public struct DecisionCount: Sendable, Hashable {
    public let decision: String
    /// Whether the nodes were converted.
    public let isConverted: Bool
    /// Counts by operator type, the most frequent first.
    public internal(set) var operators: [(name: String, count: Int)]

    public var count: Int { operators.reduce(0) { $0 + $1.count } }
    public static func == (left: Self, right: Self) -> Bool {
      left.decision == right.decision && left.operators.elementsEqual(right.operators, by: ==)
    }
    public func hash(into hasher: inout Hasher) { hasher.combine(decision) }
  }

  /// What calibration was fed.
  public struct CalibrationReport: Sendable {
    public let path: String
    public let samples: Int
    public let estimator: String
    public let inputs: [InputSummary]
  }
}

extension ConversionReport {
  /// Groups nodes by decision, converted ones first, the more frequent first.
  static func count(
    _ items: [(decision: String, isConverted: Bool, operatorName: String)]
  ) -> [DecisionCount] {
    var groups: [String: (isConverted: Bool, operators: [String: Int])] = [:]
    for item in items {
      groups[item.decision, default: (item.isConverted, [:])].operators[item.operatorName, default: 0] += 1
    }
    return groups.map { decision, group in
      DecisionCount(
        decision: decision, isConverted: group.isConverted,
        operators: group.operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) })
    }
    .sorted { left, right in
      if left.isConverted != right.isConverted { return left.isConverted }
      return (right.count, left.decision) < (left.count, right.decision)
    }
  }
}
