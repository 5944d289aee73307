import Kernels
import Tensors

/// ElementwiseChain (internal): functions applied one after the other to each element of input 0.
///
/// `steps` names them. Add, Sub, Mul and Div take the next input as their right-hand operand, which broadcasts with
/// what the chain has made so far; the others are functions of one number, with up to two of `parameters` each, in
/// order: two numbers per step, whatever it needs of them. All values are float32.
///
/// Where every operand is one number, has the shape of input 0 or is a row of it, the chain runs block by block, so
/// that what lies between its steps never leaves the cache. Otherwise step after step makes a tensor.
struct ElementwiseChain: Operator {
  static let schema = OperatorSchema("ElementwiseChain", domain: internalDomain, inputs: 1...(.max))

  private let steps: [Step]

  private enum Step: Sendable {
    case function(UnaryFunction)
    case arithmetic(BinaryFunction, input: Int)
  }

  init(_ node: NodeReader) throws(OperatorError) {
    guard let names = try node.strings("steps"), !names.isEmpty else { throw .attribute("steps", "is missing") }
    let parameters = try node.floats("parameters") ?? []
    guard parameters.count == 2 * names.count else {
      throw .attribute("parameters", "has \(parameters.count) values, expected \(2 * names.count)")
    }
    var steps: [Step] = []
    var input = 1
    for (index, name) in names.enumerated() {
      if let function = BinaryFunction(stepNamed: name) {
        steps.append(.arithmetic(function, input: input))
        input += 1
      } else if let function = UnaryFunction(
        stepNamed: name, parameters[2 * index], parameters[2 * index + 1])
      {
        steps.append(.function(function))
      } else {
        throw .attribute("steps", "names \"\(name)\", which is no step")
      }
    }
    guard input == node.inputCount else {
      throw .attribute("steps", "takes \(input) inputs, but the node has \(node.inputCount)")
    }
    self.steps = steps
  }

  func run(_ inputs: OperatorInputs) throws(OperatorError) -> [Tensor] {
    let data = try inputs.tensor(0, of: .float32)
    for index in 1..<max(inputs.count, 1) { _ = try inputs.tensor(index, of: .float32) }
    guard let blocks = Blocks(data.shape, operands: inputs.tensors.dropFirst().compactMap(\.self), inputs.compute)
    else { return [try stepByStep(data, inputs)] }
    return [blockByBlock(data, inputs, blocks)]
  }

  var overwritableInputs: [Int] { [0] }

  private func stepByStep(_ data: Tensor, _ inputs: OperatorInputs) throws(OperatorError) -> Tensor {
    var result = data
    for step in steps {
      switch step {
      case .function(let function): result = inputs.apply(function, to: result)
      case .arithmetic(let function, let input):
        let operand = inputs[input]
        result = inputs.combine(function, result, operand, try Broadcast(of: result.shape, with: operand.shape))
      }
    }
    return result
  }

  private func blockByBlock(_ data: Tensor, _ inputs: OperatorInputs, _ blocks: Blocks) -> Tensor {
    let source = data.span(of: Float.self)
    let compute = inputs.compute
    let spent = inputs.overwritable(0)
    return Tensor(data.shape, of: Float.self, overwriting: spent) { output in
      for start in stride(from: 0, to: data.count, by: blocks.length) {
        let range = start..<min(start + blocks.length, data.count)
        var block = output._mutatingExtracting(range)
        for (position, step) in steps.enumerated() {
          // Where the result takes the memory of the data, the first step is in place as the others are.
          switch (step, position == 0 && spent == nil) {
          case (.function(let function), true):
            compute.apply(function, to: source.extracting(range), into: &block)
          case (.function(let function), _): compute.apply(function, inPlace: &block)
          case (.arithmetic(let function, let input), true):
            let operand = blocks.operands[input - 1]
            compute.combine(
              function, source.extracting(range),
              operand.span(of: Float.self).extracting(blocks.part(range, of: operand)),
              into: &block)
          case (.arithmetic(let function, let input), _):
            let operand = blocks.operands[input - 1]
            compute.combine(
              function, inPlace: &block, operand.span(of: Float.self).extracting(blocks.part(range, of: operand)))
          }
        }
      }
    }
  }
}

/// How a chain is cut, and its operands in a form that fits each block.
private struct Blocks {
  private let count: Int
  let length: Int
  /// One number, as many as the data, or rows repeated to the length of a block.
  let operands: [Tensor]

  /// Nil where an operand is none of these.
  init?(_ shape: Shape, operands: [Tensor], _ compute: Compute) {
    count = shape.count
    var row = 1
    for operand in operands where operand.count > 1 && operand.shape != shape {
      let trailing = operand.shape.dimensions.drop { $0 == 1 }
      guard operand.shape.rank <= shape.rank, trailing.elementsEqual(shape.dimensions.suffix(trailing.count)),
        operand.count % row == 0 || row % operand.count == 0
      else { return nil }
      row = max(row, operand.count)
    }
    guard operands.allSatisfy({ $0.shape.rank <= shape.rank }) else { return nil }
    // Small enough for the cache of a core, or for what cores share and then enough for all of them.
    let wanted = compute.pool.threads == 1 ? 1 << 14 : compute.pool.threads << 16
    let length = max(wanted / row, 1) * row
    self.length = length
    let repeated = min(length, count)
    self.operands = operands.map { operand in
      operand.count == 1 || operand.shape == shape ? operand : operand.repeated(to: repeated)
    }
  }

  /// The elements of an operand that meet those of a block.
  func part(_ range: Range<Int>, of operand: Tensor) -> Range<Int> {
    if operand.count == 1 { return 0..<1 }
    return operand.count == count ? range : 0..<range.count
  }
}

extension Tensor {
  /// The elements again and again, `count` in all.
  fileprivate func repeated(to count: Int) -> Tensor {
    let row = span(of: Float.self)
    return Tensor([count], of: Float.self) { output in
      for start in stride(from: 0, to: count, by: Swift.max(row.count, 1)) {
        for index in 0..<min(row.count, count - start) { output[start + index] = row[index] }
      }
    }
  }
}

extension BinaryFunction {
  /// The arithmetic of a step.
  fileprivate init?(stepNamed name: String) {
    switch name {
    case "Add": self = .add
    case "Sub": self = .subtract
    case "Mul": self = .multiply
    case "Div": self = .divide
    default: return nil
    }
  }
}

extension UnaryFunction {
  /// The function of a step, with the parameters that it needs.
  fileprivate init?(stepNamed name: String, _ first: Float, _ second: Float) {
    switch name {
    case "Relu": self = .relu
    case "Clip": self = .clip(lowest: first, highest: second)
    case "LeakyRelu": self = .leakyRelu(slope: first)
    case "HardSigmoid": self = .hardSigmoid(slope: first, offset: second)
    case "Swish": self = .silu(factor: first)
    case "Elu": self = .elu(factor: first)
    case "Sigmoid": self = .sigmoid
    case "Tanh": self = .tanh
    case "Gelu": self = .gelu
    case "FastGelu": self = .geluTanh
    case "HardSwish": self = .hardSwish
    case "Mish": self = .mish
    case "Softplus": self = .softplus
    case "Sin": self = .sin
    case "Cos": self = .cos
    case "Exp": self = .exp
    case "Log": self = .log
    case "Sqrt": self = .squareRoot
    case "Reciprocal": self = .reciprocal
    case "Erf": self = .erf
    case "Neg": self = .negate
    case "Abs": self = .absolute
    default: return nil
    }
  }
}
