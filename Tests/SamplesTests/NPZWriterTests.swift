import FormatKit
import Foundation
import Samples
import Tensors
import Testing

@Suite struct NPZWriterTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func written(_ tensor: Tensor) throws -> [UInt8] {
    let path = folder.path + "/written.npz"
    try NPZWriter.write([("x", tensor)], to: path)
    return try [UInt8](Data(contentsOf: URL(filePath: path)))
  }

  /// The checksums are those that Python's zlib gives for the files that NumPy's `save` writes of the same arrays.
  @Test func entriesCarryTheChecksumOfHeaderAndElements() throws {
    let numbers = try written(Tensor([2, 3], [Float](arrayLiteral: 1, 2, 3, 4, 5, 6)))
    #expect(numbers[14..<18] == [0x7C, 0x9C, 0xDE, 0xA2])
    let nothing = try written(Tensor([0, 3], [Float]()))
    #expect(nothing[14..<18] == [0xA3, 0x68, 0x52, 0x77])
  }
}
