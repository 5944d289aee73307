import FormatKit
import Foundation
import OrderedCollections
import Safetensors
import Tensors
import Testing

@Suite struct WritingTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func writesTheBytesOfTheReferenceLibrary() throws {
    let file = try SafetensorsFile(Bytes(copying: ReadingTests.reference))
    let path = folder.file("copy.safetensors")
    let shuffled = OrderedDictionary(uniqueKeysWithValues: file.tensors.reversed().map { ($0.key, $0.value) })
    let count = try SafetensorsWriter.write(shuffled, metadata: file.metadata, to: path)
    #expect(count == 867)
    #expect(try MappedFile.open(path).array == ReadingTests.reference)
  }

  @Test func producerWritesOneTensorAfterTheOther() throws {
    let layout = try SafetensorsLayout([
      .init(name: "small", type: .uint8, shape: [3]), .init(name: "wide", type: .float32, shape: [2]),
    ])
    #expect(layout.entries.map(\.name) == ["wide", "small"] && layout.dataSize == 11)
    let path = folder.file("made.safetensors")
    let count = try SafetensorsWriter.write(layout, to: path) { entry, file throws(FormatError) in
      let byte: UInt8 = entry.name == "wide" ? 0 : 9
      let size = entry.name == "wide" ? 8 : 3
      for _ in 0..<size { try file.append([byte]) }
    }
    #expect(count == layout.fileSize)
    let read = try SafetensorsFile.open(path)
    #expect(read.tensors["wide"]?.array(of: Float.self) == [0, 0])
    #expect(read.tensors["small"]?.array(of: UInt8.self) == [9, 9, 9])
  }

  @Test func failingProducerLeavesTheOldFile() throws {
    let path = folder.file("kept.safetensors")
    try SafetensorsWriter.write(["a": Tensor([1], [Float(1)])], to: path)
    let layout = try SafetensorsLayout([.init(name: "b", type: .uint8, shape: [1])])
    #expect(throws: FormatError(.io, "stopped")) {
      try SafetensorsWriter.write(layout, to: path) { _, _ throws(FormatError) in throw FormatError(.io, "stopped") }
    }
    #expect(try SafetensorsFile.open(path).tensors["a"]?.array(of: Float.self) == [1])
    #expect(folder.files == ["kept.safetensors"])
  }

  @Test func headerIsPaddedWithSpacesToEightBytes() throws {
    for length in 1...9 {
      let name = String(repeating: "n", count: length)
      let layout = try SafetensorsLayout([.init(name: name, type: .uint8, shape: [0])])
      #expect(layout.fileSize % 8 == 0)
    }
  }

  @Test func refusesWhatTheFormatCannotHold() {
    func message(_ entries: [SafetensorsLayout.Entry]) -> String? {
      do throws(FormatError) {
        _ = try SafetensorsLayout(entries)
        return nil
      } catch { return error.message }
    }
    let single = SafetensorsLayout.Entry(name: "w", type: .uint8, shape: [1])
    #expect(message([single, single]) == #"tensor "w": is given twice"#)
    #expect(
      message([.init(name: "w", type: .int4, shape: [2])]) == #"tensor "w": safetensors has no type for int4"#)
    #expect(message([.init(name: "w", type: .string, shape: [2])]) == #"tensor "w": string of shape [2] has no size"#)
    #expect(
      message([.init(name: "w", type: .float4e2m1, shape: [3])])
        == #"tensor "w": float4e2m1 of shape [3] takes 12 bits, not a whole number of bytes"#)
    #expect(
      message([.init(name: "__metadata__", type: .uint8, shape: [1])])
        == #"tensor "__metadata__": the name is reserved"#)
  }
}
