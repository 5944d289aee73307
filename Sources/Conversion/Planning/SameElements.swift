import ModelGraph
import Quantization

extension Node {
  /// The inputs whose elements, all of them and no others, are those of the only output; nil for other operators.
  fileprivate var inputsOfSameElements: [ValueID]? {
    guard operatorName.domain.isEmpty, outputs.count == 1 else { return nil }
    switch operatorName.type {
    case "Concat": return inputs.contains(nil) ? nil : inputs.compactMap(\.self)
    case "Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze": return inputs.first.flatMap { $0.map { [$0] } }
    default: return nil
    }
  }
}

extension Model {
  /// The values among `observed` of which nothing needs to be observed, because all their elements are seen in others
  /// of the set.
  func composed(of observed: Set<ValueID>) -> Set<ValueID> {
    Set(
      main.nodes.compactMap { node in
        guard let parts = node.inputsOfSameElements, let output = node.outputs[0],
          parts.allSatisfy({ observed.contains($0) })
        else { return nil }
        return output
      })
  }

  /// `statistics` with those of values whose elements are all counted in others.
  func completed(_ statistics: [ValueID: CalibrationStatistics]) -> [ValueID: CalibrationStatistics] {
    var completed = statistics
    for node in main.nodes {
      guard let parts = node.inputsOfSameElements, let output = node.outputs[0], completed[output] == nil,
        case let known = parts.compactMap({ completed[$0] }), known.count == parts.count
      else { continue }
      completed[output] = known.dropFirst().reduce(into: known.first) { $0?.merge($1) }
    }
    return completed
  }
}
