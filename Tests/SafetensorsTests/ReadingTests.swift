import FormatKit
import Foundation
import Safetensors
import Tensors
import Testing

@Suite struct ReadingTests {
  /// Written by `safetensors.numpy.save` of the Python package safetensors 0.8.0.
  static let reference = [UInt8](
    Data(
      base64Encoded: """
        CAMAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJ1Ijp7ImR0eXBlIjoiVTY0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXR\
        zIjpbMCw4XX0sInNjYWxhciI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbOCwxNl19LCJkIjp7ImR0eXBlIjoiRj\
        Y0Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjRdfSwiYyI6eyJkdHlwZSI6IkM2NCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0c\
        yI6WzI0LDMyXX0sImEiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOlszMiw0MF19LCJiIjp7ImR0eXBlIjoiRjMy\
        Iiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOls0MCw2NF19LCLDvFwieCI6eyJkdHlwZSI6IlUzMiIsInNoYXBlIjpbMV0sImRhdGFfb2Z\
        mc2V0cyI6WzY0LDY4XX0sImkzMiI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzY4LDcyXX0sImVtcHR5Ijp7Im\
        R0eXBlIjoiRjE2Iiwic2hhcGUiOlswLDRdLCJkYXRhX29mZnNldHMiOls3Miw3Ml19LCJoYWxmIjp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOlsyX\
        SwiZGF0YV9vZmZzZXRzIjpbNzIsNzZdfSwiaTgiOnsiZHR5cGUiOiJJOCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6Wzc2LDc3XX0sImJ5\
        dGVzIjp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls3Nyw4MF19LCJmbGFnIjp7ImR0eXBlIjoiQk9PTCIsInNoYXB\
        lIjpbM10sImRhdGFfb2Zmc2V0cyI6WzgwLDgzXX19ICAgIAkAAAAAAAAA+f////////8AAAAAAADgPwAAgD8AAABAAADAPwAAAMAAAIA/AAAAQA\
        AAQEAAAIBAAACgQAAAwEADAAAA/v///wA8AED/AAECAQAB
        """)!)

  @Test func readsWhatTheReferenceLibraryWrote() throws {
    let file = try SafetensorsFile(Bytes(copying: Self.reference))
    #expect(file.metadata == ["format": "pt"])
    #expect(
      Array(file.tensors.keys)
        == ["u", "scalar", "d", "c", "a", "b", "ü\"x", "i32", "empty", "half", "i8", "bytes", "flag"])
    #expect(file.tensors["a"]?.array(of: Float.self) == [1.5, -2])
    #expect(file.tensors["b"]?.shape == [2, 3] && file.tensors["b"]?.array(of: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(file.tensors["scalar"]?.shape == .scalar && file.tensors["scalar"]?.array(of: Int64.self) == [-7])
    #expect(file.tensors["empty"]?.shape == [0, 4] && file.tensors["empty"]?.type == .float16)
    #expect(file.tensors["half"]?.array(of: Half.self).map(\.bits) == [0x3C00, 0x4000])
    #expect(file.tensors["c"]?.type == .complex64 && file.tensors["c"]?.bytes.array == [0, 0, 128, 63, 0, 0, 0, 64])
    #expect(file.tensors["flag"]?.array(of: Boolean.self).map(\.value) == [true, false, true])
    #expect(file.tensors["i32"]?.array(of: Int32.self) == [-2])
    #expect(file.tensors["ü\"x"]?.array(of: UInt32.self) == [3])
  }

  @Test func tensorsShareTheBytesOfTheFile() throws {
    let bytes = Bytes(copying: Self.reference)
    let tensor = try #require(try SafetensorsFile(bytes).tensors["u"])
    let start = bytes.count - 83
    let isSame = tensor.bytes.withUnsafeBytes { inner in
      bytes.withUnsafeBytes { outer in inner.baseAddress == outer.baseAddress.map { $0 + start } }
    }
    #expect(isSame)
  }

  @Test func fileOfMetadataAloneIsAllowed() throws {
    let file = try SafetensorsFile(fileBytes(#"{"__metadata__":{"a":"b"}}"#))
    #expect(file.metadata == ["a": "b"] && file.tensors.isEmpty)
    #expect(try SafetensorsFile(fileBytes("{}")).tensors.isEmpty)
  }

  @Test func orderOfTheHeaderNeedNotBeThatOfTheData() throws {
    let header =
      #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}  "#
    let file = try SafetensorsFile(fileBytes(header, data: [7, 8]))
    #expect(Array(file.tensors.keys) == ["b", "a"])
    #expect(file.tensors["a"]?.bytes.array == [7] && file.tensors["b"]?.bytes.array == [8])
  }

  @Test(arguments: [
    ("BOOL", DataType.bool, 8), ("F4", .float4e2m1, 4), ("F6_E2M3", .float6e2m3, 6), ("F6_E3M2", .float6e3m2, 6),
    ("U8", .uint8, 8), ("I8", .int8, 8), ("F8_E5M2", .float8e5m2, 8), ("F8_E4M3", .float8e4m3fn, 8),
    ("F8_E8M0", .float8e8m0, 8), ("F8_E4M3FNUZ", .float8e4m3fnuz, 8), ("F8_E5M2FNUZ", .float8e5m2fnuz, 8),
    ("I16", .int16, 16), ("U16", .uint16, 16), ("F16", .float16, 16), ("BF16", .bfloat16, 16), ("I32", .int32, 32),
    ("U32", .uint32, 32), ("F32", .float32, 32), ("C64", .complex64, 64), ("F64", .float64, 64), ("I64", .int64, 64),
    ("U64", .uint64, 64),
  ])
  func everyElementTypeIsRead(_ name: String, type: DataType, bits: Int) throws {
    let header = #"{"w":{"dtype":"\#(name)","shape":[4],"data_offsets":[0,\#(bits / 2)]}}"#
    let file = try SafetensorsFile(fileBytes(header, data: [UInt8](repeating: 1, count: bits / 2)))
    #expect(file.tensors["w"]?.type == type && file.tensors["w"]?.shape == [4])
  }

  @Test func recognizesAFileByItsFirstBytes() {
    #expect(SafetensorsFile.recognizes(Bytes(copying: Self.reference.prefix(16))))
    #expect(!SafetensorsFile.recognizes(Bytes(copying: [8, 7, 18, 0, 0, 0, 0, 0, 0x7A])))
    #expect(!SafetensorsFile.recognizes(Bytes(copying: [2, 0, 0, 0, 0, 0, 0, 0])))
    #expect(!SafetensorsFile.recognizes(Bytes(copying: [2, 0, 0, 0, 0, 0, 0, 1, UInt8(ascii: "{")])))
  }

  @Test func everyTruncationIsRefused() {
    for count in 0..<Self.reference.count {
      #expect(message(reading: Bytes(copying: Self.reference.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func fileThatDoesNotExistIsNamedSo() {
    #expect(throws: FormatError(.noSuchFile, "no such file")) {
      try SafetensorsFile.open("/nonexistent/model.safetensors")
    }
  }
}
