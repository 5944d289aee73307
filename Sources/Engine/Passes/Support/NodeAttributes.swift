import ModelGraph
import OrderedCollections

extension Node {
  func int(_ attribute: String) -> Int? {
    if case .int(let value)? = attributes[attribute] { Int(value) } else { nil }
  }

  func float(_ attribute: String) -> Float? {
    if case .float(let value)? = attributes[attribute] { value } else { nil }
  }

  func integers(_ attribute: String) -> [Int]? {
    if case .ints(let values)? = attributes[attribute] { values.map { Int($0) } } else { nil }
  }

  func string(_ attribute: String) -> String? {
    if case .string(let bytes)? = attributes[attribute] { String(decoding: bytes, as: UTF8.self) } else { nil }
  }
}
