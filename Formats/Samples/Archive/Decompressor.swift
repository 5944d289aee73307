import CLibdeflate
import FormatKit

/// What compressed bytes are wrapped in.
enum Compression {
  /// Nothing: a bare deflate stream (RFC 1951), as in a zip archive.
  case deflate
  /// A gzip member (RFC 1952), with a checksum of its own.
  case gzip
}

/// Decompresses data that lies in memory as a whole, with libdeflate.
@safe struct Decompressor: ~Copyable {
  private let handle: OpaquePointer

  init() throws(FormatError) {
    guard let handle = unsafe libdeflate_alloc_decompressor() else {
      throw FormatError(.io, "no memory to decompress")
    }
    unsafe self.handle = handle
  }

  deinit { unsafe libdeflate_free_decompressor(handle) }

  /// Decompresses the stream or member that `input` begins with, to the beginning of `output`.
  /// - Returns: the number of bytes read and written; nil where the data gives more than `output` takes.
  /// - Throws: where the data is damaged, which includes that it is cut short.
  @unsafe func run(
    _ compression: Compression, on input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FormatError) -> (read: Int, written: Int)? {
    guard input.count > 0 else { throw .badFile("the compressed data ends too early") }
    var (read, written) = (0, 0)
    let decompress =
      switch compression {
      case .deflate: unsafe libdeflate_deflate_decompress_ex
      case .gzip: unsafe libdeflate_gzip_decompress_ex
      }
    let result = unsafe decompress(
      handle, input.baseAddress, input.count, output.baseAddress, output.count, &read, &written)
    switch result {
    case LIBDEFLATE_SUCCESS: return (read, written)
    case LIBDEFLATE_INSUFFICIENT_SPACE: return nil
    default: throw .badFile("the compressed data is damaged")
    }
  }
}
