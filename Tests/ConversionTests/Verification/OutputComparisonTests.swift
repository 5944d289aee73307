import Conversion
import ModelTesting
import Tensors
import Testing

@Suite struct OutputComparisonTests {
  private func near(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 1e-9 * abs(expected) }

  /// Expected figures from NumPy in double precision, on numbers that float32 holds exactly.
  private let reference = Tensor([2, 3], [1 as Float, -2, 3, 0.5, 4, -1])
  private let candidate = Tensor([2, 3], [1.125 as Float, -2, 2.5, 0.5, 3.5, 4])

  @Test func figuresAreThoseOfNumPy() {
    var comparison = OutputComparison(name: "y")
    comparison.add(reference: reference, candidate: candidate)
    #expect(comparison.elements == 6)
    #expect(comparison.maxAbsoluteError == 5)
    #expect(near(comparison.meanAbsoluteError, 1.0208333333333333))
    #expect(near(comparison.rootMeanSquareError, 2.0621843192757208))
    #expect(near(comparison.signalToQuantizationNoiseRatio, 0.8804381092731304))
    #expect(near(comparison.cosineSimilarity, 0.646876374079657))
    // The largest elements are at 2 and 2, then at 1 and 2.
    #expect(comparison.top1Agreement == 0.5)
  }

  @Test func batchesAddUp() {
    var whole = OutputComparison(name: "y")
    whole.add(reference: reference, candidate: candidate)
    var parts = OutputComparison(name: "y")
    for row in 0..<2 {
      let range = row * 3..<row * 3 + 3
      parts.add(
        reference: Tensor([1, 3], Array(reference.floats[range])),
        candidate: Tensor([1, 3], Array(candidate.floats[range])))
    }
    #expect(parts == whole)
  }

  @Test func equalOutputsHaveNoNoise() {
    var comparison = OutputComparison(name: "y")
    comparison.add(reference: reference, candidate: reference)
    #expect(comparison.signalToQuantizationNoiseRatio == .infinity)
    #expect(near(comparison.cosineSimilarity, 1))
    #expect(comparison.top1Agreement == 1)
  }

  @Test func sharedNaNsAndInfinitiesAreEqual() {
    let values = Tensor([3], [Float.nan, .infinity, 1])
    var comparison = OutputComparison(name: "y")
    comparison.add(reference: values, candidate: values)
    #expect(comparison.nonFiniteMismatches == 0)
    #expect(comparison.signalToQuantizationNoiseRatio == .infinity)
  }

  @Test func aNaNOnOneSideSpoilsTheFigures() {
    var comparison = OutputComparison(name: "y")
    comparison.add(reference: Tensor([2], [1 as Float, 2]), candidate: Tensor([2], [1, Float.nan]))
    #expect(comparison.nonFiniteMismatches == 1)
    #expect(comparison.signalToQuantizationNoiseRatio.isNaN)
    #expect(comparison.cosineSimilarity.isNaN)
  }

  @Test func zerosAgreeWithZeros() {
    let zeros = Tensor([2], [0 as Float, 0])
    var comparison = OutputComparison(name: "y")
    comparison.add(reference: zeros, candidate: zeros)
    #expect(comparison.cosineSimilarity == 1)
    #expect(comparison.top1Agreement == nil)
    comparison.add(reference: zeros, candidate: Tensor([2], [0 as Float, 1]))
    #expect(comparison.cosineSimilarity == 0)
    #expect(comparison.signalToQuantizationNoiseRatio == -.infinity)
  }

  @Test func otherTypesAreComparedAsNumbers() {
    var comparison = OutputComparison(name: "y")
    comparison.add(
      reference: Tensor([2], [1 as Float, 0.5]), candidate: Tensor([2], [Half(bits: 0x3C00), Half(bits: 0x3400)]))
    #expect(comparison.maxAbsoluteError == 0.25)
    comparison.add(reference: Tensor([2], [1 as Int64, 7]), candidate: Tensor([2], [3 as Int64, 7]))
    #expect(comparison.maxAbsoluteError == 2)
    comparison.add(
      reference: Tensor([1], [Boolean(true)]), candidate: Tensor([1], [Boolean(false)]))
    #expect(comparison.elements == 5)
  }

  @Test func oneColumnIsNoClassification() {
    var comparison = OutputComparison(name: "y")
    comparison.add(reference: Tensor([2, 1], [1 as Float, 2]), candidate: Tensor([2, 1], [1 as Float, 2]))
    #expect(comparison.top1Agreement == nil)
  }
}
