import Secrets
import Testing
import ValetTesting

@testable import Vault

@Suite struct ConformanceTests {
  @Test func keepsTheRulesOfAllStores() throws {
    let home = try Home()
    try home.createVault()
    let location = home.location
    let conformance = StoreConformance {
      let options = VaultOptions(lockWait: .seconds(300))
      return try Fixture.open(location, options: options)
    }
    #expect(conformance.brokenRules() == [])
    _ = try home.open().verify()
  }
}
