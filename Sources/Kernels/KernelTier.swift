internal import CKernels

/// An instruction set that the kernels are written for.
///
/// Tiers differ in speed. Integer kernels agree bit for bit; floating-point ones agree up to the order of summation,
/// which every tier keeps the same whatever the number of rows and threads.
public enum KernelTier: String, CaseIterable, Sendable {
  /// Portable C: the definition that the other tiers are tested against.
  case reference
  /// x86-64 with AVX2, FMA and F16C.
  case avx2
  /// x86-64 with AVX-512 F, BW, VL, DQ and VNNI.
  case avx512
  /// The same with AMX for products of bytes.
  case amx
  /// 64-bit ARM.
  case neon

  /// The tiers that this machine can run, slowest first. Never empty.
  public static var available: [KernelTier] {
    allCases.filter { ck_tier_is_available($0.identifier) }
  }

  /// The tier called `name`, or the fastest one where `name` is nil.
  ///
  /// Meant for the value of the environment variable `QUANTIZE_KERNELS`.
  public static func best(named name: String? = nil) throws(KernelTierError) -> KernelTier {
    let available = available
    guard let name else { return available.last ?? .reference }
    guard let tier = KernelTier(rawValue: name) else {
      throw .unknown(name, available: available)
    }
    guard available.contains(tier) else {
      throw .unavailable(tier, available: available)
    }
    return tier
  }

  var identifier: ck_tier {
    switch self {
    case .reference: CK_TIER_REFERENCE
    case .avx2: CK_TIER_AVX2
    case .avx512: CK_TIER_AVX512
    case .amx: CK_TIER_AMX
    case .neon: CK_TIER_NEON
    }
  }
}

/// Why no tier goes by a name on this machine.
public enum KernelTierError: Error, Equatable {
  /// There is no tier of this name.
  case unknown(String, available: [KernelTier])
  /// There is such a tier, but this CPU lacks its instructions.
  case unavailable(KernelTier, available: [KernelTier])
}

extension KernelTierError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let name, let available):
      "no kernel tier is named \"\(name)\"; this machine has \(list(available))"
    case .unavailable(let tier, let available):
      "this CPU cannot run the kernel tier \"\(tier.rawValue)\"; this machine has \(list(available))"
    }
  }

  private func list(_ tiers: [KernelTier]) -> String { tiers.map(\.rawValue).joined(separator: ", ") }
}
