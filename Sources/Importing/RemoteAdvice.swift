package import Hosts
package import Scanning

/// What can take the place of a key of a remote server: a launch of ours is not in between.
package enum RemoteAdvice {
  /// A clause.
  ///
  /// - Parameter spot: a header or an address.
  package static func text(_ host: Host, _ spot: Finding.Spot) -> String {
    guard case .header(let header) = spot else {
      return "addresses are read by the host itself; ask the provider for a header or OAuth"
    }
    switch host.id {
    case "codex":
      return "Codex reads it from a variable instead, with "
        + (header.lowercased() == "authorization"
          ? "bearer_token_env_var = \"NAME\"" : "env_http_headers = { \"\(header)\" = \"NAME\" }")
    case "claude-code":
      return "where the server has OAuth, 'mcp-valet login' and "
        + "\"headersHelper\": \"mcp-valet headers NAME\" take its place"
    case "vscode":
      return "VS Code asks for it and keeps it sealed, with "
        + "\"\(header)\": \"${input:\(SecretBook.segment(header, otherwise: "token"))}\""
    case "cursor", "windsurf": return "the host reads a variable instead, with \"${env:NAME}\""
    case "gemini-cli", "kiro": return "the host reads a variable instead, with \"${NAME}\""
    default: return "this host knows no other way to set a header"
    }
  }
}
