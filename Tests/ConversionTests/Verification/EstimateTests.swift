import Conversion
import Testing

@Suite struct EstimateTests {
  @Test func aHundredSamplesGiveTheRanksOfTheSignTest() {
    // Ranks 50 ∓ 0.98·10, rounded outwards: positions 40 and 60 of 0…99.
    let estimate = Estimate((0..<100).map { Double($0) }.reversed())
    #expect(estimate.median == 49.5)
    #expect(estimate.low == 40)
    #expect(estimate.high == 60)
  }

  @Test func fewSamplesGiveTheWholeRange() {
    let estimate = Estimate([3, 1, 2])
    #expect(estimate.median == 2)
    #expect(estimate.low == 1)
    #expect(estimate.high == 3)
  }

  @Test func oneSampleIsAllThereIs() {
    let estimate = Estimate([7])
    #expect(estimate.median == 7 && estimate.low == 7 && estimate.high == 7)
  }

  @Test func noSampleGivesNoNumber() {
    let estimate = Estimate([])
    #expect(estimate.median.isNaN && estimate.low.isNaN && estimate.high.isNaN)
  }

  @Test func quantilesLieBetweenNeighbours() {
    #expect([1, 2, 4.0].quantile(0) == 1)
    #expect([1, 2, 4.0].quantile(0.5) == 2)
    #expect([1, 2, 4.0].quantile(0.75) == 3)
    #expect([1, 2, 4.0].quantile(1) == 4)
  }

  @Test func theSpeedupIsTheMedianOfTheRatios() {
    var timing = InterleavedTiming()
    timing.add(reference: 10, candidate: 5)
    timing.add(reference: 30, candidate: 10)
    timing.add(reference: 100, candidate: 10)
    #expect(timing.speedup.median == 3)
    #expect(timing.speedup.low == 2)
    #expect(timing.speedup.high == 10)
  }
}
