import FormatKit
import Foundation
import ModelGraph
import ONNX
import Testing

/// Damaged files are read or refused; they never stop the process. `ONNX_MUTATIONS` asks for more of them.
@Suite struct MutationTests {
  static let count = ProcessInfo.processInfo.environment["ONNX_MUTATIONS"].flatMap { Int($0) } ?? 500

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
    for _ in 0..<Self.count {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      do {
        let model = try ONNXTests.read(bytes)
        read += 1
        // What could be read can be written.
        #expect(try ONNXFormat.encodedSize(of: model) > 0)
      } catch {
        #expect(!error.message.isEmpty && !error.message.contains("\n"))
      }
    }
    #expect(read > 0 && read < Self.count)
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
