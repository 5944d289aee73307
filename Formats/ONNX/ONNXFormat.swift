public import FormatKit
public import ModelGraph
public import Tensors

/// Models of the Open Neural Network Exchange format, https://onnx.ai: opsets up to 28, file versions up to 14.
public enum ONNXFormat: ModelFormat {
  public static let name = "ONNX"
  public static let fileExtensions = ["onnx"]

  /// Whether `head` starts with fields that a model has. The format has no mark of its own.
  public static func recognizes(_ head: RawSpan) -> Bool { looksLikeModel(head) }

  /// Reads a model. Names are resolved, nodes put in an order in which each follows what it needs, and every
  /// tensor's size is checked; operators are not looked at. What the model has no place for is kept in `extras` and
  /// comes back out of `write`.
  ///
  /// Elements of tensors stay slices of `bytes`, or of the external files that the model names within its folder.
  public static func read(_ bytes: Bytes, at path: String) throws(FormatError) -> Model {
    try ModelReader.read(bytes, at: path)
  }

  /// Writes a model, the same bytes for the same model. `ir_version` is raised where the opset asks for a newer one
  /// (ONNX versioning document, "Released versions").
  ///
  /// A protobuf message cannot be larger than 2 GiB. The tensors of a model that comes near lie in a second file
  /// beside it, `NAME.data`, each at a multiple of 4096 bytes.
  /// - Returns: the number of bytes written to both files.
  public static func write(_ model: Model, to path: String) throws(FormatError) -> Int {
    try write(model, to: path, largestMessage: 1_900_000_000)
  }

  /// The number of bytes that the model takes as one file, external data included.
  public static func encodedSize(of model: Model) throws(FormatError) -> Int {
    var writer = ModelWriter(model)
    return try writer.message().count
  }
}

/// The first fields are taken at their word: a number and wire type that ModelProto has, and a length that a known
/// field may have. Text and other binary files fail within a few bytes.
private func looksLikeModel(_ head: RawSpan) -> Bool {
  let varints = [1, 5]
  let lengthDelimited = [2, 3, 4, 6, 7, 8, 14, 20, 25, 26]
  var reader = ByteReader(unsafe head.withUnsafeBytes { unsafe Bytes(copying: $0) })
  guard !reader.isAtEnd else { return false }
  while !reader.isAtEnd {
    guard let key = try? reader.readVarint() else { return false }
    let field = Int(clamping: key >> 3)
    switch key & 7 {
    case 0:
      guard varints.contains(field), (try? reader.readVarint()) != nil else { return false }
    case 2:
      guard lengthDelimited.contains(field), let count = try? reader.readVarint() else { return false }
      if count >= reader.remaining { return true }
      try? reader.skip(Int(count))
    default: return false
    }
  }
  return true
}
