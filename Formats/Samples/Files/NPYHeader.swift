import FormatKit
import Tensors

/// The header of a NumPy file: a Python dictionary of three entries, in any order.
struct NPYHeader {
  /// The element type, such as `<f4`.
  let descriptor: String
  let isFortranOrder: Bool
  let shape: [Int]

  init(_ text: Bytes) throws(FormatError) {
    var parser = PythonLiteralParser(text.array)
    guard let entries = parser.dictionary(), parser.isAtEnd, entries.count == 3,
      case .text(let descriptor)? = entries["descr"], case .truth(let isFortranOrder)? = entries["fortran_order"],
      case .numbers(let shape)? = entries["shape"]
    else {
      throw .badFile("the header is not one of descr, fortran_order and shape; arrays of records are not read")
    }
    self.descriptor = descriptor
    self.isFortranOrder = isFortranOrder
    self.shape = shape
  }
}

/// Reads the little of Python's syntax that NumPy headers use. Anything else gives nil.
struct PythonLiteralParser {
  enum Value: Hashable {
    case text(String)
    case truth(Bool)
    /// A tuple of numbers from 0 up.
    case numbers([Int])
  }

  private let text: [UInt8]
  private var offset = 0

  init(_ text: [UInt8]) { self.text = text }

  /// Whether nothing but white space is left.
  var isAtEnd: Bool { text[offset...].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") } }

  /// A dictionary with text keys, each once.
  mutating func dictionary() -> [String: Value]? {
    guard skip("{") else { return nil }
    var entries: [String: Value] = [:]
    while !skip("}") {
      guard let key = string(), skip(":"), let value = value(), entries.updateValue(value, forKey: key) == nil else {
        return nil
      }
      if !skip(",") { return skip("}") ? entries : nil }
    }
    return entries
  }

  private mutating func value() -> Value? {
    if skip("True") { return .truth(true) }
    if skip("False") { return .truth(false) }
    if let text = string() { return .text(text) }
    return tuple().map(Value.numbers)
  }

  private mutating func tuple() -> [Int]? {
    guard skip("(") else { return nil }
    var numbers: [Int] = []
    while !skip(")") {
      guard let number = number() else { return nil }
      numbers.append(number)
      if !skip(",") { return skip(")") ? numbers : nil }
    }
    return numbers
  }

  private mutating func number() -> Int? {
    skipSpace()
    let digits = text[offset...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    offset += digits.count
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private mutating func string() -> String? {
    skipSpace()
    guard let quote = text[offset...].first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    let content = text[(offset + 1)...].prefix { $0 != quote && $0 != UInt8(ascii: "\\") }
    guard content.endIndex < text.count, text[content.endIndex] == quote else { return nil }
    offset = content.endIndex + 1
    return String(validating: content, as: UTF8.self)
  }

  private mutating func skip(_ token: StaticString) -> Bool {
    skipSpace()
    let bytes = token.description.utf8
    guard text[offset...].starts(with: bytes) else { return false }
    offset += bytes.count
    return true
  }

  private mutating func skipSpace() {
    while offset < text.count, text[offset] == UInt8(ascii: " ") { offset += 1 }
  }
}
