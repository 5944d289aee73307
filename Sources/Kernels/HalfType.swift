internal import CKernels

/// A floating-point type of 16 bits.
public enum HalfType: Sendable, Hashable {
  case float16
  case bfloat16

  /// The kernel that rounds float32 to the numbers of this type.
  @unsafe var kernel: @convention(c) (ck_tier, UnsafeRawPointer?, UnsafeMutableRawPointer?, Int) -> Void {
    switch self {
    case .float16: unsafe ck_round_to_f16
    case .bfloat16: unsafe ck_round_to_bf16
    }
  }
}
