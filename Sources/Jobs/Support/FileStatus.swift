#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Answers about paths that need no reading of files.
enum FileStatus {
  static func exists(_ path: String) -> Bool { mode(path) != nil }
  static func isDirectory(_ path: String) -> Bool { mode(path).map { $0 & S_IFMT == S_IFDIR } ?? false }

  /// The size of a file in bytes; nil where there is none.
  static func size(_ path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode : nil
  }
}
