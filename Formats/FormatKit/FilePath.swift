#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The parts of a POSIX path.
public struct FilePath: Hashable, Sendable {
  public let text: String
  public init(_ text: String) { self.text = text }

  /// The folder that holds the file; `.` where the path names none.
  public var folder: String {
    guard let slash = text.lastIndex(of: "/") else { return "." }
    return slash == text.startIndex ? "/" : String(text[..<slash])
  }

  /// The last component.
  public var name: String {
    text.lastIndex(of: "/").map { String(text[text.index(after: $0)...]) } ?? text
  }

  /// What follows the last dot of the name, in lower case; empty where there is none or the name starts with it.
  public var fileExtension: String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The name without its extension.
  public var stem: String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The path of a file beside this one.
  public func sibling(_ name: String) -> String {
    switch folder {
    case "." where !text.contains("/"): name
    case "/": "/" + name
    default: folder + "/" + name
    }
  }

  /// The absolute path without links, `.` and `..`; nil where nothing exists there.
  public var resolved: String? {
    guard let resolved = unsafe realpath(text, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
