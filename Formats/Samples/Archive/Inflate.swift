import FormatKit
import Tensors

/// Decompresses a bare deflate stream that is known to give `size` bytes.
func inflate(_ source: Bytes, size: Int) throws(FormatError) -> Bytes {
  let decompressor = try Decompressor()
  var builder = TensorBuilder<UInt8>(Shape([size]))
  var span = builder.span
  let counts = try unsafe span.withUnsafeMutableBytes { output throws(FormatError) in
    try unsafe source.withUnsafeBytes { input throws(FormatError) in
      try unsafe decompressor.run(.deflate, on: input, into: output)
    }
  }
  guard let counts else { throw .badFile("the compressed data gives more bytes than announced") }
  guard counts.read == source.count else { throw .badFile("bytes follow the end of the compressed data") }
  guard counts.written == size else {
    throw .badFile("the compressed data gives \(counts.written) bytes where \(size) are announced")
  }
  return builder.finish().bytes
}
