public import FormatKit
public import Tensors

/// Writes tensors as a NumPy archive: a ZIP file with one stored `.npy` entry per array.
public enum NPZWriter {
  /// Writes `arrays` to `path`, each under its name. bfloat16, which NumPy lacks, is written as the float32 of the same
  /// value.
  ///
  /// - Returns: the number of bytes written.
  /// - Throws: for an element type that NumPy cannot hold, two arrays of one name, and arrays of 4 GiB and more.
  @discardableResult
  public static func write(
    _ arrays: [(name: String, tensor: Tensor)], to path: String
  ) throws(FormatError) -> Int {
    var names = Set<String>()
    for array in arrays where !names.insert(array.name).inserted {
      throw .badFile("cannot hold two arrays named \(quoted(array.name))")
    }
    var file = try AtomicFile(replacing: path)
    var entries: [Entry] = []
    for array in arrays {
      let tensor = array.tensor.type == .bfloat16 ? array.tensor.widenedBFloat16 : array.tensor
      entries.append(try append(tensor, named: array.name, to: &file))
    }
    try appendDirectory(of: entries, to: &file)
    return try file.commit()
  }

  private struct Entry {
    let name: [UInt8]
    let checksum: UInt32
    let size: UInt32
    let offset: UInt32
  }

  private static func append(
    _ tensor: Tensor, named name: String, to file: inout AtomicFile
  ) throws(FormatError) -> Entry {
    guard let descriptor = tensor.type.numpyDescriptor else {
      throw FormatError.badFile("cannot hold array \(quoted(name)) of type \(tensor.type)")
    }
    let header = npyHeader(descriptor: descriptor, shape: tensor.shape)
    guard let size = UInt32(exactly: header.count + tensor.bytes.count), let offset = UInt32(exactly: file.count) else {
      throw FormatError.badFile("cannot hold array \(quoted(name)): the archive would exceed 4 GiB")
    }
    let checksum = CRC32.of(tensor.bytes.span, after: CRC32.of(Bytes(copying: header).span))
    let entry = Entry(
      name: Array("\(name).npy".utf8), checksum: checksum, size: size, offset: offset)
    try file.append(localHeader(of: entry))
    try file.append(header)
    try file.append(tensor.bytes)
    return entry
  }

  /// The head of an `.npy` file, version 1.0, padded so that the elements begin at a multiple of 64 bytes.
  private static func npyHeader(descriptor: String, shape: Shape) -> [UInt8] {
    let dimensions = shape.dimensions.map(String.init).joined(separator: ", ") + (shape.rank == 1 ? "," : "")
    var text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    text += String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(UInt16(length)) + Array(text.utf8)
  }

  // MARK: ZIP (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16)

  private static func localHeader(of entry: Entry) -> [UInt8] {
    littleEndian(UInt32(0x0403_4b50)) + commonFields(of: entry) + entry.name
  }

  /// Version, flags, stored, no time (1980-01-01, so that the same arrays give the same bytes), checksum, sizes.
  private static func commonFields(of entry: Entry) -> [UInt8] {
    let fixed: [UInt16] = [20, 0x0800, 0, 0, 0x0021]
    return fixed.flatMap { littleEndian($0) } + littleEndian(entry.checksum) + littleEndian(entry.size)
      + littleEndian(entry.size) + littleEndian(UInt16(entry.name.count)) + littleEndian(UInt16(0))
  }

  private static func appendDirectory(of entries: [Entry], to file: inout AtomicFile) throws(FormatError) {
    guard let start = UInt32(exactly: file.count) else { throw .badFile("would exceed 4 GiB") }
    for entry in entries {
      let versionMadeBy: UInt16 = 20
      let noCommentDiskOrAttributes = [UInt8](repeating: 0, count: 10)
      try file.append(
        littleEndian(UInt32(0x0201_4b50)) + littleEndian(versionMadeBy) + commonFields(of: entry)
          + noCommentDiskOrAttributes + littleEndian(entry.offset) + entry.name)
    }
    let size = UInt32(file.count) - start
    let count = UInt16(truncatingIfNeeded: entries.count)
    try file.append(
      littleEndian(UInt32(0x0605_4b50)) + [0, 0, 0, 0] + littleEndian(count) + littleEndian(count)
        + littleEndian(size) + littleEndian(start) + [0, 0])
  }

  private static func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    (0..<Integer.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}

extension DataType {
  /// The `descr` of an `.npy` header; nil for types that NumPy has no name for.
  fileprivate var numpyDescriptor: String? {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .float16: "<f2"
    case .uint8: "|u1"
    case .int8: "|i1"
    case .uint16: "<u2"
    case .int16: "<i2"
    case .uint32: "<u4"
    case .int32: "<i4"
    case .uint64: "<u8"
    case .int64: "<i8"
    case .bool: "|b1"
    case .complex64: "<c8"
    case .complex128: "<c16"
    default: nil
    }
  }
}

extension Tensor {
  fileprivate var widenedBFloat16: Tensor {
    let halves = aligned()
    let span = halves.span(of: BFloat16.self)
    return Tensor(shape, of: Float.self) { result in
      for index in span.indices { result[index] = Float(bitPattern: UInt32(span[index].bits) << 16) }
    }
  }
}
