import Samples
import Tensors
import Testing

@Suite struct RawFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// 0, 1, 2, 3, 4, 5 as float32, compressed by Python's gzip; the second in two members.
  static let gzipped = decoded("H4sIAAAAAAACA2NgAIEGeyDhAERA3ADECxwAF5DnkRgAAAA=")
  static let gzippedInTwo = decoded(
    "H4sIAAAAAAACA2NgAIEGeyDhAABwvMgwDAAAAB+LCAAAAAAAAgNjYHBwYGBoAOIFDgAgc2WlDAAAAA==")

  /// 9999 times 0 and then 1 as float32: 40000 bytes, compressed by Python's gzip to 76.
  static let gzippedZeros = decoded(
    """
    H4sIAAAAAAACA+3BMQEAAAwCIJtZzeg7VgNIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAtx4P8UxrQJwAAA==
    """)

  func floats(_ count: Int) -> [UInt8] { counting([count]).bytes.span.withUnsafeBytes { Array($0) } }

  func message(_ bytes: [UInt8], _ specification: InputSpecification) throws -> String? {
    SamplesTests.message(opening: try folder.write("x.bin", bytes), [specification])
  }

  @Test func openAxisCountsSamples() throws {
    let stream = try Samples.open(folder.write("x.bin", floats(12)), inputs: [input("x", [batchAxis, 3])], batch: 3)
    #expect(stream.count == 4 && stream.batchCount == 2)
    #expect(try stream.batch(1)[0].shape == [1, 3] && stream.batch(1)[0].array(of: Float.self) == [9, 10, 11])
  }

  @Test func fixedAxisIsTheBatch() throws {
    let stream = try Samples.open(folder.write("x.bin", floats(12)), inputs: [input("x", [2, 3])])
    #expect(stream.batchCount == 2)
    #expect(try stream.batch(1)[0].shape == [2, 3])
  }

  @Test func singleNumbersAreFedOneByOne() throws {
    let stream = try Samples.open(folder.write("x.bin", floats(3)), inputs: [input("x", [])])
    #expect(stream.batchCount == 3)
    #expect(try stream.batch(2)[0].shape == .scalar && stream.batch(2)[0].array(of: Float.self) == [2])
  }

  @Test func gzippedFilesAreDecompressed() throws {
    for bytes in [Self.gzipped, Self.gzippedInTwo] {
      let stream = try Samples.open(folder.write("x.bin.gz", bytes), inputs: [input("x", [batchAxis, 3])])
      #expect(try stream.sample()[0].array(of: Float.self) == [0, 1, 2, 3, 4, 5])
    }
  }

  @Test(arguments: 1...3) func gzippedFilesMayGiveManyTimesTheirSize(_ members: Int) throws {
    let bytes = Array(repeatElement(Self.gzippedZeros, count: members).joined())
    let stream = try Samples.open(folder.write("x.bin.gz", bytes), inputs: [input("x", [batchAxis, 10_000])])
    #expect(stream.count == members)
    let expected = Array(repeatElement([Float](repeating: 0, count: 9999) + [1], count: members).joined())
    #expect(try stream.batch(0)[0].array(of: Float.self) == expected)
  }

  @Test func damagedCompressionIsRefused() throws {
    func message(_ bytes: [UInt8]) throws -> String? {
      SamplesTests.message(opening: try folder.write("x.bin.gz", bytes), [input("x", [batchAxis, 3])])
    }
    #expect(try message([1, 2, 3]) == "the compressed data is damaged")
    #expect(try message([]) == "the compressed data ends too early")
    for count in 1..<Self.gzipped.count {
      // libdeflate does not tell data that is cut short from data that is wrong.
      #expect(try message(Array(Self.gzipped.prefix(count))) == "the compressed data is damaged")
    }
    #expect(try message(Self.gzipped + [1]) == "the compressed data is damaged")
    var wrongChecksum = Self.gzipped
    wrongChecksum[wrongChecksum.count - 6] ^= 1
    #expect(try message(wrongChecksum) == "the compressed data is damaged")
  }

  @Test func sizeMustBeAWholeNumberOfSamples() throws {
    #expect(
      try message(floats(7), input("x", [batchAxis, 3]))
        == #"input "x": the file has 28 bytes, which is no whole number of samples of 12 bytes (float32 [batch, 3])"#)
    #expect(
      try message([], input("x", [batchAxis, 3]))
        == #"input "x": the file has 0 bytes, which is no whole number of samples of 12 bytes (float32 [batch, 3])"#)
  }

  @Test func lengthsOfOtherAxesMustBeKnown() throws {
    #expect(
      try message(floats(6), input("x", [batchAxis, .free("seq")]))
        == #"""
        input "x": the model takes float32 [batch, seq], and a file of bare elements does not say how long axis 1 \#
        ("seq") is; use .npy or .npz
        """#)
    #expect(
      try message(floats(6), input("x", [batchAxis, .free(nil)]))
        == #"""
        input "x": the model takes float32 [batch, ?], and a file of bare elements does not say how long axis 1 is; \#
        use .npy or .npz
        """#)
    #expect(
      try message(floats(6), input("x", nil))
        == #"""
        input "x": a file of bare elements cannot be cut into samples without the input's shape; use .npy or .npz
        """#)
  }

  @Test func elementsMustHaveASize() throws {
    #expect(
      try message(floats(6), input("x", [batchAxis, 3], type: .string))
        == #"input "x": samples of string [batch, 3] cannot be counted in a file of bare elements"#)
    #expect(
      try message(floats(6), input("x", [batchAxis, 0]))
        == #"input "x": samples of float32 [batch, 0] cannot be counted in a file of bare elements"#)
    #expect(
      try message(floats(6), input("x", [.fixed(1 << 62), 4]))
        == #"input "x": the shape float32 [4611686018427387904, 4] is too large"#)
  }

  @Test func oneFileWithoutNamesServesOneInput() throws {
    let path = try folder.write("x.bin", floats(6))
    #expect(
      SamplesTests.message(opening: path, [input("a", [3]), input("b", [3])])
        == #"the file holds one array, but the model has 2 inputs: "a", "b"; use .npz or .safetensors"#)
  }

  @Test func otherFilesAreRefused() throws {
    #expect(
      SamplesTests.message(opening: try folder.write("x.csv", [1]), [input("a", [3])])
        == """
        not known as input data: the name must end in .npz, .npy, .safetensors, .bin, .bin.gz or .pb, or be that of a \
        folder
        """)
    #expect(SamplesTests.message(opening: folder.path + "/none.npz", [input("a", [3])]) == "no such file")
  }
}
