import Kernels
import Tensors

/// RotaryEmbedding (ONNX 23): the vectors of each head turned by angles that depend on their position (Su et al.,
/// "RoFormer").
///
/// Input 0 is [batch, heads, length, size] or [batch, length, heads · size]. Inputs 1 and 2 hold the cosines and sines
/// of `rotary_embedding_dim` / 2 angles: for each position of each item, or, with positions in input 3, for each
/// position.
struct RotaryEmbedding: Operator {
  static let schema = OperatorSchema(
    "RotaryEmbedding", versions: 23...newestOpset, inputs: 3...4, float16Since: 23, bfloat16Since: 23)

  private let heads: Int?
  private let rotatedSize: Int
  private let isInterleaved: Bool

  init(_ node: NodeReader) throws(OperatorError) {
    heads = try node.int("num_heads").flatMap { $0 == 0 ? nil : $0 }
    rotatedSize = try node.int("rotary_embedding_dim", default: 0)
    isInterleaved = try node.flag("interleaved", default: false)
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let vectors = try AttentionHeads(
      inputs, 0, heads: inputs[0].shape.rank == 3 ? heads : nil, attribute: "num_heads")
    let size = rotatedSize == 0 ? vectors.size : rotatedSize
    guard size >= 0, size % 2 == 0, size <= vectors.size else {
      throw .attribute("rotary_embedding_dim", "is \(size), expected an even number of at most \(vectors.size)")
    }
    let rows = try angleRows(inputs, vectors, half: size / 2)
    return [rotate(vectors, half: size / 2, rows: rows, inputs)]
  }

  /// For each position of each item, the row of the cosines and sines.
  private func angleRows(
    _ inputs: OperatorInputs, _ vectors: AttentionHeads, half: Int
  ) throws(OperatorError) -> [Int] {
    let shape = try inputs.tensor(1, of: .float32).shape
    guard try inputs.tensor(2, of: .float32).shape == shape else {
      throw .input(2, "has shape \(inputs[2].shape), but input 1 has shape \(shape)")
    }
    guard inputs.optional(3) != nil else {
      let expected = Shape([vectors.batch, vectors.length, half])
      guard shape == expected else { throw .input(1, "has shape \(shape), expected \(expected)") }
      return Array(0..<vectors.batch * vectors.length)
    }
    guard shape.rank == 2, shape[1] == half else {
      throw .input(1, "has shape \(shape), expected [positions, \(half)]")
    }
    guard inputs[3].shape == [vectors.batch, vectors.length] else {
      throw .input(3, "has shape \(inputs[3].shape), expected [\(vectors.batch), \(vectors.length)]")
    }
    return try inputs.entryIndices(3, count: shape[0])
  }

  private func rotate(_ vectors: AttentionHeads, half: Int, rows: [Int], _ inputs: OperatorInputs) -> Tensor {
    let input = vectors.tensor.span(of: Float.self)
    let (cosines, sines) = (inputs[1].span(of: Float.self), inputs[2].span(of: Float.self))
    let matrices = vectors.matrices()
    return Tensor(vectors.tensor.shape, of: Float.self) { output in
      for index in input.indices { output[index] = input[index] }
      for (matrix, offset) in matrices.offsets.enumerated() {
        for position in 0..<vectors.length {
          let start = offset + position * matrices.rowStride
          let row = rows[matrix / vectors.heads * vectors.length + position] * half
          for pair in 0..<half {
            let first = start + (isInterleaved ? 2 * pair : pair)
            let second = first + (isInterleaved ? 1 : half)
            let (cosine, sine) = (cosines[row + pair], sines[row + pair])
            output[first] = cosine * input[first] - sine * input[second]
            output[second] = sine * input[first] + cosine * input[second]
          }
        }
      }
    }
  }
}
