import Engine
import Kernels
import ModelTesting
import Tensors
import Testing

/// The engine against ONNX Runtime, on the samples that `Scripts/make-goldens.py` recorded.
@Suite struct GoldenTests {
  @Test(arguments: Fixture.all, KernelTier.available)
  func theEngineAgreesWithONNXRuntime(name: String, tier: KernelTier) throws {
    let fixture = Fixture(name: name)
    let model = try fixture.model()
    let golden = try fixture.golden(for: model)
    let session = try Session(model, compute: Compute(tier: tier, threads: 2))
    let outputs = try session.run(golden.inputs)
    #expect(outputs.count == golden.outputs.count)
    for (output, expected) in zip(outputs, golden.outputs) {
      #expect(output.relativeDifference(from: expected) <= 1e-4)
    }
  }

  @Test(arguments: Fixture.all) func theNumberOfThreadsChangesNoBit(name: String) throws {
    let fixture = Fixture(name: name)
    let model = try fixture.model()
    let inputs = try fixture.golden(for: model).inputs
    let results = try [1, 2, 3].map { threads in
      try run(model, inputs, passes: PassList.standard, compute: Compute(tier: .best(), threads: threads))
    }
    for outputs in results.dropFirst() {
      #expect(zip(outputs, results[0]).allSatisfy { $0.bytes.isEqual(to: $1.bytes) })
    }
  }
}
