import AllFormats
import FormatKit
import ModelGraph
import Safetensors

/// A file of any format that the tool converts.
enum LoadedFile {
  case model(LoadedModel)
  case tensors(LoadedTensors)

  static func load(_ path: String) throws(JobError) -> LoadedFile {
    do {
      let fileBytes = FileStatus.size(path) ?? 0
      switch try AllFormats.read(path) {
      case .model(let model): return .model(LoadedModel(path: path, fileBytes: fileBytes, model: model))
      case .tensors(let file): return .tensors(LoadedTensors(path: path, fileBytes: fileBytes, file: file))
      }
    } catch {
      throw JobError(error, path: path)
    }
  }
}

/// A file of named tensors without a graph.
struct LoadedTensors {
  let path: String
  let fileBytes: Int
  let file: SafetensorsFile
}
