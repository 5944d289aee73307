import Kernels
import Tensors
import Testing

@testable import Conversion

@Suite struct TensorConverterTests {
  private let compute = Compute(tier: .reference, threads: 1)
  private var converter: TensorConverter { TensorConverter(compute: compute) }

  /// The pieces that a conversion emits, put together.
  private func bytes(_ tensor: Tensor, _ decision: TensorDecision) -> (bytes: [UInt8], loss: NarrowingLoss) {
    var bytes: [UInt8] = []
    let loss = converter.convert(tensor, decision) { piece in
      if let part = Tensor([piece.count], type: .uint8, bytes: piece) { bytes += part.array(of: UInt8.self) }
    }
    return (bytes, loss)
  }

  @Test func numbersAreRoundedAndLossesCounted() {
    let tensor = Tensor([5], [1, 1e-9, -2.5, 65504, 3e-8] as [Float])
    let (result, loss) = bytes(tensor, .narrow(to: .float16))
    #expect(result == [0x00, 0x3C, 0x00, 0x00, 0x00, 0xC1, 0xFF, 0x7B, 0x01, 0x00])
    #expect(loss == NarrowingLoss(overflowed: 0, underflowed: 1))
  }

  @Test func halfPrecisionTypesBecomeEachOther() {
    let half = Tensor([2], [Half(bits: 0x3C01), Half(bits: 0x0001)])
    #expect(bytes(half, .narrow(to: .bfloat16)).bytes == [0x80, 0x3F, 0x80, 0x33])
    let brain = Tensor([2], [BFloat16(bits: 0x3F81), BFloat16(bits: 0x0080)])
    let (result, loss) = bytes(brain, .narrow(to: .float16))
    #expect(result == [0x08, 0x3C, 0x00, 0x00])
    #expect(loss.underflowed == 1)
  }

  @Test func rowsAreDividedByTheirScalesAndRoundedHalfToEven() {
    let tensor = Tensor([2, 4], [1, -2, 0.5, 0.0078125, -0.1, 0.2, 0.3, -0.4] as [Float])
    let (result, _) = bytes(tensor, .quantize(scales: [0.015686275, 0.0031372549]))
    #expect(result.map { Int8(bitPattern: $0) } == [64, -127, 32, 0, -32, 64, 96, -128])
  }

  @Test func tensorsThatStayAreCopied() {
    let tensor = Tensor([2], [0x0102_0304, 5] as [Int32])
    #expect(bytes(tensor, .keep(.type)).bytes == [4, 3, 2, 1, 5, 0, 0, 0])
  }

  @Test func scalesAreAColumnOfTheWeightsType() {
    let scales = converter.scaleTensor([0.5, 2], type: .float16)
    #expect(scales.shape == [2, 1])
    #expect(scales.array(of: Half.self).map(\.bits) == [0x3800, 0x4000])
    #expect(converter.scaleTensor([0.5], type: .float32).array(of: Float.self) == [0.5])
  }

  @Test func aTensorOfManyPartsIsConvertedWhole() {
    let width = MatrixPart.sizeLimit + 3
    let tensor = Tensor([2, width], of: Float.self) { span in
      for index in span.indices { span[index] = Float(index % 200) - 100 }
    }
    let result = bytes(tensor, .quantize(scales: [1, 2])).bytes.map { Int8(bitPattern: $0) }
    #expect(result.count == 2 * width)
    #expect(result[width - 1] == Int8((width - 1) % 200 - 100))
    let last = Double((2 * width - 1) % 200 - 100) / 2
    #expect(result[2 * width - 1] == Int8(last.rounded(.toNearestOrEven)))
  }
}

@Suite struct MatrixPartTests {
  @Test func wholeRowsAreTakenTogetherAsFarAsTheyFit() {
    let parts = MatrixPart.parts(rows: 5, columns: 4, limit: 8)
    #expect(parts.map(\.rows) == [0..<2, 2..<4, 4..<5])
    #expect(parts.map(\.elements) == [0..<8, 8..<16, 16..<20])
  }

  @Test func rowsThatAreTooLongAreCut() {
    let parts = MatrixPart.parts(rows: 2, columns: 5, limit: 3)
    #expect(parts.map(\.rows) == [0..<1, 0..<1, 1..<2, 1..<2])
    #expect(parts.map(\.columns) == [0..<3, 3..<5, 0..<3, 3..<5])
    #expect(parts.map(\.elements) == [0..<3, 3..<5, 5..<8, 8..<10])
  }

  @Test func anEmptyMatrixHasNoParts() {
    #expect(MatrixPart.parts(of: [0, 3]).isEmpty)
    #expect(MatrixPart.parts(of: [3, 0]).isEmpty)
    #expect(MatrixPart.parts(of: .scalar).map(\.elements) == [0..<1])
  }
}
