package import Secrets

/// The recorded permission of one server to receive secrets.
///
/// A launch gets its secrets only where a grant says the same of everything that decides where they
/// go: see ``LaunchTerms``. Holds references and plain values, never a secret.
package struct Grant: Equatable, Sendable {
  /// What a person saw and approved.
  package var terms: LaunchTerms
  package var folder: Folder
  /// What is given in the place of a reference that the launch names; a repository that others
  /// wrote names secrets by its own words, and its reader decides whose they are.
  package var substitutions: [Substitution]
  /// The content of the file that is run, where that was to be bound too.
  package var pin: ContentPin?
  /// Seconds since 1970-01-01T00:00:00Z.
  package var created: Int64

  package init(
    _ terms: LaunchTerms, folder: Folder, substitutions: [Substitution] = [],
    pin: ContentPin? = nil, created: Int64
  ) {
    self.terms = terms
    self.folder = folder
    self.substitutions = substitutions
    self.pin = pin
    self.created = created
  }

  /// Where the server starts.
  package enum Folder: Equatable, Sendable {
    /// Here and nowhere else; absolute.
    case at([UInt8])
    /// In an empty folder of ours, wherever the host is.
    case empty
    /// Wherever the host is.
    case any
  }

  package struct Substitution: Equatable, Sendable {
    package var written: SecretReference
    package var given: SecretReference

    package init(written: SecretReference, given: SecretReference) {
      self.written = written
      self.given = given
    }
  }

  package struct ContentPin: Equatable, Sendable {
    /// Absolute.
    package var path: [UInt8]
    /// SHA-256, 32 bytes.
    package var digest: [UInt8]

    package init(path: [UInt8], digest: [UInt8]) {
      self.path = path
      self.digest = digest
    }
  }

  /// The reference whose value the server gets for one that it names.
  package func given(for reference: SecretReference) -> SecretReference {
    for substitution in substitutions where substitution.written == reference {
      return substitution.given
    }
    return reference
  }

  /// Whether another grant takes the place of this one: each server has one for each folder.
  package func isReplaced(by other: Grant) -> Bool {
    terms.serverName == other.terms.serverName && folder == other.folder
  }
}

extension Grant {
  /// Every distinct reference whose value the server gets.
  package var references: [SecretReference] {
    var references: [SecretReference] = []
    func add(_ text: String) {
      // What was granted was read once; what is no template any more names nothing.
      guard let template = try? Template(text) else { return }
      for reference in template.references.map(given) where !references.contains(reference) {
        references.append(reference)
      }
    }
    for variable in terms.variables {
      if case .template(let text) = variable.content { add(text) }
    }
    for argument in terms.arguments {
      if let text = String(validating: argument, as: UTF8.self) { add(text) }
    }
    return references
  }

  package var usesKeyring: Bool { references.contains { $0.scheme == .keyring } }
}
