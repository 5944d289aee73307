import FormatKit
import Foundation
import ModelGraph
import ONNX
import Tensors
import Testing

@Suite struct ExternalDataTests {
  private func model(_ entries: [(String, String)]) -> [UInt8] {
    let data = Wire(entries.map { .entry(13, $0.0, $0.1) }) + .int(14, 1)
    return Wire.model([.initializer("w", [2], type: 1, data), .output("w")])
  }

  /// Reads a model in a folder where `weights.bin` has 16 bytes: 0, 1, 2…
  private func reading(
    _ entries: [(String, String)], prepare: (String) throws -> Void = { _ in }
  ) throws -> Result<Model, FormatError> {
    try withFolder { folder in
      try Data(0..<16).write(to: URL(fileURLWithPath: folder + "/weights.bin"))
      try prepare(folder)
      let bytes = Bytes(copying: model(entries))
      return Result { () throws(FormatError) in try ONNXFormat.read(bytes, at: folder + "/model.onnx") }
    }
  }

  @Test func elementsAreReadFromTheFileBesideTheModel() throws {
    let model = try reading([("location", "weights.bin"), ("offset", "4"), ("length", "8")]).get()
    #expect(model.value("w")?.constant?.bytes.array == [4, 5, 6, 7, 8, 9, 10, 11])
  }

  @Test func offsetAndLengthMayBeLeftOut() throws {
    let model = try reading([("location", "weights.bin")]).get()
    #expect(model.value("w")?.constant?.bytes.array == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  static let rejected: [([(String, String)], FormatError)] = [
    ([], .badFile("tensor \"w\": its external data has no location")),
    (
      [("location", "gone.bin")],
      FormatError(.noSuchFile, "tensor \"w\": external data \"gone.bin\": no such file")
    ),
    (
      [("location", "../weights.bin")],
      .badFile("tensor \"w\": external data \"../weights.bin\": only a file in the model's folder is read")
    ),
    (
      [("location", "/etc/passwd")],
      .badFile("tensor \"w\": external data \"/etc/passwd\": only a file in the model's folder is read")
    ),
    (
      [("location", "a/../../b")],
      .badFile("tensor \"w\": external data \"a/../../b\": only a file in the model's folder is read")
    ),
    (
      [("location", "")], .badFile("tensor \"w\": external data \"\": only a file in the model's folder is read")
    ),
    ([("location", ".")], .badFile("tensor \"w\": external data \".\": it leads out of the model's folder")),
    (
      [("location", "weights.bin"), ("offset", "9")],
      .badFile("tensor \"w\": external data \"weights.bin\": 8 bytes are wanted from byte 9, but the file has 16")
    ),
    (
      [("location", "weights.bin"), ("offset", "-1")],
      .badFile("tensor \"w\": external data \"weights.bin\": offset \"-1\" is not a size")
    ),
    (
      [("location", "weights.bin"), ("length", "4")],
      .badFile("tensor \"w\": external data \"weights.bin\": the length is 4, but the elements take 8 bytes")
    ),
  ]

  @Test(arguments: rejected) func badReferencesAreRejected(_ entries: [(String, String)], _ error: FormatError) throws {
    let result = try reading(entries)
    #expect(throws: error) { try result.get() }
  }

  @Test func aLinkOutOfTheFolderIsNotFollowed() throws {
    let result = try reading([("location", "link.bin")]) { folder in
      try FileManager.default.createSymbolicLink(atPath: folder + "/link.bin", withDestinationPath: "/etc/passwd")
    }
    let error = FormatError.badFile("tensor \"w\": external data \"link.bin\": it leads out of the model's folder")
    #expect(throws: error) { try result.get() }
  }

  @Test func aLargeModelIsWrittenInTwoFiles() throws {
    try withFolder { folder in
      var model = Model(opsets: ["": 18], formatVersion: 8)
      let large = Tensor([300], (0..<300).map(Float.init))
      let other = Tensor([2, 600], (0..<1200).map { Float($0) / 2 })
      model.main.outputs = [
        model.addInitializer(named: "large", large),
        model.addInitializer(named: "small", Tensor([2], [1, 2] as [Float])),
        model.addInitializer(named: "other", other),
      ]
      let path = folder + "/m.onnx"
      let count = try ONNXFormat.write(model, to: path, largestMessage: 1000)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names == ["m.onnx", "m.onnx.data"])
      let file = try MappedFile.open(path)
      let data = try MappedFile.open(path + ".data")
      #expect(file.count + data.count == count)
      #expect(data.count == 4096 + 4800)
      let again = try ONNXFormat.read(file, at: path)
      #expect(again.value("large")?.constant?.array(of: Float.self) == large.array(of: Float.self))
      #expect(again.value("small")?.constant?.array(of: Float.self) == [1, 2])
      #expect(again.value("other")?.constant?.array(of: Float.self) == other.array(of: Float.self))
    }
  }
}
