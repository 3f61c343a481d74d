package import Hosts
package import Scanning
package import Secrets

/// What is said about a key of a remote server: a launch of ours is not in between.
package enum RemoteAdvice {
  package static func text(
    _ host: Host, _ server: HostServer, _ spot: Finding.Spot, _ name: SecretName, _ masked: String
  ) -> String {
    let stays = "\(masked) is stored as valet://\(name) and stays in the file"
    guard case .header(let header) = spot else {
      return stays
        + ": addresses are read by the host itself; ask the provider for a header or OAuth"
    }
    switch host.id {
    case "codex":
      return stays + ": Codex reads it from a variable instead, with "
        + (header.lowercased() == "authorization"
          ? "bearer_token_env_var = \"NAME\"" : "env_http_headers = { \"\(header)\" = \"NAME\" }")
    case "claude-code":
      return stays + ": where the server has OAuth, 'mcp-valet login' and "
        + "\"headersHelper\": \"mcp-valet headers NAME\" take its place"
    case "vscode":
      return stays + ": VS Code asks for it and keeps it sealed, with "
        + "\"\(header)\": \"${input:\(SecretBook.segment(header, otherwise: "token"))}\""
    case "cursor", "gemini-cli":
      return stays + ": the host reads a variable instead, with \"${env:NAME}\" or \"$NAME\""
    default:
      return stays + ": this host knows no other way to set a header"
    }
  }
}
