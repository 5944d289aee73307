import Foundation
import Samples
import Tensors
import Testing

/// Files written by NumPy 2.4, and files whose headers are made up.
@Suite struct NPYTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static let rowMajor = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEA=
    """)
  static let fortran = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AACAQAAAAEAAAKBAAABAQAAAwEA=
    """)
  static let fortranOfRankThree = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPGkyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAwABAAQAAgAFAABAA0ABQARAAkAFQACAA4ABgASAAoAFgADAA8A\
    BwATAAsAFwA=
    """)

  /// A version 1.0 file with this header text and data.
  static func file(_ header: String, data: [UInt8]) -> [UInt8] {
    let length = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8) + data
  }

  static func header(_ descriptor: String, _ shape: String, fortran: String = "False") -> String {
    "{'descr': '\(descriptor)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
  }

  func open(_ bytes: [UInt8], _ specification: InputSpecification) throws -> [Tensor] {
    try Samples.open(folder.write("x.npy", bytes), inputs: [specification]).sample()
  }

  func message(_ bytes: [UInt8]) throws -> String? {
    SamplesTests.message(opening: try folder.write("x.npy", bytes), [input("x", [batchAxis, 3])])
  }

  @Test func readsRowMajorArrays() throws {
    let tensor = try #require(try open(Self.rowMajor, input("x", [batchAxis, 3])).first)
    #expect(tensor.shape == [2, 3] && tensor.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
  }

  @Test func bringsFortranOrderIntoRowMajorOrder() throws {
    let tensor = try #require(try open(Self.fortran, input("x", [batchAxis, 3])).first)
    #expect(tensor.shape == [2, 3] && tensor.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
    let cube = try #require(
      try open(Self.fortranOfRankThree, input("x", [batchAxis, 3, 4], type: .int16)).first)
    #expect(cube.shape == [2, 3, 4] && cube.array(of: Int16.self) == Array(0..<24))
  }

  @Test(arguments: [
    ("|b1", DataType.bool, 1), ("|i1", .int8, 1), ("|u1", .uint8, 1), ("<i2", .int16, 2), ("<u2", .uint16, 2),
    ("<i4", .int32, 4), ("<u4", .uint32, 4), ("<i8", .int64, 8), ("<u8", .uint64, 8), ("<f2", .float16, 2),
    ("<f4", .float32, 4), ("<f8", .float64, 8), ("<c8", .complex64, 8),
  ])
  func readsEveryElementType(_ descriptor: String, type: DataType, width: Int) throws {
    let data = [UInt8](repeating: 1, count: 2 * width)
    let bytes = Self.file(Self.header(descriptor, "(2,)"), data: data)
    let tensor = try #require(try open(bytes, input("x", [batchAxis], type: type)).first)
    #expect(tensor.type == type && tensor.shape == [2])
  }

  @Test func refusesBigEndianElements() throws {
    #expect(
      try message(Self.file(Self.header(">f4", "(1, 3)"), data: [UInt8](repeating: 0, count: 12)))
        == #"big-endian elements (>f4) are not read; save array.astype("<f4")"#)
  }

  @Test func refusesOtherElements() throws {
    #expect(
      try message(Self.file(Self.header("<U5", "(1,)"), data: [])) == #"elements of type "<U5" are not read"#)
    #expect(try message(Self.file(Self.header("|O", "(1,)"), data: [])) == #"elements of type "|O" are not read"#)
  }

  @Test(arguments: [
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<f4', 'fortran_order': False, }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': True}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} x",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
    "{'descr: ", "", "{",
  ])
  func refusesOtherHeaders(_ header: String) throws {
    #expect(
      try message(Self.file(header, data: []))
        == "the header is not one of descr, fortran_order and shape; arrays of records are not read")
  }

  @Test func refusesDataOfTheWrongSize() throws {
    #expect(
      try message(Self.rowMajor.dropLast())
        == "an array of <f4 of shape [2, 3] takes 24 bytes, but 23 follow the header")
    #expect(
      try message(Self.rowMajor + [0])
        == "an array of <f4 of shape [2, 3] takes 24 bytes, but 25 follow the header")
  }

  @Test func refusesOtherFilesAndVersions() throws {
    #expect(try message([1, 2, 3]) == "not a .npy file: it does not start with the mark of one")
    var bytes = Self.rowMajor
    bytes[6] = 4
    #expect(try message(bytes) == "version 4.0 of the .npy format is not known")
    #expect(
      try message(Self.file(Self.header("<f4", "(4611686018427387904, 4)"), data: []))
        == "shape [4611686018427387904, 4] has more elements than can be counted")
  }

  @Test func everyTruncationIsRefused() throws {
    for count in 0..<Self.rowMajor.count {
      #expect(try message(Array(Self.rowMajor.prefix(count))) != nil, "\(count) bytes")
    }
  }
}
