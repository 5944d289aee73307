import Engine
import ModelTesting
import Tensors
import Testing

/// The law of passes: whatever one rewrites, results stay.
@Suite struct PassLawTests {
  static let passes: [any GraphPass] = PassList.standard

  @Test(arguments: Fixture.all, passes.indices)
  func aPassKeepsTheResults(name: String, position: Int) throws {
    let fixture = Fixture(name: name)
    let model = try fixture.model()
    let inputs = try fixture.golden(for: model).inputs
    let pass = Self.passes[position]
    let expected = try run(model, inputs)
    let actual = try run(model, inputs, passes: [pass])
    for (output, reference) in zip(actual, expected) {
      #expect(output.relativeDifference(from: reference) <= 1e-5, "pass \(pass.name)")
    }
  }

  @Test(arguments: Fixture.all, passes.indices)
  func aPassThatIsAppliedTwiceChangesNothingMore(name: String, position: Int) throws {
    let pass = Self.passes[position]
    let once = try Fixture(name: name).model().applying(pass)
    let twice = try once.applying(pass)
    #expect(once.listing == twice.listing)
  }
}
