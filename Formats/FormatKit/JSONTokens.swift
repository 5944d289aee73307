extension JSONParser {
  mutating func number() throws(FormatError) -> JSON {
    let start = offset
    var isInteger = true
    skipByte("-")
    if !skipByte("0") { try digits(start) }
    if skipByte(".") {
      isInteger = false
      try digits(start)
    }
    if skipByte("e") || skipByte("E") {
      isInteger = false
      if !skipByte("+") { skipByte("-") }
      try digits(start)
    }
    guard let text = text(from: start) else { throw failure("not a number", at: start) }
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw failure("the number is too large", at: start) }
    return .number(number)
  }

  private mutating func digits(_ start: Int) throws(FormatError) {
    let first = offset
    while let byte = peek(), isDigit(byte) { offset += 1 }
    guard offset > first else { throw failure("not a number", at: start) }
  }

  @discardableResult
  private mutating func skipByte(_ mark: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  mutating func string() throws(FormatError) -> String {
    let start = offset
    offset += 1
    var string = ""
    while true {
      string += try plainText()
      switch peek() {
      case UInt8(ascii: "\""):
        offset += 1
        return string
      case UInt8(ascii: "\\"): string.unicodeScalars.append(try escape())
      case nil: throw failure("the string has no end", at: start)
      default: throw failure("a control character must be escaped")
      }
    }
  }

  /// The characters up to a quote, an escape or a control character.
  private mutating func plainText() throws(FormatError) -> String {
    let start = offset
    while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { offset += 1 }
    guard let text = text(from: start) else { throw failure("the string is not UTF-8", at: start) }
    return text
  }

  private mutating func escape() throws(FormatError) -> Unicode.Scalar {
    let start = offset
    offset += 1
    let mark = peek()
    offset += 1
    switch mark {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(start)
    default: throw failure("unknown escape", at: start)
    }
  }

  /// The scalar of `\uXXXX`, or of two of them that form a surrogate pair. `start` is the backslash.
  private mutating func unicodeEscape(_ start: Int) throws(FormatError) -> Unicode.Scalar {
    let first = try hexadecimal(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), skipByte("\\"), skipByte("u") else {
      throw failure("half a surrogate pair", at: start)
    }
    let second = try hexadecimal(start)
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw failure("half a surrogate pair", at: start) }
    return scalar
  }

  private mutating func hexadecimal(_ start: Int) throws(FormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("four hexadecimal digits are wanted after \\u", at: start)
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
