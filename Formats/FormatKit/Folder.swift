#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Looking at folders.
public enum Folder {
  /// Whether `path` names a folder, be it through a link.
  public static func exists(at path: String) -> Bool {
    if case .directory = FileKind(path: path) { true } else { false }
  }

  /// The names in the folder at `path` in the order of their bytes, without `.` and `..`.
  public static func names(in path: String) throws(FormatError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw systemFailure("cannot open") }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw systemFailure("cannot read") }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
