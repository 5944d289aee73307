public import FormatKit
public import ModelGraph
import ONNX
import Safetensors
import Tensors

/// The file formats that there are. A new one needs a line here and nothing else.
public enum AllFormats {
  /// The formats that hold a model.
  public static let models: [any ModelFormat.Type] = [ONNXFormat.self]

  /// The extension of files that hold tensors only.
  public static let tensorExtension = "safetensors"

  /// Reads the file at `path` as what its content shows it to be, or where that shows nothing, its extension.
  public static func read(_ path: String) throws(FormatError) -> FileContents {
    let file = try MappedFile.open(path)
    let head = file.slice(0..<min(file.count, headSize))
    if SafetensorsFile.recognizes(head) { return .tensors(try SafetensorsFile(file)) }
    if let format = models.first(where: { $0.recognizes(head.span) }) {
      return .model(try format.read(file, at: path))
    }
    let fileExtension = FilePath(path).fileExtension
    if fileExtension == tensorExtension { return .tensors(try SafetensorsFile(file)) }
    guard let format = model(forExtension: fileExtension) else { throw unknownFormat }
    return .model(try format.read(file, at: path))
  }

  /// Writes a model in the format that the extension of `path` stands for.
  /// - Returns: the number of bytes written.
  public static func write(_ model: Model, to path: String) throws(FormatError) -> Int {
    guard let format = self.model(forExtension: FilePath(path).fileExtension) else { throw unknownFormat }
    return try format.write(model, to: path)
  }

  /// The format of models whose files bear an extension, in lower case and without the dot.
  public static func model(forExtension fileExtension: String) -> (any ModelFormat.Type)? {
    models.first { $0.fileExtensions.contains(fileExtension) }
  }

  /// As many bytes as any format needs to be recognized.
  private static let headSize = 4096

  private static var unknownFormat: FormatError {
    let names = models.map { "\($0.name) (.\($0.fileExtensions.joined(separator: ", .")))" }
    return .badFile("the format is not known: expected \(names.joined(separator: ", ")) or safetensors")
  }
}
