public import ModelGraph
public import Tensors

/// A file format that holds a whole model graph.
public protocol ModelFormat: Sendable {
  /// The name that its users know: `ONNX`.
  static var name: String { get }
  /// The extensions of its files, in lower case and without the dot.
  static var fileExtensions: [String] { get }

  /// Whether a file that starts with `head` may be of this format. `head` is the whole file or its first bytes.
  static func recognizes(_ head: RawSpan) -> Bool

  /// Reads a model from the bytes of the file at `path`. Weights stay slices of `bytes`; `path` serves to find data
  /// that the file keeps in other files.
  static func read(_ bytes: Bytes, at path: String) throws(FormatError) -> Model

  /// Writes `model` to `path`, as a whole or not at all.
  /// - Returns: the number of bytes written.
  static func write(_ model: Model, to path: String) throws(FormatError) -> Int
}
