import FormatKit
import OrderedCollections
import ONNX
import Safetensors
import Tensors

/// The kinds of files that hold samples, known by their extension or else by their first bytes.
enum SampleFile {
  case npz
  case npy
  case safetensors
  case raw
  case compressedRaw
  case onnxTensor

  /// What extensions there are, for messages.
  static let extensions = ".npz, .npy, .safetensors, .bin, .bin.gz or .pb"

  init(path: String) throws(FormatError) {
    let path = FilePath(path)
    switch path.fileExtension {
    case "npz": self = .npz
    case "npy": self = .npy
    case "safetensors": self = .safetensors
    case "bin": self = .raw
    case "gz" where FilePath(path.stem).fileExtension == "bin": self = .compressedRaw
    case "pb": self = .onnxTensor
    default: throw .badFile("not known as input data: the name must end in \(Self.extensions), or be that of a folder")
    }
  }

  /// Reads all arrays of a file. Only compressed ones are copied.
  func read(_ file: Bytes, inputs: [InputSpecification]) throws(FormatError) -> OrderedDictionary<String, Tensor> {
    switch self {
    case .npz: return try readNPZ(file)
    case .npy: return [try onlyInput(inputs).name: try NPYArray.read(file)]
    case .safetensors: return try SafetensorsFile(file).tensors
    case .raw:
      let input = try onlyInput(inputs)
      return [input.name: try readRaw(file, for: input)]
    case .compressedRaw:
      let input = try onlyInput(inputs)
      return [input.name: try readRaw(try gunzip(file), for: input)]
    case .onnxTensor: return [try onlyInput(inputs).name: try ONNXTensorFile.read(file).tensor]
    }
  }

  /// The input for a file without names.
  private func onlyInput(_ inputs: [InputSpecification]) throws(FormatError) -> InputSpecification {
    guard inputs.count == 1 else {
      throw .badFile(
        "the file holds one array, but the model has \(inputs.count) inputs: \(list(inputs.map(\.name))); use .npz or "
          + ".safetensors")
    }
    return inputs[0]
  }
}
