import CONNX
import FormatKit
import Tensors

typealias TensorMessage = View<Messages.Tensor>
typealias ValueInfoMessage = View<Messages.ValueInfo>
typealias TypeMessage = View<Messages.ValueType>
typealias TensorTypeMessage = View<Messages.TensorType>
typealias ShapeMessage = View<Messages.Shape>
typealias DimensionMessage = View<Messages.Dimension>

extension TensorMessage {
  @unsafe private var message: Onnx__TensorProto { unsafe contents() }

  var name: String { get throws(FormatError) { unsafe try text(message.name) } }
  var dimensions: [Int64] { unsafe numbers(message.dims, message.n_dims) }
  var dataType: Int32 { unsafe message.data_type }
  var isExternal: Bool { unsafe message.data_location == 1 }
  var externalData: [EntryMessage] { unsafe many(message.external_data, message.n_external_data) }
  var floatData: Bytes { unsafe bytes(of: message.float_data, message.n_float_data) }
  var doubleData: Bytes { unsafe bytes(of: message.double_data, message.n_double_data) }
  var int32Data: Bytes { unsafe bytes(of: message.int32_data, message.n_int32_data) }
  var int32Values: [Int32] { unsafe numbers(message.int32_data, message.n_int32_data) }
  var int64Data: Bytes { unsafe bytes(of: message.int64_data, message.n_int64_data) }
  var uint64Data: Bytes { unsafe bytes(of: message.uint64_data, message.n_uint64_data) }
  var uint64Values: [UInt64] { unsafe numbers(message.uint64_data, message.n_uint64_data) }

  /// The bytes of raw_data, a slice of `file`; nil where the tensor has none.
  func rawData(in file: Bytes) throws(FormatError) -> Bytes? {
    guard unsafe message.has_raw_data != 0 else { return nil }
    var reader = ByteReader(Bytes(copying: unsafe data(message.raw_data)))
    let offset = Int(exactly: try reader.read(UInt64.self))
    let count = Int(exactly: try reader.read(UInt64.self))
    guard let offset, let count, offset <= file.count, count <= file.count - offset else {
      throw .badFile("raw_data lies outside the file")
    }
    return file.slice(offset..<offset + count)
  }
}

extension ValueInfoMessage {
  @unsafe private var message: Onnx__ValueInfoProto { unsafe contents() }

  var name: String { get throws(FormatError) { unsafe try text(message.name) } }
  var type: TypeMessage? { unsafe one(message.type) }
}

extension TypeMessage {
  @unsafe private var message: Onnx__TypeProto { unsafe contents() }

  var tensor: TensorTypeMessage? { unsafe one(message.tensor_type) }
}

extension TensorTypeMessage {
  @unsafe private var message: Onnx__TensorTypeProto { unsafe contents() }

  var elementType: Int32 { unsafe message.elem_type }
  var shape: ShapeMessage? { unsafe one(message.shape) }
}

extension ShapeMessage {
  @unsafe private var message: Onnx__TensorShapeProto { unsafe contents() }

  var dimensions: [DimensionMessage] { unsafe many(message.dim, message.n_dim) }
}

extension DimensionMessage {
  @unsafe private var message: Onnx__DimensionProto { unsafe contents() }

  /// The size, where the file states one.
  var size: Int64? { unsafe message.has_dim_value != 0 ? unsafe message.dim_value : nil }
  /// The name of the size, where the file states one.
  var name: String? {
    get throws(FormatError) {
      unsafe message.has_dim_param != 0 ? unsafe try text(message.dim_param) : nil
    }
  }
}
