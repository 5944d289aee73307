import Tensors

extension OperatorInputs {
  /// Checks that input 0 has a batch and a channel axis.
  func requireChannels() throws(OperatorError) {
    guard self[0].shape.rank >= 2 else {
      throw .input(0, "has shape \(self[0].shape), expected at least two dimensions")
    }
  }
}

extension NodeReader {
  /// Checks that a normalisation is computed in float32, the only precision of its first stage that exists here.
  func requireFloat32Stash() throws(OperatorError) {
    let type = try int("stash_type", default: 1)
    guard type == 1 else { throw .unsupported("attribute \"stash_type\" is \(type), only 1 (float32) is supported") }
  }
}
