import FormatKit
import Tensors

/// The files beside a model in which tensors keep their elements, each mapped once.
///
/// A model may name files of its own folder and the folders inside it, nothing else: it must not make its reader open
/// any file of the machine.
final class ExternalFiles {
  private let folder: String
  private var mapped: [String: Bytes] = [:]

  init(folder: String) { self.folder = folder }

  /// The bytes that `entries` (TensorProto.external_data) point to, of which there must be `count`.
  func bytes(of entries: [EntryMessage], count: Int) throws(FormatError) -> Bytes {
    var values: [String: String] = [:]
    for entry in entries { values[try entry.key] = try entry.value }
    guard let location = values["location"] else { throw .badFile("its external data has no location") }
    do throws(FormatError) {
      let offset = try Self.number(values, "offset") ?? 0
      let length = try Self.number(values, "length") ?? count
      guard length == count else {
        throw .badFile("the length is \(length), but the elements take \(count) bytes")
      }
      let file = try file(location)
      guard offset <= file.count, count <= file.count - offset else {
        throw .badFile("\(count) bytes are wanted from byte \(offset), but the file has \(file.count)")
      }
      return file.slice(offset..<offset + count)
    } catch {
      throw error.at("external data \(quoted(location))")
    }
  }

  private static func number(_ values: [String: String], _ key: String) throws(FormatError) -> Int? {
    guard let text = values[key] else { return nil }
    guard let number = Int(text), number >= 0 else { throw .badFile("\(key) \(quoted(text)) is not a size") }
    return number
  }

  private func file(_ location: String) throws(FormatError) -> Bytes {
    if let file = mapped[location] { return file }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.hasPrefix("/"), !parts.contains(".."), !location.contains("\0") else {
      throw .badFile("only a file in the model's folder is read")
    }
    let path = folder == "/" ? "/" + location : folder + "/" + location
    if let real = FilePath(path).resolved, let root = FilePath(folder).resolved {
      guard real.hasPrefix(root == "/" ? root : root + "/") else {
        throw .badFile("it leads out of the model's folder")
      }
    }
    let file = try MappedFile.open(path)
    mapped[location] = file
    return file
  }
}
