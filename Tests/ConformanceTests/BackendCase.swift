import FormatKit
import ONNX
import Tensors

@testable import Samples

/// One case of the ONNX backend test suite: a model, and what it must make of given inputs.
struct BackendCase: Sendable {
  struct DataSet: Sendable {
    let inputs: [Bytes]
    let outputs: [Bytes]
  }

  let name: String
  let tolerance: Tolerance
  let model: Bytes
  let dataSets: [DataSet]

  /// The cases of an archive, laid out as `Scripts/pack-backend-tests.py` says.
  static func readAll(_ path: String) throws -> [BackendCase] {
    let entries = try ZipArchive(try MappedFile.open(path)).entries
    guard entries.map(\.name) == ["index.txt", "data.bin"] else { throw FormatError.badFile("not an archive of cases") }
    let index = String(decoding: try entries[0].content().array, as: UTF8.self)
    var data = ByteReader(try entries[1].content())
    return try index.split(separator: "\n").map { try BackendCase($0, &data) }
  }

  private init(_ line: Substring, _ data: inout ByteReader) throws {
    let fields = line.split(separator: " ")
    guard fields.count == 4, let relative = Double(fields[1]), let absolute = Double(fields[2]) else {
      throw FormatError.badFile("not a line of an index: \(line)")
    }
    name = String(fields[0])
    tolerance = Tolerance(relative: relative, absolute: absolute)
    let parts = fields[3].split(separator: "/", omittingEmptySubsequences: false)
    model = try Self.take(parts[0], &data)[0]
    dataSets = try parts.dropFirst().map { part in
      let sides = part.split(separator: ":", omittingEmptySubsequences: false)
      return DataSet(inputs: try Self.take(sides[0], &data), outputs: try Self.take(sides[1], &data))
    }
  }

  /// The next files, whose sizes `sizes` lists.
  private static func take(_ sizes: Substring, _ data: inout ByteReader) throws -> [Bytes] {
    try sizes.split(separator: ",").map { size in
      guard let count = Int(size) else { throw FormatError.badFile("not a size: \(size)") }
      return try data.take(count)
    }
  }
}
