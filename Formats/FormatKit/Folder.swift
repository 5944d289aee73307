#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Folders of the file system.
public enum Folder {
  /// The names of what lies in a folder, sorted by their bytes, without `.` and `..`.
  public static func entries(of path: String) throws(FormatError) -> [String] {
    guard FileStatus.exists(path) else { throw FormatError(.noSuchFile, "no such file or folder") }
    guard FileStatus.isDirectory(path) else { throw .badFile("is a file, expected a folder") }
    guard let stream = unsafe opendir(path) else { throw FormatError(.io, "cannot read the folder") }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The files under a folder at any depth, as paths below it, sorted. Hidden files and folders are left out, and
  /// links to folders are not followed, so that a circle of links cannot trap the walk.
  public static func files(under path: String) throws(FormatError) -> [String] {
    var files: [String] = []
    for name in try entries(of: path) where !name.hasPrefix(".") {
      let full = "\(path)/\(name)"
      if FileStatus.isDirectory(full) {
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
    if FileStatus.isDirectory(path) { return }
    let parent = FilePath(path).folder
    if parent != path, parent != "." { try create(parent) }
    guard unsafe mkdir(path, 0o777) == 0 || FileStatus.isDirectory(path) else {
      throw FormatError(.io, "cannot make the folder")
    }
  }
}
