import Tensors
import Testing

@Suite struct EntryRejectionTests {
  /// The message for a file with one tensor "w" and four bytes of data.
  func message(_ entry: String, dataSize: Int = 4) -> String? {
    SafetensorsTests.message(
      reading: fileBytes("{\"w\":\(entry)}", data: [UInt8](repeating: 0, count: dataSize)))
  }

  @Test func entryThatIsNoObject() {
    #expect(message("3") == #"tensor "w": the entry is a number, not an object"#)
  }

  @Test func keyThatTheFormatDoesNotKnow() {
    #expect(
      message(#"{"dtype":"F32","shape":[],"data_offsets":[0,4],"strides":[]}"#)
        == #"tensor "w": unknown key "strides""#)
  }

  @Test func dtypeThatIsMissingOrUnknown() {
    #expect(message(#"{"shape":[],"data_offsets":[0,4]}"#) == #"tensor "w": dtype must be a string"#)
    #expect(
      message(#"{"dtype":"F128","shape":[],"data_offsets":[0,4]}"#) == #"tensor "w": unknown dtype "F128""#)
  }

  @Test(arguments: [#""shape":[-1],"#, #""shape":[1.5],"#, #""shape":4,"#, ""])
  func shapeThatIsNoListOfNaturalNumbers(_ shape: String) {
    #expect(
      message(#"{"dtype":"F32",\#(shape)"data_offsets":[0,4]}"#)
        == #"tensor "w": shape must be an array of numbers from 0 up"#)
  }

  @Test func shapeTooLargeToCount() {
    #expect(
      message(#"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}"#)
        == #"tensor "w": shape [4294967296, 4294967296] has more elements than can be counted"#)
    #expect(
      message(#"{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}"#)
        == #"tensor "w": F32 of shape [4611686018427387904] has more bytes than can be counted"#)
  }

  @Test(arguments: ["[0]", "[0,4,8]", "[-4,0]", #""0,4""#])
  func offsetsThatAreNotTwoNaturalNumbers(_ offsets: String) {
    #expect(
      message(#"{"dtype":"F32","shape":[],"data_offsets":\#(offsets)}"#)
        == #"tensor "w": data_offsets must be two numbers from 0 up"#)
  }

  @Test func offsetsThatRunBackwards() {
    #expect(
      message(#"{"dtype":"F32","shape":[],"data_offsets":[4,0]}"#)
        == #"tensor "w": offsets 4..<0 run backwards"#)
  }

  @Test func offsetsThatDoNotFitTypeAndShape() {
    #expect(
      message(#"{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}"#, dataSize: 20)
        == #"tensor "w": F32 of shape [2, 3] takes 24 bytes, but offsets 0..<20 span 20"#)
  }

  @Test func elementsThatDoNotFillWholeBytes() {
    #expect(
      message(#"{"dtype":"F4","shape":[3],"data_offsets":[0,2]}"#, dataSize: 2)
        == #"tensor "w": F4 of shape [3] takes 12 bits, not a whole number of bytes"#)
    #expect(
      message(#"{"dtype":"F6_E2M3","shape":[2],"data_offsets":[0,2]}"#, dataSize: 2)
        == #"tensor "w": F6_E2M3 of shape [2] takes 12 bits, not a whole number of bytes"#)
  }

  @Test func offsetsPastTheData() {
    #expect(
      message(#"{"dtype":"U8","shape":[512],"data_offsets":[128,640]}"#, dataSize: 512)
        == #"tensor "w": offsets 128..<640 end past the data (512 bytes)"#)
  }

  @Test func holeBeforeTheFirstTensor() {
    #expect(
      message(#"{"dtype":"U8","shape":[2],"data_offsets":[2,4]}"#)
        == #"tensor "w": offsets 2..<4 leave a hole: bytes 0..<2 belong to no tensor"#)
  }

  @Test func dataAfterTheLastTensor() {
    #expect(
      message(#"{"dtype":"U8","shape":[2],"data_offsets":[0,2]}"#)
        == "the data has 4 bytes, but the tensors end at 2")
    #expect(
      SafetensorsTests.message(reading: fileBytes("{}", data: [0]))
        == "the data has 1 bytes, but the tensors end at 0")
  }

  @Test func tensorsThatOverlap() {
    let header =
      #"{"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#
    #expect(
      SafetensorsTests.message(reading: fileBytes(header, data: [0, 0, 0, 0]))
        == #"tensor "b": offsets 1..<4 overlap tensor "a", which ends at 2"#)
  }

  @Test func holeBetweenTensors() {
    let header =
      #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#
    #expect(
      SafetensorsTests.message(reading: fileBytes(header, data: [0, 0, 0, 0]))
        == #"tensor "b": offsets 3..<4 leave a hole: bytes 2..<3 belong to no tensor"#)
  }
}
