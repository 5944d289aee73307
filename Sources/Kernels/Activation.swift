internal import CKernels

/// What becomes of each element of a product.
public enum Activation: Sendable, Hashable {
  case none
  /// The nearest number in a range: `0...Float.infinity` is ReLU. A NaN stays NaN.
  case clamp(ClosedRange<Float>)
  case function(UnaryFunction)

  /// The limits that kernels of products apply in any case.
  var limits: ClosedRange<Float> {
    if case .clamp(let range) = self { range } else { -Float.infinity...Float.infinity }
  }

  /// Calls `body` with the function that follows the limits; with null where there is none.
  @unsafe func withFunction(tier: KernelTier, _ body: (UnsafePointer<ck_function>?) -> Void) {
    guard case .function(let function) = self else { return body(nil) }
    let (identifier, first, second) = function.code
    let value = ck_function(tier: tier.identifier, identifier: identifier, first: first, second: second)
    unsafe withUnsafePointer(to: value) { unsafe body($0) }
  }
}
