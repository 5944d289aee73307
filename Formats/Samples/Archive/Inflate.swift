import CZlib
import FormatKit
import Tensors

/// What compressed bytes are wrapped in.
enum Compression {
  /// Nothing: a bare deflate stream (RFC 1951), as in a zip archive.
  case deflate
  /// One or more gzip members (RFC 1952).
  case gzip

  fileprivate var windowBits: Int32 {
    switch self {
    case .deflate: -15
    case .gzip: 15 + 16
    }
  }
}

/// Decompresses a gzip file. Its size is measured first, so that memory holds the result once.
func gunzip(_ file: Bytes) throws(FormatError) -> Bytes {
  let size = try unsafe runInflater(on: file, .gzip, into: nil)
  return try inflate(file, .gzip, size: size)
}

/// Decompresses bytes that are known to give `size` bytes.
func inflate(_ source: Bytes, _ compression: Compression, size: Int) throws(FormatError) -> Bytes {
  var builder = TensorBuilder<UInt8>(Shape([size]))
  var span = builder.span
  let written = try unsafe span.withUnsafeMutableBufferPointer { output throws(FormatError) in
    try unsafe runInflater(on: source, compression, into: UnsafeMutableRawBufferPointer(output))
  }
  guard written == size else {
    throw .badFile("the compressed data gives \(written) bytes where \(size) are announced")
  }
  return builder.finish().bytes
}

/// The checksum that zip and gzip use.
enum CRC32 {
  static func of(_ bytes: Bytes) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return UInt32(truncatingIfNeeded: unsafe crc32_z(0, start, buffer.count))
    }
  }
}

/// Decompresses all of `source`; without `output`, only to count.
/// - Returns: the number of bytes that the data gives, at most the size of `output`.
@unsafe private func runInflater(
  on source: Bytes, _ compression: Compression, into output: UnsafeMutableRawBufferPointer?
) throws(FormatError) -> Int {
  try unsafe source.withUnsafeBytes { input throws(FormatError) in
    var inflater = try unsafe Inflater(input, compression)
    return try unsafe inflater.run(into: output)
  }
}

/// The conversation with zlib, which counts in 32 bits: input and output are handed over in pieces.
@safe private struct Inflater: ~Copyable {
  /// On the heap, because zlib remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: Slice<UnsafeRawBufferPointer>
  private let compression: Compression
  private var count = 0

  private static let largestPiece = 1 << 30
  private static let scratchSize = 1 << 16

  init(_ input: UnsafeRawBufferPointer, _ compression: Compression) throws(FormatError) {
    unsafe self.input = input[...]
    self.compression = compression
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let streamSize = unsafe Int32(MemoryLayout<z_stream>.size)
    let status = unsafe inflateInit2_(stream, compression.windowBits, zlibVersion(), streamSize)
    guard status == Z_OK else { throw FormatError(.io, "no memory to decompress") }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  mutating func run(into output: UnsafeMutableRawBufferPointer?) throws(FormatError) -> Int {
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.scratchSize, alignment: 16)
    defer { unsafe scratch.deallocate() }
    var isAtEnd = false
    while !isAtEnd {
      let rest = unsafe output.map { unsafe UnsafeMutableRawBufferPointer(rebasing: $0[count...]) }
      isAtEnd = try unsafe step(into: rest ?? scratch)
    }
    return count
  }

  /// Hands zlib one piece of input and of output.
  /// - Returns: whether the data has come to its end.
  private mutating func step(into output: UnsafeMutableRawBufferPointer) throws(FormatError) -> Bool {
    let piece = unsafe UnsafeRawBufferPointer(rebasing: input.prefix(Self.largestPiece))
    let room = min(output.count, Self.largestPiece)
    // Where nothing is left to write, a spare byte shows whether the data goes on all the same.
    var spare: UInt8 = 0
    let status = unsafe withUnsafeMutablePointer(to: &spare) { spare in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = uInt(piece.count)
      unsafe stream.pointee.next_out = room > 0 ? output.baseAddress?.assumingMemoryBound(to: UInt8.self) : spare
      unsafe stream.pointee.avail_out = uInt(max(room, 1))
      return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    }
    let taken = unsafe piece.count - Int(stream.pointee.avail_in)
    let given = unsafe max(room, 1) - Int(stream.pointee.avail_out)
    guard given <= room else { throw .badFile("the compressed data gives more bytes than announced") }
    unsafe input = input.dropFirst(taken)
    count += given
    return try isEnd(status, isStuck: taken == 0 && given == 0)
  }

  private mutating func isEnd(_ status: Int32, isStuck: Bool) throws(FormatError) -> Bool {
    let isExhausted = unsafe input.isEmpty
    switch status {
    case Z_STREAM_END where compression == .gzip && !isExhausted:
      unsafe inflateReset(stream)
      return false
    case Z_STREAM_END:
      guard isExhausted else { throw .badFile("bytes follow the end of the compressed data") }
      return true
    case Z_OK, Z_BUF_ERROR:
      guard !isStuck else { throw .badFile("the compressed data ends too early") }
      return false
    default: throw .badFile("the compressed data is damaged")
    }
  }
}
