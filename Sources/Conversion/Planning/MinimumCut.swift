/// A flow network that is cut in two where it costs least (Ford and Fulkerson, "Maximal Flow through a Network", 1956;
/// augmented along shortest paths as by Edmonds and Karp, 1972).
///
/// An edge costs its capacity where it leads from the source's side to the sink's.
struct MinimumCut {
  static let source = 0
  static let sink = 1

  /// A capacity that is never cut.
  static let unlimited = Int.max / 4

  private struct Edge {
    let target: Int
    var capacity: Int
  }

  /// Every edge is followed by the one back.
  private var edges: [Edge] = []
  /// The edges that leave each vertex.
  private var outgoing: [[Int]] = [[], []]

  /// Adds a vertex and returns its number.
  mutating func addVertex() -> Int {
    outgoing.append([])
    return outgoing.count - 1
  }

  mutating func addEdge(from start: Int, to target: Int, capacity: Int) {
    precondition(capacity >= 0, "a capacity of \(capacity)")
    outgoing[start].append(edges.count)
    edges.append(Edge(target: target, capacity: capacity))
    outgoing[target].append(edges.count)
    edges.append(Edge(target: start, capacity: 0))
  }

  /// The vertices on the source's side of the cheapest cut; of several, the smallest such set.
  mutating func sourceSide() -> Set<Int> {
    while let path = shortestPath() {
      let flow = path.map { edges[$0].capacity }.min() ?? 0
      for edge in path {
        edges[edge].capacity -= flow
        edges[edge ^ 1].capacity += flow
      }
    }
    let arrivals = arrivals()
    return Set(arrivals.indices.filter { $0 == Self.source || arrivals[$0] != nil })
  }

  /// The edges of a shortest path from source to sink that has capacity left; nil where there is none.
  private func shortestPath() -> [Int]? {
    let arrivals = arrivals()
    guard arrivals[Self.sink] != nil else { return nil }
    var path: [Int] = []
    var vertex = Self.sink
    while let edge = arrivals[vertex] {
      path.append(edge)
      vertex = edges[edge ^ 1].target
    }
    return path
  }

  /// The vertices that capacity leads to from the source, itself left out, each with the edge by which it was first
  /// reached; nil for all others.
  private func arrivals() -> [Int?] {
    var arrivals = [Int?](repeating: nil, count: outgoing.count)
    var frontier = [Self.source]
    while !frontier.isEmpty {
      var next: [Int] = []
      for vertex in frontier {
        for edge in outgoing[vertex] where edges[edge].capacity > 0 {
          let target = edges[edge].target
          guard target != Self.source, arrivals[target] == nil else { continue }
          arrivals[target] = edge
          next.append(target)
        }
      }
      frontier = next
    }
    return arrivals
  }
}
