import Conversion
import OrderedCollections
import Safetensors
import Tensors

/// The tensors of a file, int8 weights together with their scales.
struct PairedTensors {
  /// The tensors in the order of the file. The scales of int8 weights are not tensors of their own here.
  let tensors: OrderedDictionary<String, StoredTensor>

  init(_ file: SafetensorsFile) {
    var tensors: OrderedDictionary<String, StoredTensor> = [:]
    var scaleNames: Set<String> = []
    for (name, tensor) in file.tensors {
      let scaleName = TensorPlanner.scaleName(of: name)
      let scales = tensor.type == .int8 ? file.tensors[scaleName] : nil
      if scales != nil { scaleNames.insert(scaleName) }
      tensors[name] = StoredTensor(tensor, scales: scales)
    }
    tensors.removeAll { scaleNames.contains($0.key) }
    self.tensors = tensors
  }
}
