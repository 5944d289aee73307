import FormatKit
import ModelGraph
import Testing

/// Damaged files are read or refused; they never stop the process.
@Suite struct MutationTests {
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 33)
    }
  }

  @Test(arguments: 0..<8) func damagedModelsAreReadOrRefused(_ seed: Int) throws {
    var random = Generator(state: UInt64(seed))
    let original = WritingTests.decorated
    var read = 0
    for _ in 0..<500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      do throws(FormatError) {
        let model = try ONNXTests.read(bytes)
        read += 1
        // What can be read can be described in an error-free way; writing it must not stop the process either.
        #expect(model.formatVersion > 0)
      } catch {
        #expect(!error.message.isEmpty && !error.message.contains("\n"))
      }
    }
    #expect(read > 0 && read < 500)
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout Generator) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: bytes.remove(at: index)
    case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
    default:
      let end = Int.random(in: index...bytes.count, using: &random)
      bytes.insert(contentsOf: bytes[index..<end], at: index)
    }
  }
}
