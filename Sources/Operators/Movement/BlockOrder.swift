import Tensors

/// How DepthToSpace and SpaceToDepth order a block within the channels.
enum BlockOrder: String, CaseIterable {
  /// The position within the block counts slower than the channel.
  case depthColumnRow = "DCR"
  /// The position within the block counts faster than the channel.
  case columnRowDepth = "CRD"

  /// Reads the attribute "mode", which exists since `version`.
  init(_ node: NodeReader, since version: Int) throws(OperatorError) {
    self = node.version < version ? .depthColumnRow : try node.choice("mode", default: .depthColumnRow)
  }
}

extension NodeReader {
  /// The attribute "blocksize", at least 1.
  func blockSize() throws(OperatorError) -> Int {
    let size = try requiredInt("blocksize")
    guard (1...Int(Int16.max)).contains(size) else { throw .attribute("blocksize", "is \(size), expected 1 or more") }
    return size
  }
}
