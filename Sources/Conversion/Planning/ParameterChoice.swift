import ModelGraph
import Operators
import OrderedCollections
import Quantization
import Tensors

/// Which values are quantized in the end, and with which parameters.
extension PlanningState {
  /// Whether the result of an integer node is quantized: a convolution's always is, others' where it is wanted.
  func isQuantizedResult(_ value: ValueID, of index: Int) -> Bool {
    if nodes[index].operatorName.type == "Conv" { return true }
    return planner.uses.consumers[value]?.contains { quantizedInputs(of: $0).contains(value) } ?? false
  }

  func finish(estimator: any RangeEstimator) -> QuantizationPlan {
    var plan = QuantizationPlan(decisions: decisions)
    for value in quantizedValues() {
      plan.activations[value] = parameters(of: value, plan, estimator)
    }
    for index in nodes.indices {
      switch decisions[index] {
      case .integerProduct:
        let inputScale = inputScale(of: index, plan)
        let bias = integerBias(of: index)
        let parameters = weightParameters(index, bias: bias?.value, inputScale: inputScale)
        plan.weights[index] = parameters
        if let bias { plan.biases[bias.node] = parameters.biasParameters(inputScale: inputScale) }
      case .integerLookup: plan.weights[index] = tableParameters(index)
      default: break
      }
    }
    return plan
  }

  /// The values that will be quantized, each after those that its parameters may come from.
  func quantizedValues() -> [ValueID] {
    let demanded = demandedValues()
    var values = model.main.inputs.filter { demanded.contains($0) }
    for index in nodes.indices {
      for output in nodes[index].outputs {
        guard let output else { continue }
        let producer = integerProducer(of: output) ?? index
        let isConvolution =
          decisions[producer] == .integerProduct && nodes[producer].operatorName.type == "Conv"
          && result(of: producer) == output
        if demanded.contains(output) || isConvolution { values.append(output) }
      }
    }
    return values
  }

  func parameters(
    of value: ValueID, _ plan: QuantizationPlan, _ estimator: any RangeEstimator
  ) -> QuantizationParameters {
    if let producer = planner.uses.producer[value] {
      if decisions[producer] == .integerMovement, let source = movedInput(producer),
        let parameters = plan.activations[source]
      {
        return parameters
      }
      if ["Softmax", "Sigmoid"].contains(nodes[producer].operatorName.type), decisions[producer].isInteger {
        return QuantizationParameters(unitInterval: .activations)
      }
    }
    guard let statistics = statistics[value], let range = estimator.range(of: statistics, for: .activations) else {
      preconditionFailure("a value without statistics was selected")
    }
    return QuantizationParameters(range: range, scheme: .activations)
  }

  func tableParameters(_ index: Int) -> QuantizationParameters {
    guard let data = nodes[index].inputs[0], let table = model[data].constant,
      let parameters = try? QuantizationParameters(weights: table, axis: 0)
    else { preconditionFailure("a lookup was selected whose table cannot be quantized") }
    return parameters
  }

  func weightParameters(_ index: Int, bias: ValueID?, inputScale: Float) -> QuantizationParameters {
    let node = nodes[index]
    guard case .weighted(let axis) = planner.rules[index], let weightID = node.inputs[1],
      let weight = model[weightID].constant,
      let parameters = planner.weightParameters[index] ?? (try? QuantizationParameters(weights: weight, axis: axis))
    else { preconditionFailure("a product was selected whose weight cannot be quantized") }
    guard let bias = bias.flatMap({ model[$0].constant })?.aligned() else { return parameters }
    return parameters.widened(forBias: bias.span(of: Float.self), inputScale: inputScale)
  }

  private func inputScale(of product: Int, _ plan: QuantizationPlan) -> Float {
    guard let scale = nodes[product].inputs[0].flatMap({ plan.activations[$0] })?.scales.first else {
      preconditionFailure("a product was selected whose input is not quantized")
    }
    return scale
  }
}

extension QuantizationParameters {
  /// The parameters of a float32 constant that is a weight with its output channels along `axis`.
  init(weights: Tensor, axis: Int) throws(QuantizationError) {
    let weights = weights.aligned()
    try self.init(weights: weights.span(of: Float.self), shape: weights.shape, scheme: .weights(axis: axis))
  }
}
