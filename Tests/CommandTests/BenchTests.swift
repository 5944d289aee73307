import Testing

@Suite struct BenchTests {
  @Test func theTableHasThreeForms() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize(
      "bench", "tiny.onnx", "--data", "calib.npz", "--iterations", "2", "--batch", "8", "--threads", "1", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines[0] == "tiny.onnx: 2 iterations of batch 8, 1 thread")
    let rows = outcome.lines.dropFirst(4).prefix(3).map { $0.split(separator: " ").map(String.init) }
    #expect(rows.map(\.first) == ["FP32", "FP16", "INT8"])
    #expect(rows[0][2] == "1.00×")
    #expect(outcome.lines[1].hasSuffix(" int8 GOP/s meanwhile"))
    #expect(outcome.lines[3].contains("speedup  of peak  SQNR dB"))
    #expect(rows.map { $0[4] } == ["%", "%", "%"])
    // 12 weights and 3 biases of 4 and 2 bytes.
    #expect(rows[0].last == "60")
    #expect(rows[1].last == "30")
  }

  @Test func madeUpInputsAreAnnounced() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize("bench", "tiny.onnx", "--iterations", "1", "--batch", "4", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "warning: inputs were made up: times are real, SQNR says little of real data\n")
  }
}
