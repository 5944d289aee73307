public import FormatKit
import OrderedCollections
import Safetensors
import Tensors

/// Files of input data for a model.
///
/// | Name | Content |
/// |---|---|
/// | `.npz` | NumPy arrays, one per input, by name |
/// | `.npy` | one NumPy array, for a model with one input |
/// | `.safetensors` | tensors, one per input, by name |
/// | `.bin`, `.bin.gz` | little-endian elements of whole samples, for a model with one input |
/// | `.pb` | one ONNX TensorProto, for a model with one input |
/// | a folder | `input_0.pb`, `input_1.pb`… in the order of the model's inputs, or folders `test_data_set_0`… of such |
///
/// In files with names, those that start with `__` belong to no input and can be had from the stream: `__labels__`.
public enum Samples {
  /// Opens the data at `path` for a model with the given inputs and checks all of it against them: names, element
  /// types, shapes and counts. Nothing is converted.
  ///
  /// - Parameter batch: how many samples to feed at a time where the model leaves it open; nil for 32, or all where
  ///   there are fewer.
  public static func open(
    _ path: String, inputs: [InputSpecification], batch: Int? = nil
  ) throws(FormatError) -> SampleStream {
    guard !inputs.isEmpty else { throw .badFile("the model takes no inputs, so that no data can be fed to it") }
    if let batch, batch < 1 { throw .badFile("batches of \(batch) samples cannot be fed") }
    if Folder.exists(at: path) {
      return try SampleStream(folders: TensorFolder.sets(at: path, inputs: inputs), inputs: inputs)
    }
    let file = try MappedFile.open(path)
    let arrays = try SampleFile(path: path).read(file, inputs: inputs)
    return try SampleStream(arrays: arrays, inputs: inputs, batch: batch)
  }
}
