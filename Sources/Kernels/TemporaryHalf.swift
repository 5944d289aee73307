public import Tensors
extension Compute {
  public func convert(_ source: Span<Half>, into result: inout MutableSpan<Float>) {}
  public func convert(_ source: Span<BFloat16>, into result: inout MutableSpan<Float>) {}
  public func convert(_ source: Span<Float>, into result: inout MutableSpan<Half>) {}
  public func convert(_ source: Span<Float>, into result: inout MutableSpan<BFloat16>) {}
}
