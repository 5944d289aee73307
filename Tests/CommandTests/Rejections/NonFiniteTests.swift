import Testing

/// NaN and infinity, in data and in weights, are refused; finite numbers too large for a type stay in float.
@Suite struct NonFiniteTests {
  @Test(arguments: ["nan.npz", "infinity.npz"]) func dataThatIsNotFinite(name: String) async throws {
    let folder = try TemporaryFolder("tiny.onnx", name)
    let outcome = try await quantize("tiny.onnx", "--to", "int8", "--calib", name, in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.errors == "error: \(name): input \"x\", sample 3: NaN or infinity among the elements\n")
    #expect(folder.contents == ["\(name)", "tiny.onnx"].sorted())
  }

  @Test(arguments: ["nan_weight.onnx", "infinite_weight.onnx"])
  func weightsThatAreNotFinite(name: String) async throws {
    let folder = try TemporaryFolder(name, "calib.npz")
    let outcome = try await quantize(name, "--to", "int8", "--calib", "calib.npz", in: folder)
    #expect(outcome.status == 65)
    let value = name.hasPrefix("nan") ? "nan" : "inf"
    #expect(outcome.errors.hasPrefix("error: \(name): node "))
    #expect(outcome.errors.contains("(Gemm): weight \"w\" has \(value) at element "))
    #expect(folder.contents == ["calib.npz", name])
  }

  @Test func weightsTooLargeForHalfPrecisionStayFloat() async throws {
    let folder = try TemporaryFolder("large_weight.onnx", "calib.npz")
    let conversion = try await quantize("large_weight.onnx", "--to", "fp16", in: folder)
    #expect(conversion.status == 0)
    #expect(conversion.lines.contains("    1  float32: a constant exceeds 65504  Gemm 1"))
    let verification = try await quantize(
      "verify", "large_weight.onnx", "large_weight.fp16.onnx", "--data", "calib.npz", "--max-abs-error", "0",
      in: folder)
    #expect(verification.status == 0)
  }

  @Test func operatorsThatAreNotKnownStayFloat32InHalfPrecision() async throws {
    let folder = try TemporaryFolder("unknown_operator.onnx")
    let outcome = try await quantize("unknown_operator.onnx", "--to", "fp16", in: folder)
    #expect(outcome.status == 0)
    #expect(
      outcome.lines.contains("    1  float32: operator not known  example.com::Mystery 1"))
  }
}
