public import Tensors

extension JSON {
  /// Reads one JSON text that fills `bytes`, white space around it allowed.
  ///
  /// Strict: RFC 8259 and nothing more, UTF-8 only, no key twice in one object, at most 64 levels.
  /// - Throws: `badFile` with the offset of the offending byte.
  public init(parsing bytes: Bytes) throws(FormatError) {
    var parser = JSONParser(bytes.span)
    self = try parser.document()
  }

  /// The deepest nesting of arrays and objects that is read.
  public static let maximumDepth = 64
}

struct JSONParser: ~Escapable {
  let input: RawSpan
  var offset = 0
  private var depth = 0

  @_lifetime(copy input)
  init(_ input: RawSpan) { self.input = input }

  mutating func document() throws(FormatError) -> JSON {
    let value = try value()
    skipSpace()
    guard offset == input.byteCount else { throw failure("nothing may follow the value") }
    return value
  }

  private mutating func value() throws(FormatError) -> JSON {
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"): return .object(try nested { parser throws(FormatError) in try parser.object() })
    case UInt8(ascii: "["): return .array(try nested { parser throws(FormatError) in try parser.array() })
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return .bool(try literal("true", true))
    case UInt8(ascii: "f"): return .bool(try literal("false", false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
    case nil: throw failure("the text ends where a value is wanted")
    default: throw failure("a value is wanted")
    }
  }

  private mutating func nested<Result>(
    _ read: (inout JSONParser) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    guard depth < JSON.maximumDepth else { throw failure("nested deeper than \(JSON.maximumDepth) levels") }
    depth += 1
    offset += 1
    let result = try read(&self)
    depth -= 1
    return result
  }

  private mutating func object() throws(FormatError) -> JSONObject {
    var object = JSONObject()
    if skip("}") { return object }
    repeat {
      skipSpace()
      let start = offset
      guard peek() == UInt8(ascii: "\"") else { throw failure("a key in quotes is wanted") }
      let key = try string()
      guard skip(":") else { throw failure("\":\" is wanted") }
      let value = try value()
      guard object.insert(value, for: key) else { throw failure("key \(quoted(key)) is given twice", at: start) }
    } while skip(",")
    guard skip("}") else { throw failure("\",\" or \"}\" is wanted") }
    return object
  }

  private mutating func array() throws(FormatError) -> [JSON] {
    var elements: [JSON] = []
    if skip("]") { return elements }
    repeat { elements.append(try value()) } while skip(",")
    guard skip("]") else { throw failure("\",\" or \"]\" is wanted") }
    return elements
  }

  private mutating func literal<Value>(_ text: StaticString, _ value: Value) throws(FormatError) -> Value {
    let start = offset
    for byte in text.description.utf8 {
      guard peek() == byte else { throw failure("\(text) is wanted", at: start) }
      offset += 1
    }
    return value
  }

  private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek() == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek(), isSpace(byte) { offset += 1 }
  }

  func peek() -> UInt8? {
    offset < input.byteCount ? unsafe input.unsafeLoad(fromByteOffset: offset, as: UInt8.self) : nil
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  func failure(_ message: String, at offset: Int? = nil) -> FormatError {
    .badFile("byte \(offset ?? self.offset): JSON: \(message)")
  }

  /// The bytes from `start` to the current position.
  func text(from start: Int) -> String? {
    let slice = input.extracting(start..<offset)
    return unsafe slice.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
  }
}
