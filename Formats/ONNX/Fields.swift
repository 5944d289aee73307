/// The numbers of the fields that the writer writes (onnx.proto).
enum Field {
  enum Model {
    static let irVersion = 1
    static let graph = 7
    static let operatorSet = 8
    static let metadata = 14
    static let function = 25
  }
  enum OperatorSet {
    static let domain = 1
    static let version = 2
  }
  enum Entry {
    static let key = 1
    static let value = 2
  }
  enum Graph {
    static let node = 1
    static let name = 2
    static let initializer = 5
    static let input = 11
    static let output = 12
    static let valueInfo = 13
    static let sparseInitializer = 15
  }
  enum Node {
    static let input = 1
    static let output = 2
    static let name = 3
    static let type = 4
    static let attribute = 5
    static let domain = 7
  }
  enum Attribute {
    static let name = 1
    static let float = 2
    static let int = 3
    static let string = 4
    static let tensor = 5
    static let graph = 6
    static let floats = 7
    static let ints = 8
    static let strings = 9
    static let tensors = 10
    static let graphs = 11
    static let type = 20
    static let reference = 21
  }
  enum Tensor {
    static let dimension = 1
    static let dataType = 2
    static let name = 8
    static let rawData = 9
    static let externalData = 13
    static let dataLocation = 14
  }
  enum ValueInfo {
    static let name = 1
    static let type = 2
  }
  enum ValueType {
    static let tensor = 1
  }
  enum TensorType {
    static let elementType = 1
    static let shape = 2
  }
  enum Shape {
    static let dimension = 1
  }
  enum Dimension {
    static let size = 1
    static let name = 2
  }
  enum Function {
    static let name = 1
    static let input = 4
    static let output = 5
    static let requiredAttribute = 6
    static let node = 7
    static let operatorSet = 9
    static let domain = 10
    static let defaultAttribute = 11
    static let valueInfo = 12
    static let overload = 13
  }
}

/// What kind of value an attribute holds (AttributeProto.AttributeType).
enum AttributeKind: Int32 {
  case float = 1
  case int = 2
  case string = 3
  case tensor = 4
  case graph = 5
  case floats = 6
  case ints = 7
  case strings = 8
  case tensors = 9
  case graphs = 10
  case sparseTensor = 11
  case sparseTensors = 12
  case type = 13
  case types = 14
}
