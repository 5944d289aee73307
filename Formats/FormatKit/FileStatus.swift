#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Answers about paths that need no reading of files.
public enum FileStatus {
  /// Whether there is anything at `path`, be it through a link.
  public static func exists(_ path: String) -> Bool { FileKind(path: path) != nil }

  /// Whether the path itself is a symbolic link.
  public static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The size of a file in bytes; nil where there is none.
  public static func size(_ path: String) -> Int? {
    if case .regular(size: let size, permissions: _)? = FileKind(path: path) { size } else { nil }
  }
}
