/// placeholder until the kernels land
public enum KernelTier: String, CaseIterable, Sendable { case reference, avx2, avx512, neon }
public struct Compute: Sendable {
  public let tier: KernelTier
  public init(tier: KernelTier, threads: Int) { self.tier = tier }
}
