/// Operators that compute element by element, reduce, normalise or compare.
let mathematicalOperators: [any Operator.Type] = []
