internal import ArgumentParser
internal import Secrets

/// Parses a connection's name on the command line; `oauth://NAME` is as good.
@Sendable func parseConnection(_ text: String) throws -> ConnectionName {
  let name = text.hasPrefix("oauth://") ? String(text.dropFirst(8)) : text
  do {
    return try ConnectionName(name)
  } catch {
    throw ValidationError("malformed name '\(printable(text))': \(error.reason)")
  }
}
