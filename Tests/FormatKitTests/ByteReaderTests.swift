import FormatKit
import Tensors
import Testing

@Suite struct ByteReaderTests {
  private let bytes = Bytes(copying: [1, 2, 3, 4, 0xFE, 0xFF, 7, 8, 9])

  @Test func numbersAreLittleEndianAndNeedNotBeAligned() throws {
    var reader = ByteReader(bytes)
    #expect(try reader.read(UInt8.self) == 1)
    #expect(try reader.read(UInt16.self) == 0x0302)
    try reader.skip(1)
    #expect(try reader.read(Int16.self) == -2)
    #expect(try reader.take(2).array == [7, 8])
    #expect(reader.remaining == 1)
    try reader.seek(to: 0)
    #expect(try reader.read(UInt64.self) == 0x0807_FFFE_0403_0201)
  }

  @Test func nothingIsReadPastTheEnd() {
    var reader = ByteReader(bytes)
    #expect(throws: FormatError.badFile("byte 0: 10 bytes are wanted, but the file ends after 9")) {
      try reader.take(10)
    }
    #expect(throws: FormatError.badFile("byte 0: -1 bytes are wanted, but the file ends after 9")) {
      try reader.skip(-1)
    }
    #expect(throws: FormatError.badFile("position 10 lies outside the file of 9 bytes")) { try reader.seek(to: 10) }
    #expect(reader.offset == 0)
  }
}
