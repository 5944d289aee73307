public import ModelGraph
public import Safetensors

/// What a file that was read turned out to hold.
public enum FileContents: Sendable {
  /// A graph with its weights.
  case model(Model)
  /// Named tensors without a graph.
  case tensors(SafetensorsFile)
}
