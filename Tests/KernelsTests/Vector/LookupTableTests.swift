import Kernels
import Testing

@Suite struct LookupTableTests {
  @Test func tablesAreLookedUpByBits() {
    let table = (0...255).map { UInt8(255 - $0) }
    let signedTable = (0...255).map { Int8(truncatingIfNeeded: -$0) }
    for compute in Compute.all {
      let bytes: [UInt8] = [0, 1, 128, 255]
      #expect(
        [UInt8](count: 4, filler: 0) { compute.map(bytes.span, through: table.span, into: &$0) } == [255, 254, 127, 0])
      let signed: [Int8] = [0, -1, 127, -128]
      #expect(
        [Int8](count: 4, filler: 0) { compute.map(signed.span, through: signedTable.span, into: &$0) } == [
          0, 1, -127, -128,
        ])
    }
  }

  @Test(arguments: vectorLengths) func everyByteOfATableIsFoundAtEveryLength(length: Int) {
    var numbers = TestNumbers(seed: 3)
    let table = numbers.bytes(256)
    // From another byte on at each length, so that all have their turn.
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }
    for compute in Compute.all {
      let output = [UInt8](count: length, filler: 1) { compute.map(bytes.span, through: table.span, into: &$0) }
      #expect(output == bytes.map { table[Int($0)] })
    }
  }

  @Test(arguments: [1, 3, 24, 64, 200, 1500, 3000]) func rowsArePlacedSideBySide(columns: Int) {
    var numbers = TestNumbers(seed: 5)
    let table = (0...255).map { UInt8(truncatingIfNeeded: 7 * $0 + 3) }
    for rows in [1, 2, 700] {
      let (left, right) = (numbers.bytes(rows * columns), numbers.bytes(rows * 2))
      let stride = columns + 3
      let expected = (0..<(rows * stride)).map { index -> UInt8 in
        let (row, place) = index.quotientAndRemainder(dividingBy: stride)
        if place < 2 { return right[row * 2 + place] }
        return place < columns + 2 ? 7 &* left[row * columns + place - 2] &+ 3 : 9
      }
      for compute in Compute.all {
        let output = [UInt8](count: rows * stride, filler: 9) {
          compute.place(right.span, columns: 2, into: &$0, at: 0, stride: stride)
          compute.place(left.span, columns: columns, through: table.span, into: &$0, at: 2, stride: stride)
        }
        #expect(output == expected)
      }
    }
  }

  @Test func aTableChangesScaleAndZeroPoint() {
    for compute in Compute.all {
      let table: [UInt8] = compute.table(from: TensorScale(0.5, zeroPoint: 10), to: TensorScale(1, zeroPoint: 100))
      // (11 − 10) · 0.5 = 0.5 rounds to 0, 1.5 to 2; −5 at the start; 122.5 rounds to 122.
      #expect([table[10], table[11], table[13], table[0], table[255]] == [100, 100, 102, 95, 222])
    }
  }

  @Test func aTableHoldsAFunctionOfSignedElements() {
    for compute in Compute.all {
      let table: [Int8] = compute.table(
        .leakyRelu(slope: 0.5), from: TensorScale(1, zeroPoint: 0), to: TensorScale(0.25, zeroPoint: -8))
      #expect(table[4] == 8)
      #expect(table[Int(UInt8(bitPattern: -4))] == -16)
      #expect(table[127] == 127)
      #expect(table[Int(UInt8(bitPattern: -128))] == -128)
    }
  }
}
