internal import Launch
internal import Redaction
internal import Secrets

/// A secret whose value must not be seen by the host.
struct SearchedReference {
  let reference: SecretReference
  /// Shown in the place of its value.
  let name: String

  init(_ reference: SecretReference) {
    self.reference = reference
    name = reference.name?.text ?? reference.description
  }
}

extension Supervisor {
  /// Looks for the present values of secrets from now on, beside those it knows.
  func search(for searched: [SearchedReference]) throws(LaunchError) {
    if searched.isEmpty { return }
    let values = source.values
    var short: [String] = []
    do throws(SecretMemoryError) {
      try patterns.add { (list) throws(SecretMemoryError) in
        for secret in searched {
          var failure: SecretMemoryError?
          _ = values.withValue(of: secret.reference) { bytes in
            do throws(SecretMemoryError) {
              let leftOut = try list.add(name: secret.name, value: bytes)
              short += Self.words(leftOut, secret.name)
            } catch {
              failure = error
            }
          }
          if let failure { throw failure }
        }
      }
    } catch {
      throw .memory(error)
    }
    isRedacting = !patterns.isEmpty
    if short.isEmpty { return }
    var names = ""
    for name in short { names += (names.isEmpty ? " " : ", ") + name }
    errors.say(
      "mcp-valet: note: too short to be searched for in what the server prints:\(names)\n")
  }

  private static func words(_ leftOut: LeftOut, _ name: String) -> [String] {
    var words: [String] = []
    if leftOut.contains(.value) { words.append(name) }
    if leftOut.contains(.urlPassword) { words.append("the password in \(name)") }
    if leftOut.contains(.leaf) { words.append("some strings in \(name)") }
    return words
  }
}
