public import FormatKit
public import OrderedCollections
public import Tensors

/// The index of a model that is spread over several safetensors files: `model.safetensors.index.json`.
public struct ShardIndex: Sendable, Hashable {
  /// The file that holds each tensor, a name within the folder of the index, in the order of the index.
  public var weightMap: OrderedDictionary<String, String>

  /// Bytes of all tensors together; nil where the index does not say.
  public var totalSize: Int?

  /// The other members of `metadata`, kept as they are.
  public var otherMetadata: JSONObject

  /// What the names of index files end with.
  public static let fileSuffix = ".safetensors.index.json"

  public init(
    weightMap: OrderedDictionary<String, String>, totalSize: Int?, otherMetadata: JSONObject = JSONObject()
  ) {
    self.weightMap = weightMap
    self.totalSize = totalSize
    self.otherMetadata = otherMetadata
  }

  /// Reads the index at `path`.
  public static func open(_ path: String) throws(FormatError) -> ShardIndex {
    try ShardIndex(try MappedFile.open(path))
  }

  /// Reads the text of an index.
  public init(_ bytes: Bytes) throws(FormatError) {
    guard let root = try JSON(parsing: bytes).object, let map = root["weight_map"]?.object else {
      throw .badFile("the index has no weight_map")
    }
    weightMap = [:]
    for member in map.members { weightMap[member.key] = try Self.fileName(member) }
    otherMetadata = root["metadata"]?.object ?? JSONObject()
    totalSize = otherMetadata["total_size"]?.integer
    otherMetadata["total_size"] = nil
  }

  /// The different files, in the order in which they are first named.
  public var files: OrderedSet<String> { OrderedSet(weightMap.values) }

  /// Opens the files of the index at `path`, keyed by their names, and checks that each holds the tensors that the
  /// index expects in it.
  public func openFiles(besideIndexAt path: String) throws(FormatError)
    -> OrderedDictionary<String, SafetensorsFile>
  {
    var opened: OrderedDictionary<String, SafetensorsFile> = [:]
    for name in files {
      do throws(FormatError) {
        opened[name] = try SafetensorsFile.open(FilePath(path).sibling(name))
      } catch { throw error.at(name) }
    }
    for (tensor, file) in weightMap where opened[file]?.tensors[tensor] == nil {
      throw .badFile("tensor \(quoted(tensor)) is not in \(quoted(file)), where the index expects it")
    }
    return opened
  }

  /// Writes the index, tensors in the order of `weightMap`.
  /// - Returns: the number of bytes of the file.
  @discardableResult
  public func write(to path: String) throws(FormatError) -> Int {
    var metadata = otherMetadata
    if let totalSize { metadata["total_size"] = .integer(totalSize) }
    var map = JSONObject()
    for (tensor, file) in weightMap { map.insert(.string(file), for: tensor) }
    let root: JSON = ["metadata": .object(metadata), "weight_map": .object(map)]
    var file = try AtomicFile(replacing: path)
    try file.append(Array((root.text(indented: true) + "\n").utf8))
    return try file.commit()
  }

  /// The file of a tensor: a plain name, so that no index reaches outside its folder.
  private static func fileName(_ member: JSONObject.Member) throws(FormatError) -> String {
    guard let name = member.value.string else {
      throw .badFile("weight_map: \(quoted(member.key)) is \(member.value.kind), not a string")
    }
    guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.utf8.contains(0) else {
      throw .badFile("weight_map: \(quoted(name)) is not the name of a file beside the index")
    }
    return name
  }
}
