import Kernels
import Testing

@Suite struct KernelTierTests {
  @Test func referenceIsAlwaysAvailableAndSlowest() {
    #expect(KernelTier.available.first == .reference)
  }

  @Test func withoutANameTheFastestTierIsTaken() throws {
    #expect(try KernelTier.best() == KernelTier.available.last)
  }

  @Test func aNameSelectsItsTier() throws {
    #expect(try KernelTier.best(named: "reference") == .reference)
  }

  @Test func anUnknownNameIsAnErrorThatListsTheTiers() {
    let error = #expect(throws: KernelTierError.self) { try KernelTier.best(named: "sse9") }
    let names = KernelTier.available.map(\.rawValue).joined(separator: ", ")
    #expect(error?.description == "no kernel tier is named \"sse9\"; this machine has \(names)")
  }

  @Test func aTierThatTheCPULacksIsAnError() throws {
    guard let absent = KernelTier.allCases.first(where: { !KernelTier.available.contains($0) }) else { return }
    let error = #expect(throws: KernelTierError.self) { try KernelTier.best(named: absent.rawValue) }
    #expect(error == .unavailable(absent, available: KernelTier.available))
  }

  @Test func theErrorNamesTheTierAndWhatThereIs() {
    let error = KernelTierError.unavailable(.neon, available: [.reference, .avx2])
    #expect(
      error.description == "this CPU cannot run the kernel tier \"neon\"; this machine has reference, avx2")
  }

  @Test func featuresAgreeWithTheTiers() {
    let cpu = CPUDescription()
    #expect(!cpu.model.isEmpty)
    #expect(cpu.features.contains("avx2") || !KernelTier.available.contains(.avx2))
    #expect(cpu.features.contains("avx512vnni") || !KernelTier.available.contains(.avx512))
    #expect(cpu.features.contains("amx-int8") || !KernelTier.available.contains(.amx))
  }
}
