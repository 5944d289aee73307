/// Operators that move, select, reshape or convert elements, make constants, or steer control flow.
let dataMovementOperators: [any Operator.Type] = [
  Reshape.self
]
