import Kernels
import Tensors

extension OperatorInputs {
  /// What the attention operators of com.microsoft add to scores [batch, heads, queries, keys]: `paddingScore` for the
  /// keys that are 0 in the mask [batch, keys] of one optional input, and the float32 numbers of another one.
  func scoreSummands(
    mask maskIndex: Int, summands summandIndex: Int, scores: Shape, paddingScore: Float
  ) throws(OperatorError) -> Tensor? {
    let summands = optional(summandIndex) == nil ? nil : try tensor(summandIndex, of: .float32)
    guard optional(maskIndex) != nil else { return summands }
    let mask = try tensor(maskIndex, of: .int32)
    guard mask.shape == [scores[0], scores[3]] else {
      throw .unsupported("input \(maskIndex) has shape \(mask.shape), only [batch, keys] is supported")
    }
    let padding = mask.mapped { (isKey: Int32) in isKey > 0 ? 0 : paddingScore }
      .reshaped([scores[0], 1, 1, scores[3]])
    guard let summands else { return padding }
    return combine(.add, summands, padding, try Broadcast(of: summands.shape, with: padding.shape))
  }
}
