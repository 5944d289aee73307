import Testing

@testable import Conversion

@Suite struct MinimumCutTests {
  private func vertices(_ count: Int, _ cut: inout MinimumCut) -> [Int] { (0..<count).map { _ in cut.addVertex() } }

  @Test func aVertexGoesWhereItCostsLess() {
    var cut = MinimumCut()
    let v = vertices(2, &cut)
    cut.addEdge(from: MinimumCut.source, to: v[0], capacity: 5)
    cut.addEdge(from: v[0], to: MinimumCut.sink, capacity: 3)
    cut.addEdge(from: MinimumCut.source, to: v[1], capacity: 3)
    cut.addEdge(from: v[1], to: MinimumCut.sink, capacity: 5)
    #expect(cut.sourceSide() == [MinimumCut.source, v[0]])
  }

  /// The network of Cormen, Leiserson, Rivest and Stein, "Introduction to Algorithms", figure 26.1, whose maximum flow
  /// of 23 fills the edges 1→3, 4→3 and 4→t.
  @Test func theTextbookNetwork() {
    var cut = MinimumCut()
    let v = vertices(4, &cut)
    let edges = [
      (MinimumCut.source, v[0], 16), (MinimumCut.source, v[1], 13), (v[1], v[0], 4), (v[0], v[2], 12),
      (v[2], v[1], 9), (v[1], v[3], 14), (v[3], v[2], 7), (v[2], MinimumCut.sink, 20), (v[3], MinimumCut.sink, 4),
    ]
    for (start, target, capacity) in edges { cut.addEdge(from: start, to: target, capacity: capacity) }
    #expect(cut.sourceSide() == [MinimumCut.source, v[0], v[1], v[3]])
  }

  /// Against all cuts of random networks.
  @Test(arguments: 0..<40) func noCutIsCheaper(seed: Int) {
    var random = LinearCongruentialGenerator(state: UInt64(seed))
    let count = 6
    var edges: [(Int, Int, Int)] = []
    for start in 0..<(count + 2) {
      for target in 0..<(count + 2) where start != target && random.next() % 3 == 0 {
        edges.append((start, target, Int(random.next() % 10)))
      }
    }
    var cut = MinimumCut()
    _ = vertices(count, &cut)
    for (start, target, capacity) in edges { cut.addEdge(from: start, to: target, capacity: capacity) }
    func cost(_ side: Set<Int>) -> Int {
      edges.reduce(0) { $0 + (side.contains($1.0) && !side.contains($1.1) ? $1.2 : 0) }
    }
    let least = (0..<(1 << count)).map { bits in
      cost(Set((0..<count).filter { bits >> $0 & 1 == 1 }.map { $0 + 2 }).union([MinimumCut.source]))
    }.min()
    #expect(cost(cut.sourceSide()) == least)
  }
}

private struct LinearCongruentialGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
