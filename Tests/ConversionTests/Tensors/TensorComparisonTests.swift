import Conversion
import Kernels
import Tensors
import Testing

@Suite struct TensorComparisonTests {
  private let compute = Compute(tier: .reference, threads: 1)

  private func compare(_ reference: StoredTensor, _ candidate: StoredTensor) throws(VerificationError)
    -> OutputComparison
  {
    try TensorComparison(compute: compute).compare("w", reference: reference, candidate: candidate)
  }

  private func message(_ reference: StoredTensor, _ candidate: StoredTensor) -> String? {
    do throws(VerificationError) { _ = try compare(reference, candidate) } catch { return error.message }
    return nil
  }

  @Test func integersAreMultipliedByTheScalesOfTheirRows() throws {
    let reference = StoredTensor(Tensor([2, 2], [1, -2, 3, 4] as [Float]))
    let integers = Tensor([2, 2], [2, -4, 6, 9] as [Int8])
    let candidate = StoredTensor(integers, scales: Tensor([2, 1], [Half(bits: 0x3800), Half(bits: 0x3800)]))
    let comparison = try compare(reference, candidate)
    #expect(comparison.elements == 4)
    #expect(comparison.maxAbsoluteError == 0.5)
    #expect(comparison.meanAbsoluteError == 0.125)
    // 10 · log₁₀(30 / 0.25)
    #expect(abs(comparison.signalToQuantizationNoiseRatio - 20.791812460476248) < 1e-9)
    #expect(comparison.top1Agreement == nil)
  }

  @Test func oneScaleServesAllRows() throws {
    let reference = StoredTensor(Tensor([2, 1], [1, 2] as [Float]))
    let candidate = StoredTensor(Tensor([2, 1], [1, 2] as [Int8]), scales: Tensor([1], [1] as [Float]))
    #expect(try compare(reference, candidate).maxAbsoluteError == 0)
  }

  @Test func realNumbersOfAnyWidthAreCompared() throws {
    let double = StoredTensor(Tensor([2], [1, 2.5]))
    let half = StoredTensor(Tensor([2], [Half(bits: 0x3C00), Half(bits: 0x4000)]))
    let brain = StoredTensor(Tensor([2], [BFloat16(bits: 0x3F80), BFloat16(bits: 0x4040)]))
    #expect(try compare(double, half).maxAbsoluteError == 0.5)
    #expect(try compare(half, brain).maxAbsoluteError == 1)
  }

  @Test func integersOfOneTypeAreCompared() throws {
    let left = StoredTensor(Tensor([2, 2], [1, 2, 3, 4] as [Int64]))
    let right = StoredTensor(Tensor([2, 2], [1, 2, 3, 14] as [Int64]))
    #expect(try compare(left, right).maxAbsoluteError == 10)
  }

  @Test func numbersThatOnlyOneSideHasAreMismatches() throws {
    let left = StoredTensor(Tensor([3], [1, .nan, .infinity] as [Float]))
    let right = StoredTensor(Tensor([3], [.nan, .nan, .infinity] as [Float]))
    #expect(try compare(left, right).nonFiniteMismatches == 1)
  }

  @Test func whatCannotBeComparedIsAnError() {
    let float = StoredTensor(Tensor([2, 2], repeating: 1 as Float))
    let integer = Tensor([2, 2], repeating: 1 as Int8)
    #expect(
      message(float, StoredTensor(Tensor([4], repeating: 1 as Float))) == "has shape [4], the reference's [2, 2]")
    #expect(message(float, StoredTensor(integer)) == "is int8, the reference's float32")
    #expect(
      message(float, StoredTensor(integer, scales: Tensor([3, 1], repeating: 1 as Float)))
        == "its scales are float32 of shape [3, 1], expected floating-point numbers of shape [2, 1]")
    #expect(
      message(float, StoredTensor(integer, scales: Tensor([2, 1], repeating: 1 as Int32)))
        == "its scales are int32 of shape [2, 1], expected floating-point numbers of shape [2, 1]")
  }

  @Test func typesWithoutArithmeticAreComparedByTheirBytes() throws {
    let left = Tensor([2], [1, 2] as [UInt8]).reinterpreted(as: .float8e5m2)
    let right = Tensor([2], [1, 3] as [UInt8]).reinterpreted(as: .float8e5m2)
    #expect(try compare(StoredTensor(left), StoredTensor(left)).maxAbsoluteError == 0)
    #expect(
      message(StoredTensor(left), StoredTensor(right)) == "differs; numbers of float8e5m2 are not compared")
  }
}
