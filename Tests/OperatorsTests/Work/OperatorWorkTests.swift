import Tensors
import Testing

@testable import Operators

/// Multiply-adds counted by hand: sums times the products in each.
@Suite struct OperatorWorkTests {
  private func floats(_ shape: Int...) -> Tensor { Tensor(Shape(shape), repeating: Float(0.5)) }
  private func bytes(_ shape: Int...) -> Tensor { Tensor(Shape(shape), repeating: UInt8(3)) }
  private func signed(_ shape: Int...) -> Tensor { Tensor(Shape(shape), repeating: Int8(2)) }
  private func scale(_ value: Float) -> Tensor { Tensor(scalar: value) }
  private let zero = Tensor(scalar: UInt8(0))
  private let signedZero = Tensor(scalar: Int8(0))

  private func expect(
    _ work: OperatorWork?, _ multiplyAdds: Int, _ arithmetic: OperatorWork.Arithmetic, _ kernel: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(work?.multiplyAdds == multiplyAdds, sourceLocation: sourceLocation)
    #expect(work?.arithmetic == arithmetic, sourceLocation: sourceLocation)
    #expect(work?.kernel == kernel, sourceLocation: sourceLocation)
  }

  @Test func convolutionsCountTheirPadding() throws {
    // 2 images of 5 × 5 outputs with 4 channels, each the sum of 3 channels times 3 × 3 taps.
    expect(
      try work(Conv.self, [floats(2, 3, 5, 5), floats(4, 3, 3, 3)], attributes: ["pads": .ints([1, 1, 1, 1])]),
      2 * 5 * 5 * 4 * 3 * 9, .float, "convolution f32 reference")
    // The same shape in steps of 2: 3 × 3 outputs.
    expect(
      try work(
        Conv.self, [floats(2, 3, 5, 5), floats(4, 3, 3, 3)],
        attributes: ["pads": .ints([1, 1, 1, 1]), "strides": .ints([2, 2])], constants: [1]),
      2 * 3 * 3 * 4 * 3 * 9, .float, "convolution f32 reference")
  }

  @Test func theFormOfAConvolutionIsNamed() throws {
    expect(
      try work(Conv.self, [floats(1, 3, 4, 6), floats(8, 3, 1, 1)], constants: [1]), 24 * 8 * 3, .float,
      "convolution f32 reference, pointwise")
    expect(
      try work(Conv.self, [floats(1, 4, 5, 5), floats(4, 1, 3, 3)], attributes: ["group": .int(4)], constants: [1]),
      9 * 4 * 9, .float, "depthwise f32 reference")
    expect(
      try work(Conv.self, [floats(1, 4, 5, 5), floats(6, 2, 3, 3)], attributes: ["group": .int(2)], constants: [1]),
      9 * 6 * 2 * 9, .float, "convolution f32 reference, grouped")
    expect(
      try work(Conv.self, [floats(1, 2, 3, 3, 3), floats(5, 2, 2, 2, 2)], constants: [1]), 8 * 5 * 2 * 8, .float,
      "convolution f32 reference")
    expect(
      try work(Conv.self, [floats(1, 2, 1, 3, 3, 3), floats(5, 2, 1, 2, 2, 2)], constants: [1]), 8 * 5 * 2 * 8, .float,
      "direct float32")
  }

  @Test func joinedConvolutionsCountTogether() throws {
    // 4 × 6 pixels, with 8 channels of 3 products and 2 channels of 3 × 9.
    expect(
      try work(
        ConcatenatedConv.self,
        [floats(1, 4, 6, 3), floats(8, 3, 1, 1), floats(8), floats(1, 4, 6, 3), floats(2, 3, 3, 3), floats(2)],
        attributes: [
          "0.channels_last": .int(1), "1.channels_last": .int(1), "1.pads": .ints([1, 1, 1, 1]),
        ],
        constants: [1, 4]),
      24 * 8 * 3 + 24 * 2 * 27, .float, "convolution f32 reference, pointwise + convolution f32 reference")
  }

  @Test func aTransposedConvolutionCountsWhatEveryInputElementSpreads() throws {
    // 3 × 3 pixels of 2 channels, each going to 4 channels times 2 × 2 taps.
    expect(
      try work(ConvTranspose.self, [floats(1, 2, 3, 3), floats(2, 4, 2, 2)], constants: [1]), 9 * 2 * 4 * 4, .float,
      "convolution f32 reference, in phases")
  }

  @Test func productsCountRowsTimesColumnsTimesDepth() throws {
    expect(try work(MatMul.self, [floats(5, 7), floats(7, 3)], constants: [1]), 105, .float, "gemm f32 reference")
    expect(
      try work(MatMul.self, [floats(5, 7), floats(7, 1)], constants: [1]), 35, .float, "gemm f32 reference, vector")
    expect(try work(MatMul.self, [floats(2, 5, 7), floats(2, 7, 3)]), 210, .float, "batched gemm f32 reference")
    expect(try work(MatMul.self, [floats(7), floats(7, 3)]), 21, .float, "batched gemm f32 reference")
    expect(
      try work(MatMul.self, [Tensor([2, 2], [1, 2, 3, 4] as [Double]), Tensor([2, 1], [1, 2] as [Double])]), 4, .float,
      "direct float64")
    expect(
      try work(FusedMatMul.self, [floats(7, 5), floats(7, 3)], attributes: ["transA": .int(1)]), 105, .float,
      "batched gemm f32 reference")
    expect(
      try work(
        Gemm.self, [floats(7, 5), floats(3, 7), floats(3)], attributes: ["transA": .int(1), "transB": .int(1)],
        constants: [1]),
      105, .float, "gemm f32 reference")
    expect(
      try work(Gemm.self, [floats(5, 7), floats(7, 3)]), 105, .float,
      "gemm f32 reference, weights packed in the run")
  }

  @Test func anEmptyProductIsNoWork() throws {
    expect(try work(MatMul.self, [floats(0, 7), floats(7, 3)]), 0, .float, "batched gemm f32 reference")
  }

  @Test func integerProductsCountLikeOthers() throws {
    expect(
      try work(
        QLinearConv.self,
        [
          bytes(1, 3, 4, 6), scale(1), zero, signed(8, 3, 1, 1), scale(1), signedZero, scale(1), zero,
        ], constants: [3, 4, 5]),
      24 * 8 * 3, .integer, "convolution u8s8 reference, pointwise")
    expect(
      try work(ConvInteger.self, [bytes(1, 2, 5, 5), signed(4, 2, 3, 3)], constants: [1]), 9 * 4 * 18, .integer,
      "convolution u8s8 reference")
    expect(
      try work(MatMulInteger.self, [bytes(5, 7), signed(7, 3)], constants: [1]), 105, .integer, "gemm u8s8 reference")
    expect(
      try work(MatMulInteger.self, [bytes(2, 7), signed(7, 3), Tensor([2], [1, 2] as [UInt8])]), 42, .integer,
      "direct uint8")
    expect(
      try work(
        QLinearMatMul.self, [bytes(5, 7), scale(1), zero, signed(7, 3), scale(1), signedZero, scale(1), zero]),
      105, .integer, "gemm u8s8 reference, weights packed in the run")
    expect(
      try work(
        QGemm.self, [bytes(5, 7), scale(1), zero, signed(3, 7), scale(1), signedZero],
        attributes: ["transB": .int(1)], constants: [3, 4, 5]),
      105, .integer, "gemm u8s8 reference")
    expect(
      try work(MatMulIntegerToFloat.self, [bytes(5, 7), signed(7, 3), scale(1), scale(1)], constants: [1]), 105,
      .integer, "gemm u8s8 reference")
    expect(
      try work(DynamicQuantizeMatMul.self, [floats(5, 7), signed(7, 3), scale(1)], constants: [1]), 105, .integer,
      "gemm u8s8 reference")
  }

  @Test func recurrentLayersCountInputAndStateAtEveryStep() throws {
    // 6 steps of 2 items; 4, 3 and 1 gates of 5 units see 3 inputs and 5 states; two directions of it.
    let input = floats(6, 2, 3)
    expect(
      try work(LSTM.self, [input, floats(1, 20, 3), floats(1, 20, 5)]), 12 * 20 * 8, .float, "recurrent f32 reference")
    expect(
      try work(GRU.self, [input, floats(1, 15, 3), floats(1, 15, 5)]), 12 * 15 * 8, .float, "recurrent f32 reference")
    expect(
      try work(
        RNN.self, [input, floats(2, 5, 3), floats(2, 5, 5)],
        attributes: ["direction": .string(Array("bidirectional".utf8))]),
      12 * 2 * 5 * 8, .float, "recurrent f32 reference")
  }

  @Test func attentionCountsScoresAndMixtures() throws {
    // 2 items, 3 heads, 4 queries, 5 keys of size 6, values of size 7.
    expect(
      try work(Attention.self, [floats(2, 3, 4, 6), floats(2, 3, 5, 6), floats(2, 3, 5, 7)]),
      2 * 3 * 4 * 5 * (6 + 7), .float, "attention f32 reference")
    // A cache of 8 keys before them.
    expect(
      try work(
        Attention.self,
        [floats(2, 3, 4, 6), floats(2, 3, 5, 6), floats(2, 3, 5, 7), nil, floats(2, 3, 8, 6), floats(2, 3, 8, 7)],
        outputs: 3),
      2 * 3 * 4 * 13 * (6 + 7), .float, "attention f32 reference")
    expect(
      try work(
        MultiHeadAttention.self, [floats(2, 4, 18), floats(2, 5, 18), floats(2, 5, 21)],
        attributes: ["num_heads": .int(3)]),
      2 * 3 * 4 * 5 * (6 + 7), .float, "attention f32 reference")
    // The projection of 2 · 4 rows of 10 to 3 · 6 columns, then one head of size 6.
    expect(
      try work(ProjectedAttention.self, [floats(2, 4, 10), floats(10, 18)], attributes: ["num_heads": .int(1)]),
      8 * 10 * 18 + 2 * 4 * 4 * 12, .float, "attention f32 reference")
  }

  @Test func tablesTakeNoProducts() throws {
    expect(
      try work(QLinearSigmoid.self, [bytes(9), scale(1), zero, scale(0.1), zero]), 0, .integer,
      "table lookup reference")
  }

  @Test func otherOperatorsSayNothing() throws {
    #expect(try work(Relu.self, [floats(3)]) == nil)
  }
}
