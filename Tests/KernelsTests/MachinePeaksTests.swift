import CKernels
import Testing

@testable import Kernels

@Suite struct MachinePeaksTests {
  /// Every multiply-add adds 1, so the result is what was done: a whole and fixed number of vectors for each round.
  @Test(arguments: KernelTier.available) func theLoopsDoTheMultiplyAddsThatTheyCount(tier: KernelTier) {
    let family = unsafe ck_peak_for(tier.identifier)!.pointee
    for loop in [family.f32!, family.u8s8!] {
      let perRound = loop(1)
      #expect(perRound > 0 && perRound % 16 == 0)
      for rounds: UInt32 in [0, 2, 1000, 1 << 20] { #expect(loop(rounds) == UInt64(rounds) * perRound) }
    }
  }

  @Test func aVectorOfBytesHoldsFourTimesAsManyAsOneOfFloats() {
    for tier in KernelTier.available where tier == .avx2 || tier == .avx512 {
      let family = unsafe ck_peak_for(tier.identifier)!.pointee
      #expect(family.u8s8(7) == 4 * family.f32(7))
    }
  }

  @Test(arguments: KernelTier.available) func peaksAreThoseOfAComputer(tier: KernelTier) {
    let compute = Compute(tier: tier, threads: 2)
    let (peaks, memoryRate) = (compute.measureProductPeaks(), compute.measureMemoryRate())
    for rate in [peaks.floatRate, peaks.integerRate] {
      // Between a clock of 10 MHz and two cores at 10 GHz that finish a product of tiles every 16 clocks.
      #expect(rate > 1e7 && rate < 2 * 10e9 * 2048)
    }
    #expect(memoryRate > 1e7 && memoryRate < 1e13)
  }
}
