import Foundation
import Testing

@Suite struct InspectTests {
  @Test func textShowsInputsOperatorsAndParameters() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize("inspect", "tiny.onnx", in: folder)
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        tiny.onnx: 187 bytes

        ONNX file version 8, opset ai.onnx 13

                name  type     shape
        input   x     float32  [batch, 4]
        output  y     float32  [batch, 3]

        1 nodes: Gemm 1

        15 parameters
        type     elements  bytes
        float32        15     60

        """)
  }

  @Test func jsonHoldsTheSameFigures() async throws {
    let folder = try TemporaryFolder("tiny.onnx")
    let outcome = try await quantize("inspect", "tiny.onnx", "--json", in: folder)
    #expect(outcome.status == 0)
    let report = try JSONReport(Data(outcome.output.utf8))
    #expect(
      report.keys == [
        "bytes", "format_version", "functions", "inputs", "kind", "metadata", "operators", "opsets", "outputs",
        "parameters", "path", "types",
      ])
    #expect(report.text("kind") == "model")
    #expect(report.number("bytes") == 187)
    #expect(report.number("parameters") == 15)
    #expect(report.text("inputs", 0, "shape", 0) == "batch")
    #expect(report.number("inputs", 0, "shape", 1) == 4)
    #expect(report.text("operators", 0, "name") == "Gemm")
    #expect(report.number("opsets", 0, "version") == 13)
    #expect(report.text("types", 0, "type") == "float32")
  }

  @Test func aQuantizedModelListsItsIntegerWeights() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    _ = try await quantize("tiny.onnx", "--to", "int8", "--calib", "calib.npz", in: folder)
    let outcome = try await quantize("inspect", "tiny.int8.onnx", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains("5 nodes: DequantizeLinear 3, Gemm 1, QuantizeLinear 1"))
  }

  @Test func tensorFilesAreInspectedToo() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await quantize("inspect", "\(fixtures)/seed_mlp/model.safetensors", "--json", in: folder)
    #expect(outcome.status == 0)
    let report = try JSONReport(Data(outcome.output.utf8))
    #expect(report.keys == ["bytes", "kind", "metadata", "path", "tensors"])
    #expect(report.text("kind") == "tensors")
  }
}
