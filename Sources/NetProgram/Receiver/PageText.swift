internal import OAuth
internal import Secrets

/// A page as HTML: one document that needs nothing else, read well by people, screen readers and
/// narrow windows, light or dark as the system is.
struct PageText {
  private let title: String
  private let isSuccess: Bool
  /// HTML.
  private let content: String

  init(_ page: ReceiverPage) {
    switch page {
    case .success(let connection, let server, let scopes):
      title = "Logged in"
      isSuccess = true
      content = Self.success(connection: connection, server: server, scopes: scopes)
    case .failure(let message, let hint):
      title = "Not logged in"
      isSuccess = false
      content = Self.failure(message: message, hint: hint)
    case .more(let scopes):
      title = "One more step"
      isSuccess = true
      content = """
        <p>The server wants more to be allowed than was asked for at first:</p>
        <ul>\(Self.list(scopes, "li"))</ul>
        <p>Another page opens for that. You can close this tab.</p>
        """
    case .ignored(let reason):
      title = "Nothing was done"
      isSuccess = false
      content = """
        <p>This page was reached with an answer that does not belong to the login that is waiting: \
        \(escaped(reason)).</p>
        <p>The login goes on waiting. Go back to the page on which you log in, or start again in \
        the terminal.</p>
        """
    }
  }

  private static func success(connection: String, server: String, scopes: [String]) -> String {
    let list = scopes.isEmpty ? "<dd>not named by the server</dd>" : Self.list(scopes, "dd")
    return """
      <dl><dt>Connection</dt><dd><code>\(escaped(connection))</code></dd>\
      <dt>Server</dt><dd><code>\(escaped(server))</code></dd>\
      <dt>Allowed</dt>\(list)</dl>
      <p>The terminal goes on by itself. <strong>You can close this tab.</strong></p>
      """
  }

  private static func list(_ scopes: [String], _ tag: String) -> String {
    let shown = scopes.prefix(32).map { "<\(tag)><code>\(escaped($0))</code></\(tag)>" }.joined()
    return shown + (scopes.count > 32 ? "<\(tag)>and \(scopes.count - 32) more</\(tag)>" : "")
  }

  private static func failure(message: String, hint: String?) -> String {
    """
    <p>\(escaped(sentence(message)))</p>
    \(hint.map { "<p class=\"hint\">What helps: \(escaped($0))</p>" } ?? "")
    <p>Nothing was stored. The terminal says the same; you can close this tab.</p>
    """
  }

  private static func sentence(_ message: String) -> String {
    message.prefix(1).uppercased() + message.dropFirst() + "."
  }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title) – mcp-valet</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <main class="\(isSuccess ? "success" : "failure")">
    <p class="mark" aria-hidden="true">\(isSuccess ? "✓" : "✕")</p>
    <h1>\(title)</h1>
    \(content)
    </main>
    <footer>mcp-valet, on this machine</footer>
    </body>
    </html>

    """
  }

  /// Contrast of text is 7:1 or better in both schemes.
  private static let style = """
    :root{color-scheme:light dark;--text:#1d1f23;--soft:#4a4f58;--page:#f4f5f7;--card:#fff;\
    --line:#d5d8de;--good:#0b6b3a;--bad:#a1260d}
    @media (prefers-color-scheme:dark){:root{--text:#eceef1;--soft:#b4bac4;--page:#15171b;\
    --card:#1f2228;--line:#3a3f48;--good:#6fdc9f;--bad:#ffa08a}}
    *{box-sizing:border-box}
    body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;\
    justify-content:center;gap:1.25rem;padding:1.25rem;background:var(--page);color:var(--text);\
    font:1rem/1.55 system-ui,sans-serif}
    main{width:100%;max-width:34rem;padding:2rem;background:var(--card);\
    border:1px solid var(--line);border-radius:.75rem}
    h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
    p{margin:0 0 1rem}main>:last-child{margin-bottom:0}
    .mark{float:right;margin:0;font-size:1.75rem;line-height:1;font-weight:700}
    .success .mark{color:var(--good)}.failure .mark{color:var(--bad)}
    .hint{padding-left:.75rem;border-left:.2rem solid var(--line)}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.25rem;margin:0 0 1.25rem}
    dt{grid-column:1;color:var(--soft)}dd{grid-column:2;margin:0;min-width:0}
    code{font:.925em ui-monospace,monospace;overflow-wrap:anywhere}
    p{overflow-wrap:anywhere}ul{margin:0 0 1rem;padding-left:1.25rem}
    footer{color:var(--soft);font-size:.875rem}
    @media (max-width:30rem){main{padding:1.25rem}dl{grid-template-columns:1fr;gap:.1rem}\
    dt,dd{grid-column:1}dt:not(:first-child){margin-top:.6rem}}
    """

  /// For the page's policy: this style and no other.
  static let styleHash = "sha256-" + sha256Base64(style)
}

/// Text as HTML shows it, wherever in the page it stands. What a terminal may not be given a page
/// is not given either: marks that reverse text could turn a sentence into another.
func escaped(_ text: String) -> String {
  var output = ""
  for scalar in printable(text, limit: 400).unicodeScalars {
    switch scalar {
    case "&": output += "&amp;"
    case "<": output += "&lt;"
    case ">": output += "&gt;"
    case "\"": output += "&quot;"
    case "'": output += "&#39;"
    default: output.unicodeScalars.append(scalar)
    }
  }
  return output
}
