import Kernels
import Testing

@Suite struct ParallelMapTests {
  @Test(arguments: [1, 2, 3]) func resultsAreInOrder(threads: Int) {
    let compute = Compute(tier: .reference, threads: threads)
    for count in [0, 1, 2, 7] {
      let squares = compute.mapParts(of: count, work: 1_000_000) { [String](repeating: "x", count: $0 * $0) }
      #expect(squares.map(\.count) == (0..<count).map { $0 * $0 })
    }
  }

  @Test func partsMayUseThePoolThemselves() {
    let compute = Compute(tier: .reference, threads: 2)
    let sums = compute.mapParts(of: 4, work: 1_000_000) { part in
      compute.mapParts(of: 3, work: 1_000_000) { 10 * part + $0 }.reduce(0, +)
    }
    #expect(sums == [3, 33, 63, 93])
  }

  @Test(arguments: [1, 2, 3]) func twoFunctionsReturnEachTheirOwnResult(threads: Int) {
    let compute = Compute(tier: .reference, threads: threads)
    let (text, numbers) = compute.both({ "first" }, { compute.mapParts(of: 3, work: 1_000_000) { $0 } })
    #expect(text == "first" && numbers == [0, 1, 2])
    let (absent, present) = compute.both({ nil as Int? }, { 7 as Int? })
    #expect(absent == nil && present == 7)
  }
}
