import FormatKit
import Samples
import Safetensors
import Tensors
import Testing

/// Damaged files must be refused or read as something valid, and never stop the process.
@Suite struct MutationTests {
  static let archives: [(name: String, bytes: [UInt8], input: InputSpecification)] = [
    ("x.npy", NPYTests.rowMajor, input("x", [batchAxis, 3])),
    ("x.npy", NPYTests.fortranOfRankThree, input("x", [batchAxis, 3, 4], type: .int16)),
    ("x.npz", NPZTests.stored, input("x", [batchAxis, 3])),
    ("x.npz", NPZTests.deflated, input("x", [batchAxis, 3])),
    ("x.npz", NPZTests.wide, input("x", [batchAxis], type: .uint8)),
    ("x.bin.gz", RawFileTests.gzipped, input("x", [batchAxis, 3])),
  ]

  @Test(arguments: archives.indices) func anyByteMayBeWrong(_ index: Int) throws {
    let (name, bytes, input) = Self.archives[index]
    let folder = try TemporaryFolder()
    var generator = LinearCongruentialGenerator(state: UInt64(index))
    for _ in 0..<100 {
      var mutated = bytes
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        mutated[Int.random(in: 0..<mutated.count, using: &generator)] = [0, 1, 0x7F, 0xFF, generator.byte]
          .randomElement(
            using: &generator)!
      }
      let path = try folder.write(name, mutated)
      do throws(FormatError) {
        _ = try Samples.open(path, inputs: [input]).summarize(compute)
      } catch { #expect(error.kind == .badFile && !error.message.isEmpty) }
    }
  }
}

/// The same numbers in every run.
struct LinearCongruentialGenerator: RandomNumberGenerator {
  var state: UInt64
  var byte: UInt8 {
    mutating get { UInt8(truncatingIfNeeded: next()) }
  }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) ^ (state << 31)
  }
}
