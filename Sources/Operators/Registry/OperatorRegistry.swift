public import ModelGraph

/// The operators that a session can run, by name.
public struct OperatorRegistry: Sendable {
  private let operators: [OperatorName: [any Operator.Type]]

  public init(_ list: [any Operator.Type]) {
    operators = Dictionary(grouping: list) { $0.schema.name }
  }

  /// Every operator of this package.
  public static let standard = OperatorRegistry(
    dataMovementOperators + mathematicalOperators + weightedOperators)

  /// The names of the operators, sorted.
  public var names: [OperatorName] {
    operators.keys.sorted { ($0.domain, $0.type) < ($1.domain, $1.type) }
  }

  /// The operator of this name in this version of its domain; nil where there is none.
  public func find(_ name: OperatorName, version: Int) -> (any Operator.Type)? {
    operators[name]?.first { $0.schema.versions.contains(version) }
  }
}
