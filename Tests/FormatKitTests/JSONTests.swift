import FormatKit
import Tensors
import Testing

@Suite struct JSONTests {
  private func parse(_ text: String) throws(FormatError) -> JSON { try JSON(parsing: Bytes(copying: Array(text.utf8))) }

  private func error(_ text: [UInt8]) -> String? {
    do throws(FormatError) {
      _ = try JSON(parsing: Bytes(copying: text))
      return nil
    } catch { return error.message }
  }

  @Test func everyKindOfValueIsRead() throws {
    let value = try parse(" {\"a\": [1, -2.5e1, true, false, null], \"b\": {}, \"\": \"x\"}\n")
    #expect(value == ["a": [1, -25.0, true, false, .null], "b": [:], "": "x"])
    #expect(value.object?.keys == ["a", "b", ""])
  }

  @Test func integersAreExactUpTo64Bits() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9007199254740993") == .integer(9_007_199_254_740_993))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try parse("1.0") == .number(1))
  }

  @Test func escapesAreRead() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00é😀""#) == "\"\\/\u{8}\u{C}\n\r\té😀é😀")
  }

  static let rejected: [(String, String)] = [
    ("", "byte 0: JSON: the text ends where a value is wanted"),
    ("{", "byte 1: JSON: a key in quotes is wanted"),
    ("[1,]", "byte 3: JSON: a value is wanted"),
    ("[1 2]", "byte 3: JSON: \",\" or \"]\" is wanted"),
    ("{\"a\" 1}", "byte 5: JSON: \":\" is wanted"),
    ("{\"a\": 1,}", "byte 8: JSON: a key in quotes is wanted"),
    ("{\"a\": 1; }", "byte 7: JSON: \",\" or \"}\" is wanted"),
    ("{\"a\":1, \"a\":2}", "byte 8: JSON: key \"a\" is given twice"),
    ("1 2", "byte 2: JSON: nothing may follow the value"),
    ("tru", "byte 0: JSON: true is wanted"),
    ("NaN", "byte 0: JSON: a value is wanted"),
    ("01", "byte 1: JSON: nothing may follow the value"),
    ("-", "byte 0: JSON: not a number"),
    ("1.", "byte 0: JSON: not a number"),
    ("1e+", "byte 0: JSON: not a number"),
    ("1e999", "byte 0: JSON: the number is too large"),
    ("\"abc", "byte 0: JSON: the string has no end"),
    ("\"a\nb\"", "byte 2: JSON: a control character must be escaped"),
    ("\"\\x\"", "byte 1: JSON: unknown escape"),
    ("\"\\", "byte 1: JSON: unknown escape"),
    ("\"\\u12g4\"", "byte 1: JSON: four hexadecimal digits are wanted after \\u"),
    ("\"\\ud800\"", "byte 1: JSON: half a surrogate pair"),
    ("\"\\udc00\"", "byte 1: JSON: half a surrogate pair"),
    ("\"\\ud800\\u0041\"", "byte 1: JSON: half a surrogate pair"),
    ("// no", "byte 0: JSON: a value is wanted"),
  ]

  @Test(arguments: rejected) func whatIsNotJSONIsRejected(_ text: String, _ message: String) {
    #expect(error(Array(text.utf8)) == message)
  }

  @Test func textThatIsNotUTF8IsRejected() {
    #expect(error([0x22, 0xC3, 0x22]) == "byte 1: JSON: the string is not UTF-8")
  }

  @Test func nestingIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(64))
    #expect(error(Array(nested(65).utf8)) == "byte 64: JSON: nested deeper than 64 levels")
    #expect(error([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)) != nil)
  }

  @Test func valuesAreWrittenInOrderAndReadBack() throws {
    let value: JSON = ["b": [1, 0.1, .null, true], "a": [:], "t\n": "\"\\\u{1}é", "e": []]
    let text = #"{"b":[1,0.1,null,true],"a":{},"t\n":"\"\\\u0001é","e":[]}"#
    #expect(value.text() == text)
    #expect(try parse(text) == value)
    #expect(try parse(value.text(indented: true)) == value)
    #expect(
      (["a": [1, 2], "b": [:]] as JSON).text(indented: true) == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}")
    #expect(JSON.number(.nan).text() == "null")
    #expect(JSON.number(2).text() == "2.0")
  }

  @Test func membersCanBeReplacedAndRemoved() {
    var object: JSONObject = ["a": 1, "b": 2, "c": 3]
    object["a"] = 4
    object["b"] = nil
    object["d"] = 5
    #expect(object.insert(6, for: "c") == false)
    #expect(object == ["a": 4, "c": 3, "d": 5])
    #expect(object["b"] == nil)
    #expect(object["d"] == 5)
  }
}
