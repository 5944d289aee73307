import Tensors

/// The shapes of two inputs, for what follows from both.
struct ShapePair: Sendable, Equatable {
  let first: Shape
  let second: Shape
}
