import FormatKit
import Samples
import Tensors
import Testing

@Suite struct BatchingTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  let x = input("x", [batchAxis, 3])

  @Test func samplesAlongAxisZeroAreFed32AtATime() throws {
    let stream = try Samples.open(folder.write(["x": counting([70, 3])]), inputs: [x])
    #expect(stream.count == 70 && stream.batchCount == 3)
    #expect(try (0..<3).map { try stream.batch($0)[0].shape } == [[32, 3], [32, 3], [6, 3]])
    #expect(try stream.batch(2)[0].array(of: Float.self) == (192..<210).map(Float.init))
    #expect(stream.samples(inBatch: 1) == 32..<64 && stream.samples(inBatch: 2) == 64..<70)
  }

  @Test func fewerSamplesThanABatchAreFedTogether() throws {
    let stream = try Samples.open(folder.write(["x": counting([5, 3])]), inputs: [x])
    #expect(stream.batchCount == 1)
    #expect(try stream.batch(0)[0].shape == [5, 3])
  }

  @Test func batchSizeOfTheCallerCounts() throws {
    let stream = try Samples.open(folder.write(["x": counting([5, 3])]), inputs: [x], batch: 2)
    #expect(try (0..<3).map { try stream.batch($0)[0].shape } == [[2, 3], [2, 3], [1, 3]])
  }

  @Test func stackIsFedEntryByEntry() throws {
    let stream = try Samples.open(folder.write(["x": counting([4, 2, 3])]), inputs: [x], batch: 9)
    #expect(stream.count == 4 && stream.batchCount == 4)
    #expect(try stream.batch(1)[0].shape == [2, 3])
    #expect(try stream.batch(1)[0].array(of: Float.self) == [6, 7, 8, 9, 10, 11])
    #expect(stream.samples(inBatch: 3) == 3..<4)
  }

  @Test func fixedAxisZeroIsTheBatchSize() throws {
    let fixed = input("x", [2, 3])
    let stream = try Samples.open(folder.write(["x": counting([6, 3])]), inputs: [fixed])
    #expect(stream.count == 6 && stream.batchCount == 3)
    #expect(
      try folder.message(opening: ["x": counting([5, 3])], [fixed])
        == #"input "x": 5 samples do not divide into batches of 2, the size that the model fixes"#)
    #expect(
      try folder.message(opening: ["x": counting([6, 3])], [fixed], batch: 3)
        == #"input "x" takes batches of 2, not of 3: the model fixes axis 0"#)
    #expect(
      try folder.message(opening: ["x": counting([0, 3])], [input("x", [0, 3])])
        == #"input "x": the model fixes axis 0 at 0, so that no samples lie along it"#)
  }

  @Test func fixedAxisZeroOfOneInputSetsTheBatchOfTheOthers() throws {
    let inputs = [x, input("state", [2, 1])]
    let stream = try Samples.open(folder.write(["x": counting([6, 3]), "state": counting([6, 1])]), inputs: inputs)
    #expect(stream.batchCount == 3)
    #expect(try stream.batch(2).map(\.shape) == [[2, 3], [2, 1]])
  }

  @Test func singleNumberIsTheSameForEveryBatch() throws {
    let inputs = [input("rate", [], type: .int64), x]
    let rate = Tensor(scalar: Int64(16000))
    let stream = try Samples.open(folder.write(["x": counting([40, 3]), "rate": rate]), inputs: inputs)
    #expect(stream.count == 40 && stream.batchCount == 2)
    #expect(try stream.batch(1)[0].array(of: Int64.self) == [16000])
    let stacked: Tensor = Tensor([2], [Int64(8), 9])
    let stack = try Samples.open(folder.write(["x": counting([2, 1, 3]), "rate": stacked]), inputs: inputs)
    #expect(try stack.batch(1)[0].array(of: Int64.self) == [9])
  }

  @Test func inputsMustHaveAsManySamples() throws {
    let inputs = [x, input("y", [batchAxis])]
    #expect(
      try folder.message(opening: ["x": counting([6, 3]), "y": counting([5])], inputs)
        == #"inputs have different numbers of samples: "x" 6, "y" 5"#)
    #expect(
      try folder.message(opening: ["x": counting([6, 1, 3]), "y": counting([5, 1])], inputs)
        == #"inputs have different numbers of samples: "x" 6, "y" 5"#)
  }

  @Test func stacksAndSamplesAlongAxisZeroDoNotMix() throws {
    #expect(
      try folder.message(
        opening: ["x": counting([6, 3]), "y": counting([6, 1])], [x, input("y", [batchAxis])])
          == """
          the array of input "y" has one axis more than the input and is a stack of samples, but that of input "x" has \
          the input's rank
          """)
  }

  @Test func emptyDataIsRefused() throws {
    #expect(
      try folder.message(opening: ["x": counting([0, 3])], [x]) == #"input "x": the array holds no samples"#)
    #expect(
      try folder.message(opening: ["x": counting([0, 2, 3])], [x]) == #"input "x": the array holds no samples"#)
    #expect(
      try folder.message(opening: ["x": counting([2, 3])], [x], batch: 0) == "batches of 0 samples cannot be fed")
  }

  @Test func runTakesAnArrayWholeAndAStackByEntry() throws {
    let whole = try Samples.open(folder.write(["x": counting([70, 3])]), inputs: [x])
    #expect(try whole.sample()[0].shape == [70, 3])
    #expect(
      throws: FormatError.badFile("sample 1 is asked for, but samples 0 to 0 are what there is to run")
    ) { try whole.sample(1) }
    let stack = try Samples.open(folder.write(["x": counting([4, 2, 3])]), inputs: [x])
    #expect(try stack.sample(3)[0].array(of: Float.self) == (18..<24).map(Float.init))
    #expect(
      throws: FormatError.badFile("sample 4 is asked for, but samples 0 to 3 are what there is to run")
    ) { try stack.sample(4) }
    let fixed = try Samples.open(folder.write(["x": counting([4, 3])]), inputs: [input("x", [1, 3])])
    #expect(try fixed.sample(3)[0].array(of: Float.self) == [9, 10, 11])
  }
}
