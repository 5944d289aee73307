/// Operators with weights or windows: products, convolutions, pooling, recurrences, and all quantized forms.
let weightedOperators: [any Operator.Type] = []
