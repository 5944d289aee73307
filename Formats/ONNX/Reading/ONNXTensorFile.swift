import CONNX
public import FormatKit
public import Tensors

/// A file that holds one tensor and its name (ONNX `TensorProto`), as the ONNX test data `input_0.pb` do.
public enum ONNXTensorFile {
  /// Reads the tensor of a file. Its elements stay a slice of `file` where the file holds them as raw bytes.
  /// - Throws: `badFile` where the bytes are no such message, and for tensors of strings and of external data.
  public static func read(_ file: Bytes) throws(FormatError) -> (name: String, tensor: Tensor) {
    guard file.count > 0 else { throw .badFile("the file is empty") }
    let message: UnpackedMessage
    do throws(FormatError) {
      message = try UnpackedMessage(file, root: ONNX_ROOT_TENSOR)
    } catch {
      throw error.at("not a well-formed ONNX tensor")
    }
    let view = message.view(as: Messages.Tensor.self)
    guard let tensor = try TensorReader(file: file, externalFiles: nil).read(view).tensor else {
      throw .badFile("tensors of strings are not supported")
    }
    return (try view.name, tensor)
  }
}
