import FormatKit
import Foundation
import Kernels
import Safetensors
import Samples
import Tensors
import Testing

let compute = Compute(tier: .reference, threads: 1)

/// A folder that is removed after the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "samples-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, in folders that are made as needed, and gives its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Writes a file of tensors by name.
  func write(_ tensors: KeyValuePairs<String, Tensor>) throws -> String {
    let path = self.path + "/data.safetensors"
    let layout = try SafetensorsLayout(tensors.map { .init(name: $0, type: $1.type, shape: $1.shape) })
    try SafetensorsWriter.write(layout, to: path) { entry, file throws(FormatError) in
      for (name, tensor) in tensors where name == entry.name { try file.append(tensor.bytes) }
    }
    return path
  }

  /// The message with which opening fails; nil where it does not.
  func message(
    opening tensors: KeyValuePairs<String, Tensor>, _ inputs: [InputSpecification], batch: Int? = nil
  ) throws -> String? {
    SamplesTests.message(opening: try write(tensors), inputs, batch: batch)
  }
}

func message(opening path: String, _ inputs: [InputSpecification], batch: Int? = nil) -> String? {
  do throws(FormatError) {
    _ = try Samples.open(path, inputs: inputs, batch: batch)
    return nil
  } catch { return error.message }
}

func decoded(_ base64: String) -> [UInt8] { [UInt8](Data(base64Encoded: base64) ?? Data()) }

func input(
  _ name: String, _ dimensions: [InputSpecification.Dimension]?, type: DataType = .float32
) -> InputSpecification {
  InputSpecification(name: name, type: type, dimensions: dimensions)
}

/// A float32 tensor of 0, 1, 2…
func counting(_ shape: Shape) -> Tensor { Tensor(shape, (0..<shape.count).map(Float.init)) }

let batchAxis = InputSpecification.Dimension.free("batch")

extension InputSpecification.Dimension: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self = .fixed(value) }
}
