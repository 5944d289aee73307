import ModelGraph
import Operators
import OrderedCollections
import Tensors

extension KnownNode {
  func joined(_ inputs: [Int]) -> PartialShape? {
    let shapes = inputs.compactMap { shape($0) }
    guard shapes.count == inputs.count, let first = shapes.first, shapes.allSatisfy({ $0.count == first.count }),
      let axis = axis("axis", default: 1, rank: first.count)
    else { return nil }
    let sizes = shapes.compactMap { $0[axis].fixed }
    var result: PartialShape = first
    result[axis] = sizes.count == shapes.count ? .fixed(sizes.reduce(0, +)) : nil
    return result
  }

  func parts() -> [PartialShape?] {
    guard let data = shape(0), let axis = axis("axis", default: 0, rank: data.count) else { return [] }
    var sizes = [Int?](repeating: nil, count: node.outputs.count)
    if node.attributes["split"] != nil || has(1) {
      if let given = fixedNumbers("split", or: 1), given.count == sizes.count { sizes = given }
    } else if let size = data[axis].fixed, size % sizes.count == 0 {
      sizes = sizes.map { _ in size / sizes.count }
    }
    return sizes.map { size in
      var part: PartialShape = data
      part[axis] = size.map(SymbolicSize.fixed)
      return part
    }
  }

  func sliced() -> PartialShape? {
    guard let data = shape(0) else { return nil }
    guard let slices = slices(rank: data.count) else { return data.map { _ in nil } }
    return zip(data, slices).map { size, slice in
      guard let slice, !slice.isWhole else { return size }
      return size.fixed.flatMap { slice.range(of: $0) }.map { .fixed($0.count) }
    }
  }

  func gathered() -> PartialShape? {
    guard let data = shape(0), let indices = shape(1), let axis = axis("axis", default: 0, rank: data.count) else {
      return nil
    }
    return data[..<axis] + indices + data[(axis + 1)...]
  }

  func transposed() -> PartialShape? {
    guard let data = shape(0) else { return nil }
    let order = node.integers("perm") ?? data.indices.reversed()
    guard order.sorted() == Array(data.indices) else { return nil }
    return order.map { data[$0] }
  }

  func flattened() -> PartialShape? {
    guard let data = shape(0) else { return nil }
    let axis = node.int("axis") ?? 1
    let cut = axis < 0 ? axis + data.count : axis
    guard (0...data.count).contains(cut) else { return nil }
    return [SizeProduct(data[..<cut]).size, SizeProduct(data[cut...]).size]
  }

  func squeezed() -> PartialShape? {
    guard let data = shape(0), node.attributes["axes"] != nil || has(1),
      let axes = fixedNumbers("axes", or: 1).flatMap({ normalized($0, rank: data.count) })
    else { return nil }
    return data.indices.filter { !axes.contains($0) }.map { data[$0] }
  }

  func unsqueezed() -> PartialShape? {
    guard let data = shape(0), let given = fixedNumbers("axes", or: 1),
      let axes = normalized(given, rank: data.count + given.count), Set(axes).count == axes.count
    else { return nil }
    var rest = data[...]
    return (0..<data.count + axes.count).map { axes.contains($0) ? .fixed(1) : rest.removeFirst() }
  }

  func padded() -> PartialShape? {
    guard let data = shape(0) else { return nil }
    guard !has(3), let pads = fixedNumbers("pads", or: 1), pads.count == 2 * data.count else {
      return data.map { _ in nil }
    }
    return data.indices.map { axis in
      let (before, after) = (pads[axis], pads[data.count + axis])
      guard before != 0 || after != 0 else { return data[axis] }
      guard let size = data[axis].fixed, max(before.magnitude, after.magnitude) <= Int32.max else { return nil }
      return .fixed(size + before + after)
    }
  }

  func resampled() -> PartialShape? {
    guard let data = shape(0) else { return nil }
    guard has(3), !has(2) || shape(2) == [.fixed(0)], node.attributes["axes"] == nil,
      node.attributes["keep_aspect_ratio_policy"] == nil, let sizes = numbers(3), sizes.elements.count == data.count
    else { return data.map { _ in nil } }
    return sizes.elements
  }

  // MARK: Reshape

  func reshaped() -> PartialShape? {
    let requested = node.integers("shape").map { $0.map { SymbolicSize.fixed($0) as SymbolicSize? } }
    guard let target = requested ?? target(1) else { return nil }
    let data = shape(0)
    let copies = node.int("allowzero") != 1
    var result: PartialShape = target.enumerated().map { axis, size in
      guard copies, size == .fixed(0) else { return size }
      return data.flatMap { axis < $0.count ? $0[axis] : nil }
    }
    guard let inferred = result.firstIndex(of: .fixed(-1)) else { return result }
    result[inferred] = data.flatMap { rest(of: $0[...], without: result, at: inferred) }
    return result
  }

  /// The shape that an input asks for; where its numbers are not known, how many they are.
  func target(_ input: Int) -> PartialShape? {
    if let numbers = numbers(input) { return numbers.isScalar ? nil : numbers.elements }
    return shape(input)?.first?.fixed.map { PartialShape(repeating: nil, count: $0) }
  }

  /// What is left of the product of `data` for one of the sizes of a result.
  private func rest(of data: ArraySlice<SymbolicSize>, without result: PartialShape, at inferred: Int) -> SymbolicSize?
  {
    var others = result
    others.remove(at: inferred)
    let known = others.compactMap(\.self)
    guard known.count == others.count else { return nil }
    return SizeProduct(data).divided(by: SizeProduct(known[...]))?.size
  }
}

/// A product of sizes.
struct SizeProduct {
  /// nil where the numbers among the sizes have no product that can be counted.
  private var number: Int?
  private var symbols: [Int]

  init(_ sizes: ArraySlice<SymbolicSize>) {
    number = Shape(validating: sizes.compactMap(\.fixed))?.count
    symbols = sizes.compactMap { if case .symbol(let symbol) = $0 { symbol } else { nil } }
  }

  /// The product, where it is a number or one symbol.
  var size: SymbolicSize? {
    guard let number else { return nil }
    if symbols.isEmpty { return .fixed(number) }
    return symbols.count == 1 && number == 1 ? .symbol(symbols[0]) : nil
  }

  /// The quotient, where it is whole whatever the symbols are.
  func divided(by divisor: SizeProduct) -> SizeProduct? {
    guard let dividend = number, let number = divisor.number, number > 0, dividend % number == 0 else { return nil }
    var quotient = self
    quotient.number = dividend / number
    for symbol in divisor.symbols {
      guard let index = quotient.symbols.firstIndex(of: symbol) else { return nil }
      quotient.symbols.remove(at: index)
    }
    return quotient
  }
}
