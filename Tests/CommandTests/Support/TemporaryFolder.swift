import Foundation

/// A folder of its own for one test, removed with it.
final class TemporaryFolder: Sendable {
  let path: String

  /// Makes the folder and copies the named small fixtures of these tests into it.
  init(_ fixtures: String...) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("quantize-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.resolvingSymlinksInPath().path
    for name in fixtures { try copy(Self.source.appendingPathComponent(name).path, as: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures").standardized

  subscript(_ name: String) -> String { "\(path)/\(name)" }

  /// Copies a file or folder to a place below this one.
  func copy(_ original: String, as name: String) throws {
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: self[name]).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: original, toPath: self[name])
  }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
  }

  func bytes(of name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: self[name])) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: self[name], withIntermediateDirectories: true)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: self[name], withDestinationPath: target)
  }

  /// Everything below the folder, hidden or not, sorted.
  var contents: [String] {
    let found = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return found.sorted()
  }
}
