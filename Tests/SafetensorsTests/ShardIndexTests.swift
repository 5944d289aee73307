import FormatKit
import Foundation
import Safetensors
import Tensors
import Testing

@Suite struct ShardIndexTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  let text = """
    {
      "metadata": {
        "total_parameters": 3,
        "total_size": 12
      },
      "weight_map": {
        "b": "model-00002-of-00002.safetensors",
        "a": "model-00001-of-00002.safetensors"
      }
    }

    """

  func message(reading text: String) -> String? {
    do throws(FormatError) {
      _ = try ShardIndex(Bytes(copying: text.utf8))
      return nil
    } catch { return error.message }
  }

  @Test func readsAndWritesTheSameText() throws {
    let index = try ShardIndex(Bytes(copying: text.utf8))
    #expect(index.totalSize == 12)
    #expect(Array(index.files) == ["model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"])
    #expect(index.weightMap["a"] == "model-00001-of-00002.safetensors")
    let path = folder.file("model.safetensors.index.json")
    try index.write(to: path)
    #expect(try MappedFile.open(path).utf8String == text)
  }

  @Test func opensEveryFileOnce() throws {
    let index = try ShardIndex(Bytes(copying: text.utf8))
    try SafetensorsWriter.write(
      ["a": Tensor([2], [Float(1), 2])], to: folder.file("model-00001-of-00002.safetensors"))
    try SafetensorsWriter.write(["b": Tensor([1], [Float(3)])], to: folder.file("model-00002-of-00002.safetensors"))
    let files = try index.openFiles(besideIndexAt: folder.file("model.safetensors.index.json"))
    #expect(Array(files.keys) == ["model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"])
    #expect(files["model-00001-of-00002.safetensors"]?.tensors["a"]?.array(of: Float.self) == [1, 2])
  }

  @Test func missingFileIsNamed() throws {
    let index = try ShardIndex(Bytes(copying: text.utf8))
    #expect(throws: FormatError(.noSuchFile, "model-00002-of-00002.safetensors: no such file")) {
      try index.openFiles(besideIndexAt: folder.file("model.safetensors.index.json"))
    }
  }

  @Test func tensorMissingFromItsFileIsNamed() throws {
    let index = ShardIndex(weightMap: ["w": "m.safetensors"], totalSize: nil)
    try SafetensorsWriter.write(["v": Tensor([1], [Float(1)])], to: folder.file("m.safetensors"))
    #expect(
      throws: FormatError.badFile(#"tensor "w" is not in "m.safetensors", where the index expects it"#)
    ) { try index.openFiles(besideIndexAt: folder.file("model.safetensors.index.json")) }
  }

  @Test func refusesAnIndexWithoutAMap() {
    #expect(message(reading: "{}") == "the index has no weight_map")
    #expect(message(reading: "[]") == "the index has no weight_map")
    #expect(message(reading: #"{"weight_map":{"w":1}}"#) == #"weight_map: "w" is a number, not a string"#)
  }

  @Test(arguments: ["../m.safetensors", "/m.safetensors", "", "..", "sub/m.safetensors"])
  func refusesFilesOutsideTheFolder(_ name: String) {
    #expect(
      message(reading: #"{"weight_map":{"w":"\#(name)"}}"#)
        == #"weight_map: "\#(name)" is not the name of a file beside the index"#)
  }
}
