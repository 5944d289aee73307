import Kernels
import Synchronization
import Testing

@Suite struct FlushingDenormalsTests {
  private let least = [Float.leastNonzeroMagnitude, Float.leastNormalMagnitude]

  /// How many of the chunks of a job find that twice the least of all numbers is 0, and so is half of the least
  /// normal one.
  private func zeros(_ compute: Compute, of chunks: Int, _ numbers: [Float]) -> Int {
    let count = Atomic(0)
    compute.pool.run(chunks: chunks) { _ in
      if numbers[0] * 2 == 0, numbers[1] / 2 == 0 { count.add(1, ordering: .relaxed) }
    }
    return count.load(ordering: .relaxed)
  }

  @Test(arguments: [1, 4]) func chunksComputeLikeTheirCaller(threads: Int) {
    let compute = Compute(tier: .reference, threads: threads)
    for _ in 0..<20 {
      #expect(zeros(compute, of: 100, least) == 0)
      #expect(compute.flushingDenormals { zeros(compute, of: 100, least) } == 100)
    }
    #expect(least[0] * 2 > 0)
  }

  @Test(arguments: KernelTier.available) func kernelsOfAllTiersDo(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    let input = [Float](repeating: 1e-30, count: 40)
    func products() -> [Float] {
      var output = [Float](repeating: 1, count: input.count)
      var span = output.mutableSpan
      let factor: [Float] = [1e-10]
      compute.combine(.multiply, input.span, factor.span, into: &span)
      return output
    }
    #expect(products().allSatisfy { $0 > 0 && !$0.isNormal })
    #expect(compute.flushingDenormals { products() }.allSatisfy { $0 == 0 })
  }
}
