import FormatKit
import Foundation
import Safetensors
import Tensors
import Testing

/// A file made of a header text, with its length in front, and data.
func fileBytes(_ header: String, data: [UInt8] = []) -> Bytes {
  fileBytes(Array(header.utf8), data: data)
}

func fileBytes(_ header: [UInt8], data: [UInt8] = []) -> Bytes {
  let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
  return Bytes(copying: length + header + data)
}

/// The message with which reading fails; nil where it does not.
func message(reading bytes: Bytes) -> String? {
  do throws(FormatError) {
    _ = try SafetensorsFile(bytes)
    return nil
  } catch {
    #expect(error.kind == .badFile)
    return error.message
  }
}

/// A folder that is removed after the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "safetensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  func file(_ name: String) -> String { path + "/" + name }
  var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
