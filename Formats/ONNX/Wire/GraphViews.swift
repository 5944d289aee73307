import CONNX
import FormatKit

typealias ModelMessage = View<Messages.Model>
typealias GraphMessage = View<Messages.Graph>
typealias NodeMessage = View<Messages.Node>
typealias AttributeMessage = View<Messages.Attribute>
typealias FunctionMessage = View<Messages.Function>
typealias OperatorSetMessage = View<Messages.OperatorSet>
typealias EntryMessage = View<Messages.Entry>

extension ModelMessage {
  @unsafe private var message: Onnx__ModelProto { unsafe contents() }

  var irVersion: Int64 { unsafe message.ir_version }
  var graph: GraphMessage? { unsafe one(message.graph) }
  var operatorSets: [OperatorSetMessage] { unsafe many(message.opset_import, message.n_opset_import) }
  var metadata: [EntryMessage] { unsafe many(message.metadata_props, message.n_metadata_props) }
  var functions: [FunctionMessage] { unsafe many(message.functions, message.n_functions) }
}

extension OperatorSetMessage {
  @unsafe private var message: Onnx__OperatorSetIdProto { unsafe contents() }

  var domain: String { get throws(FormatError) { unsafe try text(message.domain) } }
  var version: Int64 { unsafe message.version }
}

extension EntryMessage {
  @unsafe private var message: Onnx__StringStringEntryProto { unsafe contents() }

  var key: String { get throws(FormatError) { unsafe try text(message.key) } }
  var value: String { get throws(FormatError) { unsafe try text(message.value) } }
}

extension GraphMessage {
  @unsafe private var message: Onnx__GraphProto { unsafe contents() }

  var name: String { get throws(FormatError) { unsafe try text(message.name) } }
  var nodes: [NodeMessage] { unsafe many(message.node, message.n_node) }
  var initializers: [TensorMessage] { unsafe many(message.initializer, message.n_initializer) }
  var inputs: [ValueInfoMessage] { unsafe many(message.input, message.n_input) }
  var outputs: [ValueInfoMessage] { unsafe many(message.output, message.n_output) }
  var valueInfos: [ValueInfoMessage] { unsafe many(message.value_info, message.n_value_info) }

  /// The sparse initializers, each as the bytes of its message.
  var sparseInitializers: [[UInt8]] {
    unsafe numbers(message.sparse_initializer, message.n_sparse_initializer)
      .map { unsafe data($0) }
  }
}

extension NodeMessage {
  @unsafe private var message: Onnx__NodeProto { unsafe contents() }

  var name: String { get throws(FormatError) { unsafe try text(message.name) } }
  var type: String { get throws(FormatError) { unsafe try text(message.op_type) } }
  var domain: String { get throws(FormatError) { unsafe try text(message.domain) } }
  var attributes: [AttributeMessage] { unsafe many(message.attribute, message.n_attribute) }
  var inputs: [String] {
    get throws(FormatError) { unsafe try texts(message.input, message.n_input) }
  }
  var outputs: [String] {
    get throws(FormatError) { unsafe try texts(message.output, message.n_output) }
  }
}

extension AttributeMessage {
  @unsafe private var message: Onnx__AttributeProto { unsafe contents() }

  var name: String { get throws(FormatError) { unsafe try text(message.name) } }
  /// The name of the function's attribute that this one stands for; empty where it has a value of its own.
  var reference: String { get throws(FormatError) { unsafe try text(message.ref_attr_name) } }
  /// The type number; nil where there is none or it is 0.
  var type: Int32? { unsafe message.type == 0 ? nil : unsafe message.type }
  var float: Float { unsafe message.f }
  var int: Int64 { unsafe message.i }
  var string: [UInt8] { unsafe data(message.s) }
  var tensor: TensorMessage? { unsafe one(message.t) }
  var graph: GraphMessage? { unsafe one(message.g) }
  var floats: [Float] { unsafe numbers(message.floats, message.n_floats) }
  var ints: [Int64] { unsafe numbers(message.ints, message.n_ints) }
  var strings: [[UInt8]] {
    unsafe numbers(message.strings, message.n_strings).map { unsafe data($0) }
  }
  var tensors: [TensorMessage] { unsafe many(message.tensors, message.n_tensors) }
  var graphs: [GraphMessage] { unsafe many(message.graphs, message.n_graphs) }
  var hasFloat: Bool { unsafe message.has_f != 0 }
  var hasInt: Bool { unsafe message.has_i != 0 }
  var hasString: Bool { unsafe message.has_s != 0 }
}

extension FunctionMessage {
  @unsafe private var message: Onnx__FunctionProto { unsafe contents() }

  var name: String { get throws(FormatError) { unsafe try text(message.name) } }
  var domain: String { get throws(FormatError) { unsafe try text(message.domain) } }
  var overload: String { get throws(FormatError) { unsafe try text(message.overload) } }
  var inputs: [String] {
    get throws(FormatError) { unsafe try texts(message.input, message.n_input) }
  }
  var outputs: [String] {
    get throws(FormatError) { unsafe try texts(message.output, message.n_output) }
  }
  var requiredAttributes: [String] {
    get throws(FormatError) { unsafe try texts(message.attribute, message.n_attribute) }
  }
  var nodes: [NodeMessage] { unsafe many(message.node, message.n_node) }
  var operatorSets: [OperatorSetMessage] { unsafe many(message.opset_import, message.n_opset_import) }
  var defaultAttributes: [AttributeMessage] {
    unsafe many(message.attribute_proto, message.n_attribute_proto)
  }
  var valueInfos: [ValueInfoMessage] { unsafe many(message.value_info, message.n_value_info) }
}
