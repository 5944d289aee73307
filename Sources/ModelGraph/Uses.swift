/// Where the values of a body are produced and used, by index of the body's own nodes.
///
/// A use inside a nested body counts as a use by the node that holds it.
public struct Uses: Sendable {
  /// The node that produces each value.
  public private(set) var producer: [ValueID: Int] = [:]
  /// The nodes that use each value, in order; a node that uses it twice is listed twice.
  public private(set) var consumers: [ValueID: [Int]] = [:]
  /// The values that the body returns.
  public let outputs: Set<ValueID>

  public init(of body: Body) {
    outputs = Set(body.outputs)
    for (index, node) in body.nodes.enumerated() {
      for output in node.outputs { if let output { producer[output] = index } }
      for input in node.inputs { if let input { consumers[input, default: []].append(index) } }
      for body in node.bodies { for input in body.captures { consumers[input, default: []].append(index) } }
    }
  }

  /// The only node that uses `value`; nil where none or several do or the body returns it.
  public func soleConsumer(of value: ValueID) -> Int? {
    guard !outputs.contains(value), let consumers = consumers[value], consumers.count == 1 else { return nil }
    return consumers[0]
  }
}
