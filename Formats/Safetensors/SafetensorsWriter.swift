public import FormatKit
public import OrderedCollections
public import Tensors

/// Writes safetensors files, one tensor after the other, so that memory holds no more than a part of one.
public enum SafetensorsWriter {
  /// Writes a file whose elements `produce` appends, tensor by tensor in the order of `layout.entries`.
  ///
  /// The file replaces `path` when it is complete; if `produce` throws, nothing changes.
  /// - Parameter produce: appends exactly the bytes of one entry: little-endian elements in row-major order.
  /// - Returns: the number of bytes of the file.
  @discardableResult
  public static func write(
    _ layout: SafetensorsLayout, to path: String,
    producing produce: (SafetensorsLayout.Entry, inout AtomicFile) throws(FormatError) -> Void
  ) throws(FormatError) -> Int {
    var file = try AtomicFile(replacing: path)
    try file.append(layout.head)
    for entry in layout.entries {
      let end = file.count + (try entry.byteCount)
      try produce(entry, &file)
      precondition(file.count == end, "tensor \(entry.name): produced \(file.count - end) bytes too many")
    }
    return try file.commit()
  }

  /// Writes tensors that exist already.
  /// - Returns: the number of bytes of the file.
  @discardableResult
  public static func write(
    _ tensors: OrderedDictionary<String, Tensor>, metadata: OrderedDictionary<String, String> = [:], to path: String
  ) throws(FormatError) -> Int {
    let entries = tensors.map { SafetensorsLayout.Entry(name: $0, type: $1.type, shape: $1.shape) }
    return try write(SafetensorsLayout(entries, metadata: metadata), to: path) { entry, file throws(FormatError) in
      guard let tensor = tensors[entry.name] else { preconditionFailure("no tensor \(entry.name)") }
      try file.append(tensor.bytes)
    }
  }
}
