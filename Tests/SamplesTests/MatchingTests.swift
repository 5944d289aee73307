import Samples
import Tensors
import Testing

@Suite struct MatchingTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  let image = input("image", [batchAxis, 3, 8, .free(nil)])

  func message(_ shape: Shape) throws -> String? { try folder.message(opening: ["image": counting(shape)], [image]) }

  @Test func aModelWithoutInputsTakesNoData() throws {
    #expect(
      try folder.message(opening: ["x": counting([2])], [])
        == "the model takes no inputs, so that no data can be fed to it")
  }

  @Test func missingNamesListWhatIsThere() throws {
    #expect(
      try folder.message(opening: ["input_ids": counting([2]), "mask": counting([2])], [input("ids", [2])])
        == #"no array "ids": the model wants "ids", the file holds "input_ids", "mask""#)
    #expect(
      try folder.message(opening: ["__labels__": counting([2])], [input("ids", [2])])
        == #"no array "ids": the model wants "ids", the file holds nothing"#)
  }

  @Test func otherNamesMustStartWithUnderscores() throws {
    #expect(
      try folder.message(opening: ["x": counting([2]), "labels": counting([2])], [input("x", [batchAxis])])
        == #"""
        array "labels" is no input of the model, which wants "x"; the names of other data must start with __
        """#)
    let stream = try Samples.open(
      folder.write(["x": counting([2]), "__labels__": counting([7])]), inputs: [input("x", [batchAxis])])
    #expect(Array(stream.auxiliary.keys) == ["__labels__"])
  }

  @Test func inputsMayThemselvesStartWithUnderscores() throws {
    let stream = try Samples.open(folder.write(["__x": counting([2])]), inputs: [input("__x", [batchAxis])])
    #expect(stream.auxiliary.isEmpty && stream.count == 2)
  }

  @Test func tensorsComeInTheOrderOfTheModel() throws {
    let stream = try Samples.open(
      folder.write(["b": counting([2]), "a": counting([2, 1])]),
      inputs: [input("b", [batchAxis]), input("a", [batchAxis, 1])])
    #expect(try stream.batch(0).map(\.shape) == [[2], [2, 1]])
  }

  @Test func fixedSizesMustAgree() throws {
    #expect(try message([5, 3, 8, 9]) == nil)
    #expect(
      try message([5, 4, 8, 9])
        == """
        input "image": the model takes float32 [batch, 3, 8, ?], but the array has shape [5, 4, 8, 9]: axis 1 of a \
        sample must be 3, not 4
        """)
    #expect(
      try message([5, 1, 3, 7, 9])
        == """
        input "image": the model takes float32 [batch, 3, 8, ?], but the array has shape [5, 1, 3, 7, 9]: axis 2 of a \
        sample must be 8, not 7
        """)
  }

  @Test func rankMustBeThatOfTheInputOrOneMore() throws {
    #expect(
      try message([5, 192])
        == """
        input "image": the model takes float32 [batch, 3, 8, ?], but the array has shape [5, 192]: rank 4 is wanted \
        for samples along axis 0, or rank 5 for a stack of samples
        """)
  }

  @Test func inputsOfAnyShapeTakeSamplesAlongAxisZero() throws {
    let stream = try Samples.open(folder.write(["x": counting([40, 7])]), inputs: [input("x", nil)])
    #expect(stream.batchCount == 2)
  }

  @Test func otherWidthsOfNumbersAreRefusedWithAHint() throws {
    func message(_ tensor: Tensor, _ type: DataType) throws -> String? {
      try folder.message(opening: ["x": tensor], [input("x", [batchAxis], type: type)])
    }
    #expect(
      try message(Tensor([1], [1.5]), .float32)
        == """
        input "x": the model takes float32, but the array is float64; convert it first, in NumPy with \
        array.astype("float32")
        """)
    #expect(
      try message(Tensor([1], [Int32(1)]), .int64)
        == """
        input "x": the model takes int64, but the array is int32; convert it first, in NumPy with \
        array.astype("int64")
        """)
    #expect(
      try message(Tensor([1], [UInt8(1)]), .float32) == #"input "x": the model takes float32, but the array is uint8"#)
  }
}
