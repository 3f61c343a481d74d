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
  /// The present values of what the server is given; asked when one is started with them.
  var valuesInForce: [Int] {
    var numbers: [Int] = []
    for reference in source.plan.references {
      _ = source.values.withValue(of: reference) { bytes in
        if let number = patterns.values.number(of: bytes) { numbers.append(number) }
      }
    }
    return numbers
  }

  /// Values that no server has and none will get; not all of them, see ``PastValues``.
  private var unheldValues: [Int] {
    let all = patterns.values.all
    if all.isEmpty { return [] }
    var held: [Int] = []
    for link in links { held += link.values }
    for reference in source.plan.references {
      source.values.forEachValue(of: reference) { bytes in
        if let number = patterns.values.number(of: bytes) { held.append(number) }
      }
    }
    return PastValues.dropped(from: all) { held.contains($0) }
  }

  /// Looks for the present values of secrets from now on, beside those it knows, and no longer for
  /// those that are ``unheldValues``.
  func search(for searched: [SearchedReference]) throws(LaunchError) {
    if searched.isEmpty { return }
    let values = source.values
    let unheld = unheldValues
    var short: [String] = []
    func add(to list: inout SearchedValues) throws(SecretMemoryError) {
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
    do throws(SecretMemoryError) {
      if unheld.isEmpty {
        try patterns.add(add)
      } else {
        try patterns.add(without: { unheld.contains($0) }, add)
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
