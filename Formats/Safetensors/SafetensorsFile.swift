public import FormatKit
public import OrderedCollections
public import Tensors

/// The content of a safetensors file: named tensors and a few texts about them.
///
/// Reading checks the whole header before the first tensor is made. What it accepts is exactly what the format allows:
/// tensors that fill the data without holes and overlaps, each of the size that its type and shape ask for.
public struct SafetensorsFile: Sendable {
  /// The texts of `__metadata__`, in the order of the header.
  public let metadata: OrderedDictionary<String, String>

  /// The tensors, in the order of the header: slices of the file's bytes, not copies.
  public let tensors: OrderedDictionary<String, Tensor>

  /// Maps and reads the file at `path`.
  public static func open(_ path: String) throws(FormatError) -> SafetensorsFile {
    try SafetensorsFile(try MappedFile.open(path))
  }

  /// Reads a whole file. Its tensors share `bytes`.
  public init(_ bytes: Bytes) throws(FormatError) {
    let header = try Header(bytes)
    let data = bytes.slice(header.byteCount..<bytes.count)
    var tensors: OrderedDictionary<String, Tensor> = [:]
    for region in header.regions {
      guard let tensor = Tensor(region.shape, type: region.type, bytes: data.slice(region.range)) else {
        preconditionFailure("tensor \(region.name) passed the checks with a wrong size")
      }
      tensors[region.name] = tensor
    }
    metadata = header.metadata
    self.tensors = tensors
  }

  /// Whether a file that starts with `head` may be one: a plausible header length followed by `{`.
  public static func recognizes(_ head: Bytes) -> Bool {
    var reader = ByteReader(head)
    guard let length = try? reader.read(UInt64.self), let first = try? reader.read(UInt8.self) else { return false }
    return (2...UInt64(Header.maximumLength)).contains(length) && first == UInt8(ascii: "{")
  }
}
