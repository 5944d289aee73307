import FormatKit
import ONNX
import Tensors
import Testing

@Suite struct TensorFileTests {
  private func error(_ bytes: [UInt8]) -> String? {
    do throws(FormatError) {
      _ = try ONNXTensorFile.read(Bytes(copying: bytes))
      return nil
    } catch {
      return error.message
    }
  }

  @Test func aTensorAndItsNameAreRead() throws {
    let file = Wire.tensor("input", [2], type: 1, .raw([1, -2])).bytes
    let (name, tensor) = try ONNXTensorFile.read(Bytes(copying: file))
    #expect(name == "input")
    #expect(tensor.array(of: Float.self) == [1, -2])
  }

  @Test func whatIsNoTensorIsRejected() {
    #expect(error([]) == "the file is empty")
    #expect(error([0xFF]) == "not a well-formed ONNX tensor: byte 0: the file is cut off within a number")
    #expect(error(Wire.tensor("", [1], type: 8, .text(6, "a")).bytes) == "tensors of strings are not supported")
    #expect(error(Wire.tensor("", [1], type: 1, .int(14, 1)).bytes) == "its elements lie in another file")
  }
}
