import FormatKit
import Testing

@Suite struct FilePathTests {
  @Test(arguments: [
    ("a/b.tar.gz", "a", "b.tar.gz", "gz", "b.tar"), ("b.ONNX", ".", "b.ONNX", "onnx", "b"), ("/b", "/", "b", "", "b"),
    ("a/.hidden", "a", ".hidden", "", ".hidden"), ("a/", "a", "", "", ""),
  ])
  func aPathHasParts(_ path: String, _ folder: String, _ name: String, _ fileExtension: String, _ stem: String) {
    let path = FilePath(path)
    #expect(path.folder == folder)
    #expect(path.name == name)
    #expect(path.fileExtension == fileExtension)
    #expect(path.stem == stem)
  }

  @Test func aSiblingLiesInTheSameFolder() {
    #expect(FilePath("a/b").sibling("c") == "a/c")
    #expect(FilePath("b").sibling("c") == "c")
    #expect(FilePath("/b").sibling("c") == "/c")
    #expect(FilePath("./b").sibling("c") == "./c")
  }

  @Test func namesAreQuotedForMessages() {
    #expect(quoted("a\"b\n\u{1B}[31m") == "\"a\\\"b\\u{a}\\u{1b}[31m\"")
    #expect(quoted(String(repeating: "x", count: 300)) == "\"" + String(repeating: "x", count: 200) + "…\"")
    #expect(printable("a\"b\n") == "a\"b\\u{a}")
  }
}
