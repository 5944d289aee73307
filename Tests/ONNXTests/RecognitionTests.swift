import ONNX
import Tensors
import Testing

@Suite struct RecognitionTests {
  private func recognizes(_ bytes: [UInt8]) -> Bool { ONNXFormat.recognizes(Bytes(copying: bytes).span) }

  @Test func modelsAreRecognizedByTheirFirstBytes() {
    let model = Wire.model(RejectionTests.graph, .text(2, "producer"))
    #expect(recognizes(model))
    #expect(recognizes([UInt8](model[..<20])))
  }

  @Test func otherFilesAreNot() {
    #expect(!recognizes([]))
    #expect(!recognizes([UInt8]("{\"a\": 1}".utf8)))
    #expect(!recognizes([UInt8]("# text".utf8)))
    #expect(!recognizes([UInt8]("\u{93}NUMPY".utf8)))
    #expect(!recognizes([UInt8]("PK\u{3}\u{4}".utf8)))
    // A safetensors header of 264 bytes.
    #expect(!recognizes([0x08, 0x01, 0, 0, 0, 0, 0, 0] + [UInt8]("{\"a\":{}}".utf8)))
  }
}
