package import Keyring
internal import Platform
internal import Secrets
internal import Synchronization

/// The OS keyring as the commands use it.
package enum Keyrings {
  /// For a person who can answer a prompt: waits 60 s where there is a terminal, 3 s otherwise.
  package static func interactive() -> KeyringStore {
    KeyringStore(
      interaction: .prompt, deadline: .seconds(isatty(STDIN_FILENO) == 1 ? 60 : 3),
      variable: Context.variable)
  }

  /// For a launch and for look-ups in passing: never a prompt, 3 s.
  package static func quiet() -> KeyringStore {
    KeyringStore(interaction: .none, deadline: .seconds(3), variable: Context.variable)
  }

  /// The error of a keyring that did not answer.
  private static let silence = Mutex<StoreError?>(nil)

  /// Asks a question that is one of several. A keyring that let one deadline pass is not asked again
  /// by this process: a launch with references to both stores would wait twice, and some hosts wait
  /// ten seconds for a server in all.
  package static func ask<Answer: ~Copyable>(
    _ keyring: KeyringStore, _ question: (KeyringStore) throws -> Answer
  ) throws -> Answer {
    if let error = silence.withLock({ $0 }) { throw error }
    do {
      return try question(keyring)
    } catch let error as StoreError {
      if case .timedOut = error { silence.withLock { $0 = error } }
      throw error
    }
  }
}
