internal import Broker
internal import Connections
internal import Platform
internal import Secrets

/// What a person is told while a login goes on: what it does, what it waits for, how long, and how to
/// cancel.
struct LoginWords {
  /// Whether somebody may paste the address instead of being redirected.
  let canPaste: Bool
  /// Columns of the terminal.
  let width: Int

  func say(_ progress: Progress) {
    switch progress {
    case .discovering(let host): Report.note("asking \(host) where to log in")
    case .preset(let row, let source): Report.note("known provider: \(row) (\(source))")
    case .issuer(let issuer): Report.note("authorization server: \(issuer)")
    case .client(let id, let origin): Report.note("client id: \(id) (\(Self.describe(origin)))")
    case .waiting(let seconds):
      let time = DurationText.describe(seconds: Int64(seconds))
      Report.note("waiting for you, \(time) at most; Ctrl-C cancels")
    case .callback: Report.note("the browser came back")
    case .ignored(let reason): Report.note("that was not for this login, waiting on: \(reason)")
    case .exchanging: Report.note("getting the token")
    case .verified: break
    case .steppingUp(let scopes):
      Report.note("the server wants more scopes, asking again: \(scopes.joined(separator: " "))")
    case .warning(let text): Report.warning(text)
    }
  }

  /// The page is printed in any case: what opens by itself may be the wrong browser, or none.
  func say(page url: String, listens: Bool, refusal: BrowserOpener.Refusal?) {
    if let refusal {
      Report.note("\(refusal.text); open this page:")
    } else {
      Report.note("the browser is opened; should it not appear, open this page:")
    }
    Report.show([url])
    if canPaste {
      Report.note(
        listens
          ? "a browser on another machine ends at an address that does not load: paste it here"
          : "the browser ends at an address that may not load: paste it here")
    } else if !listens {
      Report.warning("the address that the browser ends at can only be pasted at a terminal")
    }
  }

  func say(_ prompt: NetMessage.DevicePrompt, refusal: BrowserOpener.Refusal?) {
    Report.note("on any device, open this page:")
    Report.show([prompt.verificationURL])
    Report.note("and type this code: \(prompt.userCode)")
    let dot: Character = Self.isUnicode ? "█" : "#"
    Report.show(
      LargeText.lines(prompt.userCode, width: width - 2, dot: dot)
        ?? [prompt.userCode.map(String.init).joined(separator: " ")])
    if let refusal {
      if let complete = prompt.completeURL {
        Report.note("or open this one, which has the code in it:")
        Report.show([complete])
      } else {
        Report.note(refusal.text)
      }
    } else {
      Report.note("the browser is opened; go on only if it shows the same code")
    }
  }

  func sayStillWaiting(seconds: Int64) {
    Report.note("still waiting, \(DurationText.describe(seconds: seconds)) left; Ctrl-C cancels")
  }

  static func describe(_ origin: ClientRegistration.Origin) -> String {
    switch origin {
    case .preRegistered: "as it was given"
    case .metadataDocument: "a client metadata document"
    case .dynamic: "registered by mcp-valet"
    }
  }

  private static var isUnicode: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap(Context.variable).first { !$0.isEmpty } ?? ""
    let name = locale.uppercased()
    return name.hasSuffix("UTF-8") || name.hasSuffix("UTF8")
  }
}
