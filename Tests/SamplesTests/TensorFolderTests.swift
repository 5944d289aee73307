import FormatKit
import Samples
import Tensors
import Testing

@Suite struct TensorFolderTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// `TensorProto`s written by the Python package onnx: float32 [[1, 2, 3], [4, 5, 6]] and the int64 3.
  let matrix = decoded("CAIIAxABQgF4ShgAAIA/AAAAQAAAQEAAAIBAAACgQAAAwEA=")
  let number = decoded("EAdCAW5KCAMAAAAAAAAA")
  let inputs = [input("x", [batchAxis, 3]), input("n", [], type: .int64)]

  @Test func oneFolderIsOneRun() throws {
    try folder.write("input_0.pb", matrix)
    try folder.write("input_1.pb", number)
    try folder.write("output_0.pb", matrix)
    let stream = try Samples.open(folder.path, inputs: inputs)
    #expect(stream.count == 1 && stream.batchCount == 1)
    let tensors = try stream.sample()
    #expect(tensors[0].array(of: Float.self) == [1, 2, 3, 4, 5, 6] && tensors[0].shape == [2, 3])
    #expect(tensors[1].array(of: Int64.self) == [3])
  }

  @Test func setsAreFedInTheOrderOfTheirNumbers() throws {
    for number in [10, 2, 0] {
      try folder.write("test_data_set_\(number)/input_0.pb", number == 2 ? matrix : self.number)
    }
    let stream = try Samples.open(folder.path, inputs: [input("x", [batchAxis, 3])])
    #expect(stream.count == 3)
    #expect(try stream.batch(1)[0].shape == [2, 3])
    #expect(
      throws: FormatError.badFile("test_data_set_10/input_0.pb: the model takes float32, but the array is int64")
    ) { try stream.batch(2) }
  }

  @Test func shapesAreChecked() throws {
    try folder.write("set/input_0.pb", matrix)
    let path = folder.path + "/set"
    #expect(
      throws: FormatError.badFile(
        "set/input_0.pb: the model takes float32 [batch, 4], but the array has shape [2, 3]: axis 1 of a sample must "
          + "be 4, not 3")
    ) { try Samples.open(path, inputs: [input("x", [batchAxis, 4])]).sample() }
    #expect(
      throws: FormatError.badFile("set/input_0.pb: the model takes float32 [6], but the array has shape [2, 3]")
    ) { try Samples.open(path, inputs: [input("x", [6])]).sample() }
  }

  @Test func everyInputNeedsItsFile() throws {
    try folder.write("test_data_set_0/input_0.pb", matrix)
    #expect(
      message(opening: folder.path, inputs)
        == """
        test_data_set_0: the model has 2 inputs and wants "input_0.pb", "input_1.pb"; found are "input_0.pb"
        """)
  }

  @Test func folderWithoutDataIsRefused() throws {
    #expect(
      message(opening: folder.path, inputs)
        == "the folder holds neither input_0.pb nor folders test_data_set_0, test_data_set_1…")
  }

  @Test func singleTensorFileIsAnArray() throws {
    let path = try folder.write("x.pb", matrix)
    let stream = try Samples.open(path, inputs: [input("x", [batchAxis, 3])], batch: 1)
    #expect(stream.batchCount == 2)
    #expect(try stream.batch(1)[0].array(of: Float.self) == [4, 5, 6])
  }
}
