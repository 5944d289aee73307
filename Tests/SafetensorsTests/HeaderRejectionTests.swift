import Tensors
import Testing

@Suite struct HeaderRejectionTests {
  @Test func fileTooShortForALength() {
    #expect(
      message(reading: Bytes(copying: [1, 2, 3])) == "the file has 3 bytes, too few for a header length")
    #expect(message(reading: Bytes()) == "the file has 0 bytes, too few for a header length")
  }

  @Test func headerLengthOverTheLimit() {
    // 100,000,001 in little-endian order.
    let bytes = Bytes(copying: [0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, UInt8(ascii: "{")])
    #expect(message(reading: bytes) == "the header length 100000001 is over the limit of 100000000 bytes")
    let huge = Bytes(copying: [UInt8](repeating: 0xFF, count: 9))
    #expect(
      message(reading: huge) == "the header length 18446744073709551615 is over the limit of 100000000 bytes")
  }

  @Test func headerPastTheEndOfTheFile() {
    let bytes = Bytes(copying: [3, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "{"), UInt8(ascii: "}")])
    #expect(message(reading: bytes) == "the header of 3 bytes ends past the file (10 bytes)")
  }

  @Test func headerThatStartsWithAnythingButABrace() {
    #expect(message(reading: fileBytes(" {}")) == "the header does not start with {")
    #expect(message(reading: fileBytes("[]")) == "the header does not start with {")
    #expect(message(reading: fileBytes("")) == "the header does not start with {")
  }

  @Test func headerPaddedWithNUL() {
    #expect(
      message(reading: fileBytes("{}\0\0")) == "the header is padded with NUL bytes where the format wants spaces")
  }

  @Test func headerThatIsNotJSON() {
    #expect(message(reading: fileBytes("{]")) == "header: byte 1: JSON: a key in quotes is wanted")
    #expect(
      message(reading: fileBytes([0x7B, 0x22, 0xFF, 0x22, 0x7D]))
        == "header: byte 2: JSON: the string is not UTF-8")
  }

  @Test func nameGivenTwice() {
    let entry = #""w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
    #expect(message(reading: fileBytes("{\(entry),\(entry)}")) == #"header: byte 53: JSON: key "w" is given twice"#)
  }

  @Test func metadataThatIsNotTextToText() {
    #expect(message(reading: fileBytes(#"{"__metadata__":[]}"#)) == "__metadata__ is an array, not an object")
    #expect(
      message(reading: fileBytes(#"{"__metadata__":{"a":"b","n":1}}"#))
        == #"__metadata__: "n" is a number, not a string"#)
  }
}
