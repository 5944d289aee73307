public import FormatKit
public import ModelGraph
import Tensors

extension ONNXFormat {
  /// Writes a model; its initializers go to a second file where the message would exceed `largestMessage` bytes.
  /// - Returns: the number of bytes written to both files.
  public static func write(_ model: Model, to path: String, largestMessage: Int) throws(FormatError) -> Int {
    // Both files belong beside each other, also where `path` is a link.
    let path = FilePath(FilePath(path).resolved ?? path)
    var writer = ModelWriter(model)
    let message = try writer.message()
    guard message.count > largestMessage else {
      return try write(message.chunks, to: AtomicFile(replacing: path.text)).commit()
    }
    writer.external = ExternalData(location: path.name + ".data")
    let small = try writer.message()
    guard let external = writer.external, small.count <= Int(Int32.max) else {
      throw .badFile("the model cannot be written: without its initializers it is still larger than 2 GiB")
    }
    // Both files are complete before the first takes its place. The data comes first: a model without its data
    // cannot be read, data without a model do no harm.
    let data = try write(external.chunks, to: AtomicFile(replacing: path.sibling(external.location)))
    let file = try write(small.chunks, to: AtomicFile(replacing: path.text))
    let dataCount = try data.commit()
    return dataCount + (try file.commit())
  }

  private static func write(_ chunks: [Bytes], to file: consuming AtomicFile) throws(FormatError) -> AtomicFile {
    for chunk in chunks { try file.append(chunk) }
    return file
  }
}

/// The file beside a model that holds its large tensors.
struct ExternalData {
  /// The name of the file.
  let location: String
  private(set) var chunks: [Bytes] = []
  private var count = 0

  /// Tensors start where a page of memory may start, so that readers can map them.
  private static let alignment = 4096
  /// Smaller tensors are not worth a page.
  static let smallestTensor = 1024

  init(location: String) { self.location = location }

  /// Adds the bytes of a tensor.
  /// - Returns: their position in the file.
  mutating func add(_ bytes: Bytes) -> Int {
    let padding = (Self.alignment - count % Self.alignment) % Self.alignment
    if padding > 0 { chunks.append(Bytes(copying: [UInt8](repeating: 0, count: padding))) }
    let offset = count + padding
    chunks.append(bytes)
    count = offset + bytes.count
    return offset
  }
}
