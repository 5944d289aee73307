import Conversion
import Kernels
import Tensors
import Testing

@Suite struct TensorPlannerTests {
  private let compute = Compute(tier: .reference, threads: 1)

  private func decide(_ target: DataType, _ name: String, _ tensor: Tensor) -> TensorDecision {
    TensorPlanner(target: target, names: [name], compute: compute).decide(name, tensor)
  }

  @Test func floatingPointTensorsOfOtherTypesAreNarrowed() {
    #expect(decide(.float16, "a", Tensor([2], [1, 65519.996] as [Float])) == .narrow(to: .float16))
    #expect(decide(.float16, "a", Tensor([1], [BFloat16(bits: 0x3F80)])) == .narrow(to: .float16))
    #expect(decide(.bfloat16, "a", Tensor([1], [Half(bits: 0x7BFF)])) == .narrow(to: .bfloat16))
    #expect(decide(.float16, "a", Tensor([0], [] as [Float])) == .narrow(to: .float16))
  }

  @Test func otherTypesAndTheWantedOneStay() {
    #expect(decide(.float16, "a", Tensor([1], [Half(bits: 0)])) == .keep(.wantedType))
    #expect(decide(.float16, "a", Tensor([1], [1.0])) == .keep(.type))
    #expect(decide(.bfloat16, "a", Tensor([1], [1] as [Int64])) == .keep(.type))
  }

  @Test func aTensorThatWouldOverflowStays() {
    #expect(decide(.float16, "a", Tensor([2], [1, -65520] as [Float])) == .keep(.overflow(magnitude: 65520)))
    let large = Float(bitPattern: 0x7F7F_8000)
    #expect(decide(.bfloat16, "a", Tensor([1], [large])) == .keep(.overflow(magnitude: large)))
    #expect(decide(.bfloat16, "a", Tensor([1], [large.nextDown])) == .narrow(to: .bfloat16))
    #expect(
      decide(.float16, "a", Tensor([1], [BFloat16(bits: 0x4780)])) == .keep(.overflow(magnitude: 65536)))
  }

  @Test func infinitiesAndNaNsOfTheOriginalAreNoOverflow() {
    let tensor = Tensor([3], [.infinity, .nan, 1] as [Float])
    #expect(decide(.float16, "a", tensor) == .narrow(to: .float16))
  }

  @Test func scalesAreTheLargestMagnitudeOfEachRowOver127AndAHalf() {
    let weight = Tensor([3, 2], [1, -2, 0.25, -0.4, 0, 0] as [Float])
    #expect(decide(.int8, "fc.weight", weight) == .quantize(scales: [0.015686275, 0.0031372549, 1]))
  }

  @Test func scalesAreRoundedToTheTypeOfTheWeight() {
    // 2 / 127.5 lies between the float16 numbers 0x2403 and 0x2404 and nearer to the second.
    let half = Tensor([1, 2], [Half(bits: 0x3C00), Half(bits: 0xC000)])
    #expect(decide(.int8, "fc.weight", half) == .quantize(scales: [0.01568603515625]))
    let brain = Tensor([1, 2], [BFloat16(bits: 0x3F80), BFloat16(bits: 0xC000)])
    #expect(decide(.int8, "fc.weight", brain) == .quantize(scales: [0.0157470703125]))
  }

  @Test func aScaleThatFloat16CannotHoldIsItsLeastNumber() {
    let weight = Tensor([1, 2], [Half(bits: 1), Half(bits: 0)])
    #expect(decide(.int8, "fc.weight", weight) == .quantize(scales: [0x1p-24]))
  }

  @Test func aWeightThatIsNotFiniteStays() {
    #expect(decide(.int8, "fc.weight", Tensor([2, 2], [1, 2, 3, .nan] as [Float])) == .keep(.notFinite))
    #expect(decide(.int8, "fc.weight", Tensor([1, 2], [-.infinity, 2] as [Float])) == .keep(.notFinite))
  }

  @Test func aWeightStaysWhereTheNameOfItsScalesIsTaken() {
    let planner = TensorPlanner(target: .int8, names: ["fc.weight", "fc.weight_scale"], compute: compute)
    #expect(planner.decide("fc.weight", Tensor([1, 1], [1] as [Float])) == .keep(.scaleNameTaken))
  }

  @Test func tensorsAndModulesCanBeExcluded() {
    var planner = TensorPlanner(target: .int8, names: [], compute: compute)
    planner.excluded = ["block.fc", "head.weight"]
    let weight = Tensor([1, 1], [2] as [Float])
    #expect(planner.decide("block.fc.weight", weight) == .keep(.excluded))
    #expect(planner.decide("head.weight", weight) == .keep(.excluded))
    #expect(planner.decide("block.weight", weight).isConverted)
  }

  @Test func decisionsAreToldInWords() {
    #expect(TensorDecision.narrow(to: .float16).description == "float16")
    #expect(TensorDecision.quantize(scales: [1]).description == "int8 with a scale per row")
    #expect(TensorDecision.keep(.overflow(magnitude: 1e9)).description == "kept: would overflow")
    #expect(TensorDecision.keep(.notFinite).description == "kept: has NaN or Inf")
  }
}
