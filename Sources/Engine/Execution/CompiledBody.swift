import Kernels
import Operators
import Tensors

/// A branch or loop body as its control-flow operator calls it.
struct CompiledBody: GraphFunction {
  let program: Program
  let inputCount: Int
  let outputTypes: [DataType?]
  var outputCount: Int { program.outputs.count }

  func call(_ inputs: [Tensor], captured: [Tensor], compute: Compute) throws(OperatorError) -> [Tensor] {
    do {
      return try program.run(inputs, captured: captured, compute: compute, observe: nil)
    } catch {
      throw OperatorError(.input, error.description)
    }
  }
}
