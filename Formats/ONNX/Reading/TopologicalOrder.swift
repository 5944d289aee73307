import FormatKit
import ModelGraph

/// The nodes in an order in which each follows the producers of what it and the graphs inside it use. Nodes that are
/// in such an order already stay as they are.
func inTopologicalOrder(_ nodes: [Node]) throws(FormatError) -> [Node] {
  let producers = producersOfInputs(nodes)
  if producers.enumerated().allSatisfy({ index, producers in producers.allSatisfy { $0 < index } }) { return nodes }
  var order: [Int] = []
  var state = [VisitState](repeating: .unseen, count: nodes.count)
  for root in nodes.indices where state[root] == .unseen {
    // A depth-first search whose stack is an array: the graph may be deeper than the thread's stack.
    var path = [(node: root, next: 0)]
    state[root] = .onPath
    while let (node, next) = path.last {
      guard next < producers[node].count else {
        state[node] = .done
        order.append(node)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let producer = producers[node][next]
      switch state[producer] {
      case .done: break
      case .onPath:
        let place = NodePlace(name: nodes[producer].name, nodes[producer].operatorName, index: producer)
        throw .badFile("\(place): it depends on its own output")
      case .unseen:
        state[producer] = .onPath
        path.append((producer, 0))
      }
    }
  }
  return order.map { nodes[$0] }
}

private enum VisitState { case unseen, onPath, done }

/// For each node, the nodes whose outputs it needs.
private func producersOfInputs(_ nodes: [Node]) -> [[Int]] {
  var producer: [ValueID: Int] = [:]
  for (index, node) in nodes.enumerated() {
    for output in node.outputs { if let output { producer[output] = index } }
  }
  return nodes.map { node in
    let used = node.inputs.compactMap { $0 } + node.bodies.flatMap(\.captures)
    return used.compactMap { producer[$0] }
  }
}
