import OrderedCollections

extension Body {
  /// The values that the body and the bodies inside it use but do not define, in order of first use.
  public var captures: [ValueID] {
    var defined = Set(inputs + initializers)
    for node in nodes { defined.formUnion(node.outputs.compactMap { $0 }) }
    var seen = Set<ValueID>()
    var captures: [ValueID] = []
    func use(_ id: ValueID) {
      if !defined.contains(id), seen.insert(id).inserted { captures.append(id) }
    }
    for node in nodes {
      for input in node.inputs { if let input { use(input) } }
      for body in node.bodies { body.captures.forEach(use) }
    }
    outputs.forEach(use)
    return captures
  }

  /// Calls `visit` for this body and every body inside it, outermost first.
  public func forEachBody(_ visit: (Body) -> Void) {
    visit(self)
    for node in nodes { for body in node.bodies { body.forEachBody(visit) } }
  }

  /// Rewrites this body and every body inside it, innermost first.
  public mutating func rewriteBodies(_ rewrite: (inout Body) -> Void) {
    for index in nodes.indices {
      for (key, attribute) in nodes[index].attributes {
        switch attribute {
        case .graph(var body):
          body.rewriteBodies(rewrite)
          nodes[index].attributes[key] = .graph(body)
        case .graphs(var bodies):
          for position in bodies.indices { bodies[position].rewriteBodies(rewrite) }
          nodes[index].attributes[key] = .graphs(bodies)
        default: break
        }
      }
    }
    rewrite(&self)
  }
}
