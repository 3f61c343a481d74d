internal import ArgumentParser
internal import Broker
internal import Secrets

/// Parses a secret's name on the command line.
@Sendable func parseName(_ text: String) throws -> SecretName {
  do {
    return try SecretName(text)
  } catch {
    throw ValidationError("malformed name '\(printable(text))': \(error.reason)")
  }
}

/// Parses a secret on the command line: a name in the vault, or a whole reference.
@Sendable func parseReference(_ text: String) throws -> SecretReference {
  if !text.utf8.contains(UInt8(ascii: ":")) { return .vault(try parseName(text)) }
  do {
    return try SecretReference(text)
  } catch {
    throw ValidationError(error.message)
  }
}
