/// What work costs on a CPU for which a plan is made, in multiply-adds of a float32 product at full speed.
///
/// The plan must not depend on the machine that makes it, so the costs stand for a CPU between those with and those
/// without 8-bit dot products. What counts is that a product is cheaper in integers by a factor, while every change
/// between integers and real numbers passes over a tensor once more.
struct NominalCosts {
  /// A multiply-add of 8-bit integers.
  var integerMultiplyAdd = 0.5
  /// A multiply-add of a depthwise convolution, which waits for its operands in either form.
  var floatDepthwiseMultiplyAdd = 2.0
  var integerDepthwiseMultiplyAdd = 1.3
  /// Turning the sum of a product into a result: adding the bias, or rounding to 8 bits as well.
  var floatResult = 4.0
  var integerResult = 10.0
  /// Reading a weight, which is what a product of few rows waits for.
  var floatWeight = 6.0
  var integerWeight = 1.5
  /// Quantizing an element, and dequantizing one.
  var quantization = 8.0
  var dequantization = 6.0
  /// An element of the result of an operator between products.
  var floatElement = 4.0
  var integerElement = 5.0
  var movedFloat = 4.0
  var movedInteger = 1.5
  /// One more node to run.
  var node = 20_000.0
}
