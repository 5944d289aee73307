import ModelGraph
import Operators

/// Nodes that hand values to observers, so that passes treat these as in use and keep them.
///
/// The result of a probe is returned while passes are applied, which keeps the probe; then it no longer is, so that
/// every value is freed after its last use, observed or not.
struct Probes: Sendable {
  /// The value that stands behind the result of each probe.
  let observed: [ValueID: ValueID]

  /// Puts a probe behind each node of the main body that gives one of `values`.
  init(of values: Set<ValueID>, in model: inout Model) {
    var observed: [ValueID: ValueID] = [:]
    var nodes: [Node] = []
    for node in model.main.nodes {
      nodes.append(node)
      for case let value? in node.outputs where values.contains(value) {
        let result = model.add(Value(name: "", type: model[value].type))
        nodes.append(Node(OperatorName("Probe", domain: internalDomain), inputs: [value], outputs: [result]))
        model.main.outputs.append(result)
        observed[result] = value
      }
    }
    model.main.nodes = nodes
    self.observed = observed
  }

  /// Takes the results of the probes from what `model` returns.
  func release(in model: inout Model) {
    model.main.outputs.removeAll { observed[$0] != nil }
  }
}
