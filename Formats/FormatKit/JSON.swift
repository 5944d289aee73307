/// A JSON value (RFC 8259). Objects keep the order of their members.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that fits in 64 bits.
  case integer(Int)
  /// Any other number.
  case number(Double)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON {
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// The value as a real number, be it written with a fraction or not.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// What messages call a value of this kind: `a string`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object, in order, each key once.
public struct JSONObject: Hashable, Sendable {
  public struct Member: Hashable, Sendable {
    public let key: String
    public var value: JSON
  }

  public private(set) var members: [Member] = []
  private var positions: [String: Int] = [:]

  public init() {}

  /// Adds a member at the end.
  /// - Returns: whether the key was new; if not, nothing changes.
  @discardableResult
  public mutating func insert(_ value: JSON, for key: String) -> Bool {
    guard positions[key] == nil else { return false }
    positions[key] = members.count
    members.append(Member(key: key, value: value))
    return true
  }

  /// The value of a key. Setting replaces in place or adds at the end; setting nil removes.
  public subscript(_ key: String) -> JSON? {
    get { positions[key].map { members[$0].value } }
    set {
      switch (positions[key], newValue) {
      case (let position?, let value?): members[position].value = value
      case (nil, let value?): insert(value, for: key)
      case (let position?, nil): remove(at: position)
      case (nil, nil): break
      }
    }
  }

  public var keys: [String] { members.map(\.key) }
  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }

  private mutating func remove(at position: Int) {
    members.remove(at: position)
    positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.key, $0) })
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object of members with different keys.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    for (key, value) in elements {
      let isNew = insert(value, for: key)
      precondition(isNew, "key \(key) twice")
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    var object = JSONObject()
    for (key, value) in elements {
      let isNew = object.insert(value, for: key)
      precondition(isNew, "key \(key) twice")
    }
    self = .object(object)
  }
}
