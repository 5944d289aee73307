import Kernels
import Tensors

/// The packed weights of one direction of a recurrent layer.
struct RecurrentWeights: Sendable {
  /// Input to gates, [input size, gates · hidden size].
  let input: PackedFloatMatrix
  /// State to gates: all of them, or a matrix [hidden size, gates · hidden size] for each group of gates.
  let recurrent: [PackedFloatMatrix]

  /// Packs both weights of every direction. `gateGroups` says how many gates of the state each product computes.
  ///
  /// The shapes of `input` and `recurrent` must have been checked.
  static func pack(_ input: Tensor, _ recurrent: Tensor, gateGroups: [Int]) -> [RecurrentWeights] {
    let gates = gateGroups.reduce(0, +)
    let hidden = recurrent.shape[2]
    return (0..<input.shape[0]).compactMap { direction -> RecurrentWeights? in
      let inputPart = input.rows(of: direction, from: 0, count: gates * hidden)
      var row = 0
      var parts: [PackedFloatMatrix] = []
      for group in gateGroups {
        let part = recurrent.rows(of: direction, from: row, count: group * hidden)
        guard let packed = PackedFloatMatrix(part, transposed: true) else { return nil }
        parts.append(packed)
        row += group * hidden
      }
      guard let packed = PackedFloatMatrix(inputPart, transposed: true) else { return nil }
      return RecurrentWeights(input: packed, recurrent: parts)
    }
  }

  /// Packs constant weights; nil where one is not constant or they do not belong together.
  static func pack(constants: [Tensor?], directions: Int, gateGroups: [Int]) -> [RecurrentWeights]? {
    guard let input = constants[1], let recurrent = constants[2], input.type == recurrent.type,
      input.shape.rank == 3, recurrent.shape.rank == 3, input.shape[0] == directions,
      recurrent.shape[0] == directions, input.shape[1] == recurrent.shape[1],
      recurrent.shape[1] == gateGroups.reduce(0, +) * recurrent.shape[2]
    else { return nil }
    let packed = pack(input, recurrent, gateGroups: gateGroups)
    return packed.count == directions ? packed : nil
  }
}

extension Tensor {
  /// Some rows of one of the matrices that a tensor of rank 3 holds.
  fileprivate func rows(of matrix: Int, from first: Int, count: Int) -> Tensor {
    let width = shape[2] * (type.byteWidth ?? 0)
    let start = (matrix * shape[1] + first) * width
    guard let part = Tensor([count, shape[2]], type: type, bytes: bytes.slice(start..<(start + count * width))) else {
      preconditionFailure("no rows \(first)..<\(first + count) in matrix \(matrix) of \(shape)")
    }
    return part
  }
}
