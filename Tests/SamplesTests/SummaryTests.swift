import Samples
import Tensors
import Testing

@Suite struct SummaryTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func summary(_ tensor: Tensor, _ dimensions: [InputSpecification.Dimension]) throws -> InputSummary {
    let stream = try Samples.open(
      folder.write(["x": tensor]), inputs: [input("x", dimensions, type: tensor.type)], batch: 3)
    return try #require(try stream.summarize(compute).first)
  }

  /// `count` samples of 16 numbers with mean about 0.5 and spread about 0.3, some samples changed.
  func images(_ count: Int, changing changes: [Int: (Float) -> Float] = [:]) -> Tensor {
    let values = (0..<count * 16).map { index in
      let value = Float((index * 7919) % 1009) / 1009
      return changes[index / 16]?(value) ?? value
    }
    return Tensor([count, 16], values)
  }

  @Test func numbersDescribeAllSamples() throws {
    let summary = try summary(counting([5, 2]), [batchAxis, 2])
    #expect(summary.input == "x" && summary.sampleCount == 5 && summary.elementCount == 10)
    #expect(summary.range == 0...9 && summary.mean == 4.5)
    // sqrt((10² − 1) / 12)
    #expect(abs(summary.standardDeviation - 2.8722813232690143) < 1e-12)
    #expect(summary.nanCount == 0 && summary.infinityCount == 0 && summary.warnings.isEmpty)
  }

  /// The numbers 1 … n have mean (n + 1) / 2 and variance (n² − 1) / 12.
  @Test(arguments: [1, 3, 4, 5, 8, 11]) func samplesOfAnyLengthAreSummedUp(length: Int) throws {
    let values = (1...length).map { Float($0) }
    let plain = try summary(Tensor([1, length], values), [batchAxis, .fixed(length)])
    #expect(plain.range == 1...Double(length) && plain.mean == Double(length + 1) / 2)
    #expect(abs(plain.standardDeviation - (Double(length * length - 1) / 12).squareRoot()) < 1e-12)
    for index in 0..<length {
      var values = values
      values[index] = index % 2 == 0 ? .nan : -.infinity
      let broken = try summary(Tensor([1, length], values), [batchAxis, .fixed(length)])
      #expect(broken.nanCount == 1 - index % 2 && broken.infinityCount == index % 2)
      #expect(broken.elementCount == length)
    }
  }

  @Test func halvesAndIntegersAreNumbersToo() throws {
    // 1, −2, 65504, 2⁻²⁴, +infinity, NaN
    let halves: [UInt16] = [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00, 0x7E00]
    let summary = try summary(Tensor([3, 2], halves.map(Half.init(bits:))), [batchAxis, 2])
    #expect(summary.range == -2...65504 && summary.mean == (65503 + 0x1p-24) / 4)
    #expect(summary.nanCount == 1 && summary.infinityCount == 1)
    let integers = try self.summary(Tensor([2, 2], [Int64(7), 7, 7, 7]), [batchAxis, 2])
    #expect(integers.range == 7...7 && integers.warnings.isEmpty)
  }

  @Test func usualDataGivesNoWarning() throws {
    #expect(try summary(images(40), [batchAxis, 16]).warnings.isEmpty)
    #expect(try summary(counting([100, 16]), [batchAxis, 16]).warnings.isEmpty)
  }

  @Test func samplesThatAreNotFiniteAreNamed() throws {
    let warnings = try summary(images(10, changing: [4: { _ in .nan }, 7: { $0 / 0 }]), [batchAxis, 16]).warnings
    #expect(warnings.map(\.kind) == [.notFinite] && warnings[0].samples == [4, 7])
    #expect(warnings[0].description == #"input "x", samples 4, 7: NaN or infinity among the elements"#)
  }

  @Test func constantSamplesAreNamed() throws {
    let one = try summary(images(10, changing: [3: { _ in 0 }]), [batchAxis, 16]).warnings
    #expect(one.map(\.description) == [#"input "x", sample 3: all elements are equal"#])
    let all = try summary(Tensor([9, 2], repeating: Float(1)), [batchAxis, 2]).warnings
    #expect(all.map(\.description) == [#"input "x", all 9 samples: all elements are equal"#])
    let zero: (Float) -> Float = { _ in 0 }
    let many = Dictionary(uniqueKeysWithValues: (1..<8).map { ($0, zero) })
    #expect(
      try summary(images(20, changing: many), [batchAxis, 16]).warnings.map(\.description)
        == [#"input "x", samples 1, 2, 3, 4, 5 and 2 more: all elements are equal"#])
  }

  @Test func samplesUnlikeTheRestAreNamed() throws {
    let tensor = images(40, changing: [11: { $0 * 255 }, 23: { 0.5 + ($0 - 0.5) / 4096 }])
    let warnings = try summary(tensor, [batchAxis, 16]).warnings
    #expect(warnings.map(\.kind) == [.unlikeTheRest])
    #expect(warnings[0].samples == [11, 23])
    #expect(warnings[0].description.hasPrefix(#"input "x", samples 11, 23: unlike the rest: sample 11 has mean 1"#))
  }

  @Test func numbersInAWarningHaveFourDigits() throws {
    let values = (0..<9).flatMap { sample -> [Float] in sample == 8 ? [123456, 123458] : [0.25, 0.75] }
    let warnings = try summary(Tensor([9, 2], values), [batchAxis, 2]).warnings
    #expect(
      warnings.map(\.description) == [
        """
        input "x", sample 8: unlike the rest: sample 8 has mean 123500 and standard deviation 1, where 0.5 and 0.25 \
        are usual
        """
      ])
  }

  @Test func fewSamplesAreNotCompared() throws {
    #expect(try summary(images(7, changing: [3: { $0 * 255 }]), [batchAxis, 16]).warnings.isEmpty)
  }
}
