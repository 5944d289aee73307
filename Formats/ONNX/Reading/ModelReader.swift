import CONNX
import FormatKit
import ModelGraph
import OrderedCollections
import Tensors

/// Reads a `ModelProto` into a model: resolves names to values, checks what the graph needs to make sense.
///
/// It knows no operator. Extensions in this folder read graphs, nodes, attributes, tensors and types.
struct ModelReader {
  /// The newest ai.onnx opset and file version that are read.
  static let newestOpset = 28
  static let newestVersion = 14

  var model = Model()
  let tensors: TensorReader
  /// The names and overloads of the functions read so far.
  var functionNames: Set<String> = []

  init(tensors: TensorReader) { self.tensors = tensors }

  static func read(_ file: Bytes, at path: String) throws(FormatError) -> Model {
    guard file.count > 0 else { throw .badFile("the file is empty") }
    let message: UnpackedMessage
    do throws(FormatError) {
      message = try UnpackedMessage(file, root: ONNX_ROOT_MODEL)
    } catch {
      throw error.at("not a well-formed ONNX model")
    }
    let folder = FilePath(path).folder
    var reader = ModelReader(tensors: TensorReader(file: file, externalFiles: ExternalFiles(folder: folder)))
    try reader.read(message.view(as: Messages.Model.self))
    return reader.model
  }

  private mutating func read(_ message: ModelMessage) throws(FormatError) {
    guard let graph = message.graph else { throw .badFile("not an ONNX model: it holds no graph") }
    try readVersions(message)
    try readMetadata(message)
    model.extras = FormatExtras(message.unknownFields)
    model.main = try body(graph, inside: nil)
    for function in message.functions { try read(function) }
    try checkStandardOpset()
  }

  /// Without the version of ai.onnx there is no saying what its operators mean.
  private func checkStandardOpset() throws(FormatError) {
    guard model.opsets[""] == nil, model.formatVersion >= 3 else { return }
    var usesStandardOperators = false
    model.main.forEachBody { body in
      usesStandardOperators = usesStandardOperators || body.nodes.contains { $0.operatorName.domain.isEmpty }
    }
    guard !usesStandardOperators else { throw .badFile("the model imports no opset of ai.onnx") }
  }

  private mutating func readVersions(_ message: ModelMessage) throws(FormatError) {
    guard message.irVersion > 0 else { throw .badFile("not an ONNX model: it states no ir_version") }
    guard message.irVersion <= Self.newestVersion else {
      throw .badFile(
        "ir_version \(message.irVersion) is newer than \(Self.newestVersion), the newest this version reads")
    }
    model.formatVersion = Int(message.irVersion)
    model.opsets = try Self.opsets(message.operatorSets)
    // Opset imports came with version 3; before it, a model is of opset 1.
    guard !model.opsets.isEmpty || model.formatVersion < 3 else {
      throw .badFile("the model imports no opset of ai.onnx")
    }
  }

  /// The imported version of each operator set, checked.
  static func opsets(_ messages: [OperatorSetMessage]) throws(FormatError) -> OrderedDictionary<String, Int> {
    var opsets: OrderedDictionary<String, Int> = [:]
    for message in messages {
      let domain = OperatorName("", domain: try message.domain).domain
      let name = domain.isEmpty ? "ai.onnx" : printable(domain)
      let version = message.version
      guard version > 0, let version = Int(exactly: version) else {
        throw .badFile("opset \(message.version) of \(name) does not exist")
      }
      guard !domain.isEmpty || version <= newestOpset else {
        throw .badFile("opset \(version) of ai.onnx is newer than \(newestOpset), the newest this version reads")
      }
      guard (opsets.updateValue(version, forKey: domain) ?? version) == version else {
        throw .badFile("two opsets of \(name) are imported")
      }
    }
    return opsets
  }

  private mutating func readMetadata(_ message: ModelMessage) throws(FormatError) {
    for entry in message.metadata {
      let key = try entry.key
      guard model.metadata.updateValue(try entry.value, forKey: key) == nil else {
        throw .badFile("metadata key \(quoted(key)) is given twice")
      }
    }
  }
}
