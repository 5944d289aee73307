import FormatKit
import Safetensors
import Tensors
import Testing

/// Damaged files must be refused or read as something valid, and never stop the process.
@Suite struct MutationTests {
  @Test func anyByteMayBeWrong() {
    var state: UInt64 = 1
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let interesting = Array("0123456789[]{},:\"-eU8\0 ".utf8) + [0xFF]
    for _ in 0..<3000 {
      var bytes = ReadingTests.reference
      for _ in 0...random(below: 3) {
        bytes[random(below: bytes.count)] = interesting[random(below: interesting.count)]
      }
      do throws(FormatError) {
        for tensor in try SafetensorsFile(Bytes(copying: bytes)).tensors.values {
          #expect(tensor.type.byteCount(elements: tensor.count) == tensor.bytes.count)
        }
      } catch { #expect(error.kind == .badFile && !error.message.isEmpty) }
    }
  }
}
