import RelayModel
import Testing

/// Random schedules against what must always hold. To see one:
/// `relay-driver show SEED`; to run many: `relay-driver model COUNT`.
@Suite struct RelayModelTests {
  @Test(arguments: 0..<10) func keepsItsPromisesInAnyOrderOfEvents(part: UInt64) {
    for seed in part * 2_000..<(part + 1) * 2_000 {
      let model = RelayModel(seed: seed)
      if let violation = model.run() { Issue.record("seed \(seed): \(violation)") }
    }
  }
}
