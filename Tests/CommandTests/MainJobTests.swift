import Foundation
import Testing

/// Convert with calibration, then verify: what the tool is for.
@Suite struct MainJobTests {
  private func convertedSeed() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let seed = "\(fixtures)/seed_mlp"
    let outcome = try await quantize(
      "\(seed)/model.onnx", "--to", "int8", "--calib", "\(seed)/calib.bin", "-o", "seed.int8.onnx", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return folder
  }

  @Test func aConvertedModelKeepsItsAccuracyAndTheReportHasTheAgreedKeys() async throws {
    let folder = try await convertedSeed()
    let seed = "\(fixtures)/seed_mlp"
    let outcome = try await quantize(
      "verify", "\(seed)/model.onnx", "seed.int8.onnx", "--data", "\(seed)/test.npz", "--batch", "1000",
      "--min-sqnr", "30", "--json", "report.json", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.last { !$0.isEmpty } == "passed")

    let report = try JSONReport(folder.bytes(of: "report.json"))
    #expect(
      report.keys == [
        "batch", "candidate", "cpu", "outputs", "passed", "reference", "samples", "speedup", "threads",
      ])
    #expect(
      report.keys("outputs", 0) == ["cosine", "max_abs", "mean_abs", "name", "rmse", "sqnr_db", "top1_agreement"])
    #expect(report.keys("reference") == ["bytes", "median_ms", "p90_ms", "path"])
    #expect(report.keys("candidate") == ["bytes", "median_ms", "p90_ms", "path"])
    #expect(report.keys("speedup") == ["high", "low", "median"])
    #expect(report.keys("cpu") == ["features", "kernels", "model"])
    #expect(report.text("outputs", 0, "name") == "output")
    #expect(report.text("reference", "path") == "\(seed)/model.onnx")
    #expect(report.text("candidate", "path") == "seed.int8.onnx")
    #expect(report.number("batch") == 1000)
    #expect(report.number("samples") == 1000)
    #expect(try #require(report.number("outputs", 0, "sqnr_db")) > 30)
    #expect(report.flag("passed") == true)
    #expect(
      report.number("reference", "bytes")
        == Double(try Data(contentsOf: URL(fileURLWithPath: "\(seed)/model.onnx")).count))
    #expect(report.number("candidate", "bytes") == Double(try folder.bytes(of: "seed.int8.onnx").count))
    let interval = try ["low", "median", "high"].map { try #require(report.number("speedup", $0)) }
    #expect(interval == interval.sorted())
  }

  @Test func anINT8ModelTakesLittleMoreThanAQuarterOfTheBytes() async throws {
    let folder = try await convertedSeed()
    let before = try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/seed_mlp/model.onnx")).count
    let after = try folder.bytes(of: "seed.int8.onnx").count
    #expect(Double(after) < 0.27 * Double(before))
  }

  @Test func aLimitThatIsExceededGivesExitCode1AndSaysWhich() async throws {
    let folder = try await convertedSeed()
    let seed = "\(fixtures)/seed_mlp"
    let outcome = try await quantize(
      "verify", "\(seed)/model.onnx", "seed.int8.onnx", "--data", "\(seed)/test.npz", "--min-sqnr", "200",
      "--max-abs-error", "0", "--min-cosine", "1.5", "--min-speedup", "1e9", "--json", "-", in: folder)
    #expect(outcome.status == 1)
    let failures = outcome.errors.split(separator: "\n").map { String($0) }
    #expect(failures.count == 4)
    #expect(failures[0].hasPrefix("failed: output \"output\": max abs error "))
    #expect(failures[0].hasSuffix(" exceeds 0"))
    #expect(failures[1].hasPrefix("failed: output \"output\": SQNR "))
    #expect(failures[1].hasSuffix(" dB is below 200 dB"))
    #expect(failures[2].hasPrefix("failed: output \"output\": cosine "))
    #expect(failures[2].hasSuffix(" is below 1.5"))
    #expect(failures[3].hasPrefix("failed: speedup "))
    #expect(failures[3].hasSuffix(" is below 1000000000"))
    #expect(try JSONReport(Data(outcome.output.utf8)).flag("passed") == false)
  }

  @Test(arguments: [false, true]) func allNodesBecomeIntegersOnRequest(all: Bool) async throws {
    let folder = try TemporaryFolder()
    let fixture = "\(fixtures)/digits_lstm"
    let outcome = try await quantize(
      ["\(fixture)/model.onnx", "--to", "int8", "--calib", "\(fixture)/calib.npz", "-o", "result.onnx"]
        + (all ? ["--quantize-all"] : []), in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains { $0.contains("float: int8 would not be faster") } == !all)
    let warning = "warning: nothing converted: INT8 would make the model neither faster nor smaller"
    #expect(outcome.errors == (all ? "" : warning + "\n"))
  }

  @Test func aModelIsEqualToItself() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize(
      "verify", "tiny.onnx", "tiny.onnx", "--data", "calib.npz", "--max-abs-error", "0", "--json", "-", in: folder)
    #expect(outcome.status == 0)
    let report = try JSONReport(Data(outcome.output.utf8))
    #expect(report.number("outputs", 0, "sqnr_db") == 999)
    #expect(report.number("outputs", 0, "cosine") == 1)
    #expect(report.number("outputs", 0, "top1_agreement") == 1)
  }

  @Test(arguments: ["fp16", "bf16"])
  func halfPrecisionNeedsNoDataAndStaysClose(type: String) async throws {
    let folder = try TemporaryFolder()
    let model = "\(fixtures)/digits_mlp/model.onnx"
    let conversion = try await quantize(model, "--to", type, "-o", "half.onnx", in: folder)
    #expect(conversion.status == 0)
    let before = try Data(contentsOf: URL(fileURLWithPath: model)).count
    #expect(Double(try folder.bytes(of: "half.onnx").count) < 0.52 * Double(before))
    let verification = try await quantize(
      "verify", model, "half.onnx", "--data", "\(fixtures)/digits_mlp/test.npz", "--min-sqnr",
      type == "fp16" ? "60" : "35", in: folder)
    #expect(verification.status == 0)
  }

  @Test func withoutAnOutputNameTheResultLiesBesideTheInput() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize("tiny.onnx", "--to", "fp16", in: folder)
    #expect(outcome.status == 0)
    #expect(folder.contents == ["tiny.fp16.onnx", "tiny.onnx"])
  }

  @Test func theReportOfAConversionSaysWhatBecameOfTheNodes() async throws {
    let folder = try TemporaryFolder("two_inputs.onnx", "two_inputs.npz")
    let outcome = try await quantize("two_inputs.onnx", "--to", "int8", "--calib", "two_inputs.npz", in: folder)
    #expect(outcome.status == 0)
    #expect(
      Array(outcome.lines.prefix(10)) == [
        "two_inputs.onnx → two_inputs.int8.onnx",
        "",
        "calibrated by minmax on 16 samples of two_inputs.npz",
        "input  elements      min     max      mean      std",
        "ids          16        0       5      2.25   1.6394",
        "x            64  -2.0353  2.2448  -0.06746  0.83544",
        "",
        "count  became                       which",
        "    1  int8 product                 Gemm 1",
        "    2  float: neighbours are float  Add 1, Gather 1",
      ])
    #expect(
      outcome.errors == """
        warning: INT8 is not expected to be faster for this model
        warning: the result is not smaller than the original

        """)
  }

  @Test func theInterfaceBecomesHalfOnDemandAndTakesTheSameData() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let conversion = try await quantize("tiny.onnx", "--to", "fp16", "--io", "fp16", in: folder)
    #expect(conversion.status == 0)
    let inspection = try await quantize("inspect", "tiny.fp16.onnx", "--json", in: folder)
    let report = try JSONReport(Data(inspection.output.utf8))
    #expect(report.text("inputs", 0, "type") == "float16")
    #expect(report.text("outputs", 0, "type") == "float16")
    let verification = try await quantize(
      "verify", "tiny.onnx", "tiny.fp16.onnx", "--data", "calib.npz", "--min-sqnr", "55", in: folder)
    #expect(verification.status == 0)
  }

  @Test func filesOfTensorsAreConvertedAndVerifiedToo() async throws {
    let folder = try TemporaryFolder()
    let original = "\(fixtures)/seed_mlp/model.safetensors"
    let conversion = try await quantize(original, "--to", "fp16", "-o", "half.safetensors", in: folder)
    #expect(conversion.status == 0)
    let verification = try await quantize(
      "verify", original, "half.safetensors", "--min-sqnr", "60", "--json", "-", in: folder)
    #expect(verification.status == 0)
    let report = try JSONReport(Data(verification.output.utf8))
    #expect(report.keys("products", 0) == ["name", "shape", "speedup", "sqnr_db"])
    #expect(report.flag("passed") == true)
  }

  @Test func theHelpNamesEveryCommand() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await quantize("--help", in: folder)
    #expect(outcome.status == 0)
    for command in ["convert", "verify", "run", "batch", "inspect", "bench", "profile"] {
      #expect(outcome.lines.contains { $0.hasPrefix("  \(command) ") })
    }
  }
}
