import FormatKit
import OrderedCollections
import Tensors

/// The arrays of a file, told apart by name: one for each input, and those that belong to none.
struct NamedArrays {
  /// In the order of the model's inputs.
  let inputs: [Tensor]
  let auxiliary: OrderedDictionary<String, Tensor>

  /// What the names of arrays start with that are not meant for an input.
  static let auxiliaryPrefix = "__"

  init(_ arrays: OrderedDictionary<String, Tensor>, inputs: [InputSpecification]) throws(FormatError) {
    let wanted = inputs.map(\.name)
    let auxiliary = arrays.filter { $0.key.hasPrefix(Self.auxiliaryPrefix) && !wanted.contains($0.key) }
    let found = Array(arrays.keys).filter { auxiliary[$0] == nil }
    var matched: [Tensor] = []
    for name in wanted {
      guard let array = arrays[name] else {
        throw .badFile("no array \(quoted(name)): the model wants \(list(wanted)), the file holds \(list(found))")
      }
      matched.append(array)
    }
    if let extra = found.first(where: { !wanted.contains($0) }) {
      throw .badFile(
        "array \(quoted(extra)) is no input of the model, which wants \(list(wanted)); the names of other data must "
          + "start with \(Self.auxiliaryPrefix)")
    }
    self.inputs = matched
    self.auxiliary = auxiliary
  }
}

/// Names as a message lists them: `"a", "b"`, or `nothing`.
func list(_ names: [String]) -> String {
  let limit = 10
  guard !names.isEmpty else { return "nothing" }
  let shown = names.prefix(limit).map(quoted).joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
