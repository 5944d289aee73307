/// Where a node got a parameter from, so that a message can name it.
enum ParameterSource: Sendable {
  case attribute(String)
  case input(Int)

  func error(_ problem: String) -> OperatorError {
    switch self {
    case .attribute(let name): .attribute(name, problem)
    case .input(let index): .input(index, problem)
    }
  }
}

/// A list of integers that older versions of an operator give as an attribute and newer ones as an input.
struct IntegerParameter: Sendable {
  let source: ParameterSource
  private let attributeValues: [Int]?

  /// Reads the attribute if the node's version is below `version`, the first that has the input instead.
  init(
    _ node: NodeReader, attribute: String, input: Int, since version: Int
  ) throws(OperatorError) {
    if node.version < version {
      source = .attribute(attribute)
      attributeValues = try node.ints(attribute)
    } else {
      source = .input(input)
      attributeValues = nil
    }
  }

  /// The integers, or nil where the node leaves the parameter out.
  func optionalValues(_ inputs: OperatorInputs) throws(OperatorError) -> [Int]? {
    switch source {
    case .attribute: attributeValues
    case .input(let index): try inputs.optionalIntegers(index)
    }
  }

  /// The integers; throws where the node leaves the parameter out.
  func values(_ inputs: OperatorInputs) throws(OperatorError) -> [Int] {
    guard let values = try optionalValues(inputs) else { throw source.error("is missing") }
    return values
  }
}
