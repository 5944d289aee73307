import Testing

/// Calibration data that does not fit.
@Suite struct DataRejectionTests {
  @Test func int8WithoutDataNamesTheInputsAndTheAlternatives() async throws {
    try await expectRejection(
      "two_inputs.onnx --to int8", status: 64,
      "two_inputs.onnx: INT8 needs calibration data: give --calib FILE with real samples, such as an .npz from "
        + "numpy.savez(\"calib.npz\", NAME=samples), for \"ids\" int64 [batch], \"x\" float32 [batch, 4]; "
        + "--to fp16 needs none", in: TemporaryFolder("two_inputs.onnx"))
  }

  @Test func aModelWithoutInputsCannotBeCalibrated() async throws {
    let folder = try TemporaryFolder("no_inputs.onnx", "calib.npz")
    try await expectRejection(
      "no_inputs.onnx --to int8", status: 64,
      "no_inputs.onnx: INT8 needs calibration data, but the model takes no inputs to feed it to; "
        + "--to fp16 needs none", in: folder)
    try await expectRejection(
      "no_inputs.onnx --to int8 --calib calib.npz", status: 65,
      "calib.npz: the model takes no inputs, so that no data can be fed to it", in: folder)
  }

  static let files: [(name: String, status: Int, message: String)] = [
    ("absent.npz", 66, "no such file"),
    (
      "tiny.onnx", 65,
      "not known as input data: the name must end in .npz, .npy, .safetensors, .bin, .bin.gz or .pb, or be that of a folder"
    ),
    ("wrong_name.npz", 65, "no array \"x\": the model wants \"x\", the file holds \"z\""),
    ("wrong_type.npz", 65, "input \"x\": the model takes float32, but the array is int32"),
    (
      "wrong_rank.npz", 65,
      "input \"x\": the model takes float32 [batch, 4], but the array has shape [16, 2, 2, 1]: "
        + "rank 2 is wanted for samples along axis 0, or rank 3 for a stack of samples"
    ),
    (
      "wrong_width.npz", 65,
      "input \"x\": the model takes float32 [batch, 4], but the array has shape [16, 3]: "
        + "axis 1 of a sample must be 4, not 3"
    ),
    ("no_samples.npz", 65, "input \"x\": the array holds no samples"),
    (
      "two_inputs.npz", 65,
      "array \"ids\" is no input of the model, which wants \"x\"; the names of other data must start with __"
    ),
    (
      "short.bin", 65,
      "input \"x\": the file has 20 bytes, which is no whole number of samples of 16 bytes (float32 [batch, 4])"
    ),
  ]

  @Test(arguments: files) func dataThatDoesNotFit(_ name: String, _ status: Int, _ message: String) async throws {
    let folder =
      name == "absent.npz" || name == "tiny.onnx"
      ? try TemporaryFolder("tiny.onnx") : try TemporaryFolder("tiny.onnx", name)
    try await expectRejection(
      "tiny.onnx --to int8 --calib \(name)", status: status, "\(name): \(message)", in: folder)
  }

  @Test func archiveThatIsCutOff() async throws {
    let folder = try TemporaryFolder("tiny.onnx", "calib.npz")
    try folder.write(folder.bytes(of: "calib.npz").prefix(100), to: "cut.npz")
    try await expectRejection(
      "tiny.onnx --to int8 --calib cut.npz", status: 65, "cut.npz: damaged .npz archive: it has no end record",
      in: folder)
  }

  @Test func dataForOneOfTwoInputs() async throws {
    try await expectRejection(
      "two_inputs.onnx --to int8 --calib calib.npz", status: 65,
      "calib.npz: no array \"ids\": the model wants \"ids\", \"x\", the file holds \"x\"",
      in: TemporaryFolder("two_inputs.onnx", "calib.npz"))
  }

  @Test func rawBytesForTwoInputs() async throws {
    try await expectRejection(
      "two_inputs.onnx --to int8 --calib short.bin", status: 65,
      "short.bin: the file holds one array, but the model has 2 inputs: \"ids\", \"x\"; use .npz or .safetensors",
      in: TemporaryFolder("two_inputs.onnx", "short.bin"))
  }
}
