import Conversion
import FormatKit
import Kernels
import OrderedCollections
import Safetensors
import Tensors

/// What a converted file holds: the tensors of the original under their names, and the scales of those that became int8.
struct TensorFileContents {
  /// Name, type and shape of everything in the file.
  let entries: [SafetensorsLayout.Entry]

  private let sources: [String: Source]
  private let converter: TensorConverter

  private enum Source {
    case tensor(Tensor, TensorDecision)
    /// Scales as they are stored.
    case scales(Tensor)
  }

  init(
    _ tensors: OrderedDictionary<String, Tensor>, _ decisions: OrderedDictionary<String, TensorDecision>,
    _ converter: TensorConverter
  ) {
    var entries: [SafetensorsLayout.Entry] = []
    var sources: [String: Source] = [:]
    for (name, tensor) in tensors {
      let decision = decisions[name] ?? .keep(.excluded)
      sources[name] = .tensor(tensor, decision)
      entries.append(.init(name: name, type: decision.resultType(of: tensor.type), shape: tensor.shape))
      guard case .quantize(let values) = decision else { continue }
      let scales = converter.scaleTensor(values, type: tensor.type)
      let scaleName = TensorPlanner.scaleName(of: name)
      sources[scaleName] = .scales(scales)
      entries.append(.init(name: scaleName, type: scales.type, shape: scales.shape))
    }
    self.entries = entries
    self.sources = sources
    self.converter = converter
  }

  /// Appends the bytes of one entry.
  func write(_ name: String, to file: inout AtomicFile) throws(FormatError) -> NarrowingLoss {
    switch sources[name] {
    case .tensor(let tensor, let decision):
      return try converter.convert(tensor, decision) { bytes throws(FormatError) in try file.append(bytes) }
    case .scales(let scales):
      try file.append(scales.bytes)
      return NarrowingLoss()
    case nil:
      preconditionFailure("no entry \(name)")
    }
  }
}
