internal import Broker
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

extension Check {
  /// Whether the session bus is found with the little that hosts leave of an environment.
  static let bus = Check("bus", [.system], needsHome: false) { examination in
    let named = Context.variable("DBUS_SESSION_BUS_ADDRESS") ?? ""
    let present = BusAddress.sessionBus(variable: Context.variable)
    // Hosts pass six variables on, and none of them names it (protocol S11).
    if let derived = BusAddress.sessionBus(variable: { _ in nil }) {
      return [CheckFinding(.ok, "found without any variable: \(derived)")]
    }
    let outcome: CheckFinding.Outcome = KeyringNeed(examination).isThere ? .warning : .note
    if present != nil {
      return [
        CheckFinding(
          outcome, "a host that passes no variables on does not find the session bus at \(named)",
          next: "sudo apt install dbus-user-session, and log in again")
      ]
    }
    if !named.isEmpty {
      return [
        CheckFinding(
          outcome, "DBUS_SESSION_BUS_ADDRESS is no unix: address, and nothing else is asked",
          next: "unset DBUS_SESSION_BUS_ADDRESS")
      ]
    }
    return [
      CheckFinding(
        outcome, "there is no session bus: no desktop's keyring here",
        next: outcome == .note ? nil : "mcp-valet vault slot add --passphrase")
    ]
  }

  /// Whether the desktop's keyring answers, and how fast.
  static let keyring = Check("keyring", [.bus], needsHome: false) { examination in
    let need = KeyringNeed(examination)
    let keyring = examination.keyring()
    let start = MonotonicInstant.now
    let collection: PersistentCollection
    do {
      collection = try Keyrings.ask(keyring) { keyring in
        let collection = keyring.persistentCollection()
        // That it is silent is to be remembered.
        if case .absent(let error) = collection, case .timedOut = error { throw error }
        return collection
      }
    } catch {
      return [CheckFinding(error)]
    }
    let time = milliseconds(since: start)
    switch collection {
    case .absent(let error):
      if need.isThere { return [CheckFinding(error)] }
      return [CheckFinding(.ok, "nothing needs it: \(error.message)")]
    case .locked:
      return [
        CheckFinding(
          StoreError.locked(.keyring), as: need.isThere ? .warning : .note,
          about: "answered in \(time) ms: ")
      ]
    case .unlocked:
      do {
        let count = try keyring.list().count
        var findings = [
          CheckFinding(
            .ok,
            "answered in \(time) ms: unlocked, \(count) \(count == 1 ? "secret" : "secrets") of ours"
          )
        ]
        if let id = need.vaultID, try !keyring.isAnchored(id) {
          findings.append(
            CheckFinding(
              .failure, "it does not hold the vault's key",
              next: "mcp-valet vault slot list; mcp-valet vault slot rm N; "
                + "mcp-valet vault slot add --keyring"))
        }
        return findings
      } catch {
        return [CheckFinding(error)]
      }
    }
  }
}

/// Whether anything of ours lies in the OS keyring, as far as that is known without a key.
private struct KeyringNeed {
  /// Of a vault whose key is there.
  let vaultID: String?

  init(_ examination: Examination) {
    guard !examination.silent.contains(.files), let context = examination.context,
      let header = try? VaultStore.peek(VaultAccess(context).location).header,
      header.slots.contains(where: { $0.kind == .keyring })
    else {
      vaultID = nil
      return
    }
    vaultID = header.vaultID.description
  }

  var isThere: Bool { vaultID != nil }
}
