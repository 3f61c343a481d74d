internal import Audit
internal import Broker
internal import Files
internal import Secrets
internal import Vault

extension Check {
  /// Whether the record of what was done is whole.
  static let audit = Check("audit", [.files, .bus]) { examination in
    do {
      let locations = try examination.home().locations
      let vault = (try? QuietVault.open(examination))??.store
      let snapshot = try AuditSnapshot.read(in: locations.state)
      var anchors: [(AuditAnchor, AuditVerification.Witness)] = []
      if let anchor = try vault?.auditHead()?.anchor { anchors.append((anchor, .vault)) }
      var failure: VaultError?
      let result = AuditVerifier(
        snapshot, anchors: anchors,
        withRoots: vault.map { vault in
          { body in
            do throws(VaultError) { try vault.forEachAuditRoot(body) } catch { failure = error }
          }
        }
      ).run()
      if let failure { throw failure }
      if !result.findings.isEmpty {
        return result.findings.map {
          CheckFinding(.failure, $0.message, next: "mcp-valet audit verify")
        }
      }
      if result.recordCount == 0 { return [CheckFinding(.ok, "nothing is recorded yet")] }
      return [
        CheckFinding(
          .ok,
          "\(result.recordCount) records, and none was altered"
            + (vault == nil ? " as far as that shows while the vault is locked" : ""))
      ]
    } catch {
      return [CheckFinding(error, next: "mcp-valet audit verify")]
    }
  }
}
