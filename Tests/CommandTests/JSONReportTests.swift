import Foundation
import Testing

/// The reports of convert, batch and bench as programs read them.
@Suite struct JSONReportTests {
  @Test func aConversionTellsWhatBecameOfEachOperator() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize("tiny.onnx", "--to", "int8", "--calib", "calib.npz", "--json", in: folder)
    #expect(outcome.status == 0)
    let report = try JSONReport(Data(outcome.output.utf8))
    #expect(
      report.keys == [
        "bytes_after", "bytes_before", "calibration", "decisions", "input", "output", "seconds", "target", "warnings",
      ])
    #expect(report.text("output") == "tiny.int8.onnx")
    #expect(report.text("target") == "int8")
    #expect(report.number("bytes_before") == 187)
    #expect(report.text("decisions", 0, "decision") == "int8 product")
    #expect(report.flag("decisions", 0, "converted") == true)
    #expect(report.text("decisions", 0, "operators", 0, "name") == "Gemm")
    #expect(report.text("calibration", "method") == "minmax")
    #expect(report.number("calibration", "samples") == 16)
    #expect(report.number("calibration", "inputs", 0, "elements") == 64)
    #expect(
      report.texts("warnings") == [
        "INT8 is not expected to be faster for this model", "the result is not smaller than the original",
      ])
  }

  @Test func aBatchTellsOfEachFileWhetherItFailed() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "cycle.onnx")
    let outcome = try await quantize("batch", ".", "--to", "fp16", "--json", in: folder)
    #expect(outcome.status == 65)
    let report = try JSONReport(Data(outcome.output.utf8))
    #expect(report.text(0, "path") == "cycle.onnx")
    #expect(report.text(0, "error") == "node \"forth\" (Add): it depends on its own output")
    #expect(report.text(1, "path") == "tiny.onnx")
    #expect(report.text(1, "report", "target") == "fp16")
  }

  @Test func aBenchmarkTellsOfEachForm() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    let outcome = try await quantize(
      "bench", "tiny.onnx", "--data", "calib.npz", "--iterations", "1", "--batch", "8", "--json", in: folder)
    #expect(outcome.status == 0)
    let report = try JSONReport(Data(outcome.output.utf8))
    #expect(
      report.keys == ["batch", "cpu", "iterations", "kernels", "model", "peaks", "rows", "threads", "warnings"])
    #expect((0..<3).map { report.text("rows", $0, "name") } == ["FP32", "FP16", "INT8"])
    #expect(report.number("rows", 0, "speedup") == 1)
    #expect(report.number("rows", 0, "weight_bytes") == 60)
    #expect(report.number("batch") == 8)
    // 8 rows, 4 inputs and 3 outputs: 96 multiply-adds.
    let (seconds, share) = (report.number("rows", 0, "seconds"), report.number("rows", 0, "peak_share"))
    let peak = try #require(report.number("peaks", "float_gops")) * 1e9
    #expect(try abs(#require(share) * #require(seconds) * peak / (2 * 96) - 1) < 1e-6)
  }
}
