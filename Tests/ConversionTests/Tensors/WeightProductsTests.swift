import Conversion
import Kernels
import Tensors
import Testing

@Suite struct WeightProductsTests {
  private let compute = Compute(tier: .reference, threads: 1)

  private func products(_ activations: [Float], batch: Int) -> WeightProducts {
    WeightProducts(activations: Tensor([activations.count], activations), batch: batch, rounds: 3, compute: compute)
  }

  @Test func equalWeightsGiveEqualProducts() throws {
    var products = products([1, 2, 3, 4], batch: 2)
    let weight = try #require(RealTensor(Tensor([3, 2], [1, 2, 3, 4, 5, 6] as [Float])))
    try products.add("w", reference: weight, candidate: weight)
    let product = try #require(products.products.first)
    #expect(product.name == "w")
    #expect(product.shape == [3, 2])
    #expect(product.sqnrDecibels == .infinity)
    #expect(products.timing.reference.count == 3)
    #expect(products.timing.candidate.allSatisfy { $0 > 0 })
  }

  @Test func halfPrecisionWeightsAreMultipliedAsTheyAre() throws {
    var products = products([1, 1], batch: 1)
    let reference = try #require(RealTensor(Tensor([1, 2], [1, 2.5] as [Float])))
    let candidate = try #require(RealTensor(Tensor([1, 2], [Half(bits: 0x3C00), Half(bits: 0x4000)])))
    try products.add("w", reference: reference, candidate: candidate)
    // 3.5 against 3: 20 · log₁₀(3.5 / 0.5)
    #expect(abs((products.products.first?.sqnrDecibels ?? 0) - 16.901960800285138) < 1e-5)
  }

  @Test func activationsOfIntegerWeightsAreQuantizedRowByRow() throws {
    // Each row reaches ±127.5 steps of its own scale, 1 and 0.5, and 127.5 saturates to 127: the second element is
    // exact, so the products of the two rows are 127 + 100 and (127 + 100) / 2 against 127.5 + 100 and half of that.
    var products = products([127.5, 100, 63.75, 50], batch: 2)
    let reference = try #require(RealTensor(Tensor([1, 2], [1, 1] as [Float])))
    let candidate = try RealTensor(
      Tensor([1, 2], [1, 1] as [Int8]), scales: Tensor([1, 1], [1] as [Float]), compute: compute)
    try products.add("w", reference: reference, candidate: candidate)
    // 20 · log₁₀(227.5 / 0.5)
    #expect(abs((products.products.first?.sqnrDecibels ?? 0) - 53.160227933) < 1e-4)
  }

  @Test func rowsTooLongForExactSumsAreRefused() throws {
    let length = 131_072
    var products = products([Float](repeating: 1, count: length), batch: 1)
    let reference = try #require(RealTensor(Tensor([1, length], repeating: 1 as Float)))
    let candidate = try RealTensor(
      Tensor([1, length], repeating: 1 as Int8), scales: Tensor([1, 1], [1] as [Float]), compute: compute)
    #expect(
      throws: VerificationError(
        "is not multiplied: int8 rows of 131072 may overflow 32-bit sums, which take 131071")
    ) {
      try products.add("w", reference: reference, candidate: candidate)
    }
    #expect(products.timing.reference.isEmpty)
  }
}
