#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders of the file system.
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

  /// The files under a folder at any depth, as paths below it, sorted. Hidden files and folders are left out, and
  /// links to folders are not followed, so that a circle of links cannot trap the walk.
  public static func files(under path: String) throws(FormatError) -> [String] {
    var files: [String] = []
    for name in try names(in: path) where !name.hasPrefix(".") {
      let full = "\(path)/\(name)"
      if exists(at: full) {
        if FileStatus.isLink(full) { continue }
        for file in try Folder.files(under: full) { files.append("\(name)/\(file)") }
      } else {
        files.append(name)
      }
    }
    return files
  }

  /// Makes a folder and those above it, where they do not exist.
  public static func create(_ path: String) throws(FormatError) {
    if exists(at: path) { return }
    let parent = FilePath(path).folder
    if parent != path, parent != "." { try create(parent) }
    guard unsafe mkdir(path, 0o777) == 0 || exists(at: path) else { throw systemFailure("cannot make the folder") }
  }
}
