import FormatKit
import ONNX
import Tensors

/// Folders of ONNX tensor files, as the ONNX test data and model zoos have them.
enum TensorFolder {
  /// The files of one run.
  struct Set: Sendable {
    /// One file per input of the model, in its order.
    let paths: [String]
  }

  private static let setPrefix = "test_data_set_"

  /// The sets in the folder at `path`: the folder itself if it holds `input_0.pb`, else its folders `test_data_set_*`
  /// in the order of their numbers.
  static func sets(at path: String, inputs: [InputSpecification]) throws(FormatError) -> [Set] {
    let names = try Folder.names(in: path)
    if names.contains("input_0.pb") { return [try set(at: path, names: names, inputs: inputs)] }
    let numbered = names.compactMap { name -> (number: Int, name: String)? in
      guard name.hasPrefix(setPrefix), let number = Int(name.dropFirst(setPrefix.count)) else { return nil }
      return (number, name)
    }
    guard !numbered.isEmpty else {
      throw .badFile("the folder holds neither input_0.pb nor folders \(setPrefix)0, \(setPrefix)1…")
    }
    var sets: [Set] = []
    for (_, name) in numbered.sorted(by: { ($0.number, $0.name) < ($1.number, $1.name) }) {
      let folder = path + "/" + name
      do throws(FormatError) {
        sets.append(try set(at: folder, names: try Folder.names(in: folder), inputs: inputs))
      } catch { throw error.at(name) }
    }
    return sets
  }

  private static func set(at path: String, names: [String], inputs: [InputSpecification]) throws(FormatError) -> Set {
    let found = names.filter { $0.hasPrefix("input_") && $0.hasSuffix(".pb") }
    let wanted = inputs.indices.map { "input_\($0).pb" }
    guard found.count == wanted.count, wanted.allSatisfy(found.contains) else {
      throw .badFile("the model has \(inputs.count) inputs and wants \(list(wanted)); found are \(list(found))")
    }
    return Set(paths: wanted.map { path + "/" + $0 })
  }
}

extension TensorFolder.Set {
  /// Reads the tensors and checks each against its input.
  func read(_ inputs: [InputSpecification]) throws(FormatError) -> [Tensor] {
    var tensors: [Tensor] = []
    for (path, input) in zip(paths, inputs) {
      do throws(FormatError) {
        let tensor = try ONNXTensorFile.read(try MappedFile.open(path)).tensor
        try checkWhole(tensor, input)
        tensors.append(tensor.aligned())
      } catch { throw error.at(Self.lastComponents(path)) }
    }
    return tensors
  }

  private func checkWhole(_ tensor: Tensor, _ input: InputSpecification) throws(FormatError) {
    try checkType(tensor.type, input)
    guard let dimensions = input.dimensions else { return }
    guard tensor.shape.rank == dimensions.count else {
      throw .badFile("the model takes \(input), but the array has shape \(tensor.shape)")
    }
    try checkSizes(tensor.shape.dimensions, tensor.shape.dimensions, dimensions, input)
  }

  /// Folder and name of a file.
  private static func lastComponents(_ path: String) -> String {
    FilePath(FilePath(path).folder).name + "/" + FilePath(path).name
  }
}
