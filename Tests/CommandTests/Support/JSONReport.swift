import Foundation

/// A JSON document with access by path: keys of objects, positions of arrays.
struct JSONReport {
  private let root: Any

  init(_ data: Data) throws { root = try JSONSerialization.jsonObject(with: data) }

  /// The keys of an object, sorted.
  var keys: [String] { keys() }
  func keys(_ path: any PathStep...) -> [String] { (value(path) as? [String: Any])?.keys.sorted() ?? [] }
  func text(_ path: any PathStep...) -> String? { value(path) as? String }
  func number(_ path: any PathStep...) -> Double? { (value(path) as? NSNumber)?.doubleValue }
  func flag(_ path: any PathStep...) -> Bool? { value(path) as? Bool }
  /// The length of an array.
  func count(_ path: any PathStep...) -> Int? { (value(path) as? [Any])?.count }
  func texts(_ path: any PathStep...) -> [String]? { value(path) as? [String] }

  private func value(_ path: [any PathStep]) -> Any? {
    path.reduce(root) { node, step in node.flatMap(step.descend) }
  }
}

protocol PathStep { func descend(into node: Any) -> Any? }

extension String: PathStep {
  func descend(into node: Any) -> Any? { (node as? [String: Any])?[self] }
}

extension Int: PathStep {
  func descend(into node: Any) -> Any? {
    (node as? [Any]).flatMap { $0.indices.contains(self) ? $0[self] : nil }
  }
}
