import Samples
import Tensors
import Testing

/// Archives written by NumPy 2.4 (`savez`, `savez_compressed`); the one with 64-bit sizes was made with Python's
/// `struct` and read back by NumPy.
@Suite struct NPZTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static let stored = decoded(
    """
    UEsDBC0AAAAAAAAAIQB8nN6i//////////8FABQAeC5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdm\
    b3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAKAACAPwAAAEAAAEBAAACAQAAAoEAAAMBAUEsDBC0AAAAAAAAAIQBx+zmr//////////8OABQAX19sYWJlbHNfXy5ucHkB\
    ABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCks\
    IH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQAAAAAAAAAAAAAAAAAAAFBLAQIt\
    Ay0AAAAAAAAAIQB8nN6imAAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQItAy0AAAAAAAAAIQBx+zmrkAAAAJAAAAAOAAAAAAAAAAAA\
    AACAAc8AAABfX2xhYmVsc19fLm5weVBLBQYAAAAAAgACAG8AAACfAQAAAAA=
    """)
  static let deflated = decoded(
    """
    UEsDBC0AAAAIAAAAIQB8nN6i//////////8FABQAeC5ucHkBABAAmAAAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Ce\
    ll9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgaGBnsGBgYHIALiBiBeAMQHHABQSwMELQAAAAgAAAAhAD9Lz8f/////////\
    /wUAFAB5Lm5weQEAEADkAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBak\
    AvkaRjoKpgaaOgq1CuQCLgY6AABQSwECLQMtAAAACAAAACEAfJzeolgAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAACAAA\
    ACEAP0vPx0oAAADkAAAABQAAAAAAAAAAAAAAgAGPAAAAeS5ucHlQSwUGAAAAAAIAAgBmAAAAEAEAAAAA
    """)
  static let wide = decoded(
    """
    UEsDBC0AAAAAAAAAAAD6TOrp//////////8FABQAeC5ucHkBABAAggAAAAAAAACCAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3x1MScsICdm\
    b3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg\
    ICAgICAgICAgICAgICAKBwhQSwECLQAtAAAAAAAAAAAA+kzq6f//////////BQAcAAAAAAAAAAAAAAD/////eC5ucHkBABgAggAAAAAAAACCAAAA\
    AAAAAAAAAAAAAAAAUEsGBiwAAAAAAAAALQAtAAAAAAAAAAAAAQAAAAAAAAABAAAAAAAAAE8AAAAAAAAAuQAAAAAAAABQSwYHAAAAAAgBAAAAAAAA\
    AQAAAFBLBQYAAAAA////////////////AAA=
    """)

  let x = input("x", [batchAxis, 3])

  func message(_ bytes: [UInt8], _ inputs: [InputSpecification]? = nil) throws -> String? {
    SamplesTests.message(opening: try folder.write("data.npz", bytes), inputs ?? [x])
  }

  /// The stored archive with one byte replaced.
  func patched(_ position: Int, _ byte: UInt8, in bytes: [UInt8] = stored) -> [UInt8] {
    var bytes = bytes
    bytes[position] = byte
    return bytes
  }

  /// Where the central directory of the stored archive begins, and its end record.
  let directory = 415
  let end = 526

  @Test func readsStoredArraysAndKeepsLabelsApart() throws {
    let stream = try Samples.open(folder.write("data.npz", Self.stored), inputs: [x])
    #expect(stream.count == 2 && stream.batchCount == 1)
    #expect(try stream.batch(0)[0].array(of: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(stream.auxiliary["__labels__"]?.array(of: Int64.self) == [1, 0])
  }

  @Test func readsDeflatedArrays() throws {
    let y = input("y", [batchAxis, 50], type: .uint8)
    let stream = try Samples.open(folder.write("data.npz", Self.deflated), inputs: [y, x])
    let batch = try stream.batch(0)
    #expect(batch[0].array(of: UInt8.self) == [UInt8](repeating: 0, count: 100))
    #expect(batch[1].array(of: Float.self) == [1, 2, 3, 4, 5, 6])
  }

  @Test func readsSizesOf64Bits() throws {
    let stream = try Samples.open(
      folder.write("data.npz", Self.wide), inputs: [input("x", [batchAxis], type: .uint8)])
    #expect(try stream.sample()[0].array(of: UInt8.self) == [7, 8])
  }

  @Test func archiveMayEndWithAComment() throws {
    var bytes = Self.stored
    bytes[bytes.count - 2] = 3
    #expect(try message(bytes + [1, 2, 3]) == nil)
  }

  @Test func damagedDataIsFoundByItsChecksum() throws {
    #expect(
      try message(patched(180, 0x41)) == #""x.npy" is damaged: its checksum is wrong"#)
    #expect(try message(patched(150, 0, in: Self.deflated)) != nil)
  }

  /// The directory says that `x.npy` has 88 bytes, which give 152.
  @Test func compressedDataMustGiveWhatTheDirectorySays() throws {
    let (data, directory) = (55, 272)
    func message(_ position: Int, _ byte: UInt8) throws -> String? {
      let inputs = [x, input("y", [batchAxis, 50], type: .uint8)]
      return try self.message(patched(position, byte, in: Self.deflated), inputs)
    }
    #expect(
      try message(directory + 24, 151) == #""x.npy": the compressed data gives more bytes than announced"#)
    #expect(
      try message(directory + 24, 153)
        == #""x.npy": the compressed data gives 152 bytes where 153 are announced"#)
    #expect(try message(directory + 20, 89) == #""x.npy": bytes follow the end of the compressed data"#)
    #expect(try message(directory + 20, 0) == #""x.npy": the compressed data ends too early"#)
    // libdeflate does not tell data that is cut short from data that is wrong.
    #expect(try message(directory + 20, 87) == #""x.npy": the compressed data is damaged"#)
    // There is no block of type 3.
    #expect(try message(data, 0b111) == #""x.npy": the compressed data is damaged"#)
  }

  @Test func damagedStructureIsNamed() throws {
    #expect(try message([]) == "damaged .npz archive: it has no end record")
    #expect(try message(Array(Self.stored.dropLast())) == "damaged .npz archive: it has no end record")
    #expect(
      try message(patched(directory, 0)) == "damaged .npz archive: an entry of its central directory is missing")
    #expect(
      try message(patched(0, 0)) == #"damaged .npz archive: "x.npy": its header is missing"#)
    #expect(
      try message(patched(end + 4, 1)) == "damaged .npz archive: it is spread over several files")
    #expect(
      try message(patched(end + 15, 1))
        == "damaged .npz archive: its central directory lies outside the file")
    #expect(try message(patched(directory + 8, 1)) == #"damaged .npz archive: "x.npy" is encrypted"#)
  }

  @Test func unknownCompressionIsNamed() throws {
    #expect(
      try message(patched(directory + 10, 12)) == #""x.npy" is compressed by method 12; only deflate is read"#)
  }

  @Test func impossibleSizesAreRefusedBeforeMemoryIsTaken() throws {
    #expect(
      try message(patched(directory + 27, 0x7F)) == #""x.npy" has a size that its data cannot have"#)
    #expect(
      try message(patched(272 + 27, 0x7F, in: Self.deflated), [x, input("y", [batchAxis, 50], type: .uint8)])
        == #""x.npy" has a size that its data cannot have"#)
  }

  @Test func otherFilesInTheArchiveAreNamed() throws {
    var bytes = Self.stored
    bytes[directory + 46] = UInt8(ascii: "/")
    bytes[directory + 50] = UInt8(ascii: "z")
    #expect(try message(bytes) == #"the archive holds "/.npz", which is not a .npy array"#)
  }

  @Test func truncatedArchivesAreRefused() throws {
    for archive in [Self.stored, Self.deflated, Self.wide] {
      for count in stride(from: 0, to: archive.count, by: 7) {
        #expect(try message(Array(archive.prefix(count))) != nil, "\(count) bytes")
      }
    }
  }
}
