internal import Connections

/// The device authorization grant (RFC 8628).
enum DeviceGrant {
  static let grantType = "urn:ietf:params:oauth:grant-type:device_code"
  /// Seconds between two questions when the server does not say (section 3.2).
  static let interval = 5
  /// Seconds added when the server says `slow_down` (section 3.5).
  static let slowDown = 5
  /// 60 s: up to there a server that does not answer is asked half as often each time. What a server
  /// says itself has no limit but the end of the login.
  static let longestPause = 60

  /// What the device authorization endpoint answers.
  struct Answer {
    var deviceCode: SharedSecret
    var prompt: NetMessage.DevicePrompt
    var interval: Int

    init(_ document: JSONObject, from source: String, policy: ReachPolicy) throws(OAuthError) {
      guard let deviceCode = try document.secret("device_code"),
        let userCode = try document.text("user_code"),
        let verification = try Self.verification(document),
        let expires = try document.seconds("expires_in")
      else { throw .badAnswer(from: source, reason: "it has no code to type") }
      guard !userCode.isEmpty, userCode.utf8.count <= 64,
        userCode.utf8.allSatisfy({ 0x20...0x7E ~= $0 })
      else { throw .badAnswer(from: source, reason: "its code cannot be typed") }
      self.deviceCode = deviceCode
      let complete = try document.text("verification_uri_complete")
      prompt = NetMessage.DevicePrompt(
        userCode: userCode, verificationURL: try Self.page(verification, policy),
        completeURL: try complete.map { (text) throws(OAuthError) in try Self.page(text, policy) },
        expiresIn: UInt32(clamping: expires))
      interval = Int(try document.seconds("interval") ?? Int64(DeviceGrant.interval))
    }

    /// `verification_url` is how a draft of the RFC had it, and Google has it.
    private static func verification(_ document: JSONObject) throws(OAuthError) -> String? {
      if let text = try document.text("verification_uri") { return text }
      return try document.text("verification_url")
    }

    /// A page that the person opens.
    private static func page(_ text: String, _ policy: ReachPolicy) throws(OAuthError) -> String {
      let url = try OAuthURL(text)
      try policy.check(url, role: "verification page")
      guard NetMessage.isOpenable(url.text) else {
        throw .refusedURL(role: "verification page", url: text, reason: "it cannot be opened")
      }
      return url.text
    }
  }
}

extension Operation {
  /// Shows a code and asks until it was approved.
  ///
  /// - Returns: the tokens, and when they were asked for.
  func device(
    _ record: ConnectionRecord, _ target: LoginTarget, client: ClientRegistration, deadline: Int64
  ) async throws(OAuthError) -> (TokenAnswer, Int64) {
    guard let url = target.endpoints.device else {
      throw .endpointMissing("device authorization endpoint", issuer: record.issuer)
    }
    var fields: [FormField] = []
    if !record.requestedScopes.isEmpty {
      fields.append(
        FormField(
          "scope",
          record.requestedScopes.joined(separator: target.provider?.rules.scopeSeparator ?? " ")))
    }
    fields += FormField.resource(target.resource, target.provider?.rules)
    let accept = target.provider?.rules.accept ?? "application/json"
    let start = TokenEndpoint(
      fetcher: fetcher, url: url, client: client, accept: accept,
      role: "device authorization endpoint")
    let answer = try await start.send(fields)
    if let failure = try start.failure(in: answer, to: fields) { throw .token(failure) }
    let device = try DeviceGrant.Answer(
      JSONObject(answer.body, of: url.origin), from: url.origin, policy: fetcher.policy)
    surroundings.report(.device(device.prompt))
    let expiry = min(deadline, surroundings.now() + Int64(device.prompt.expiresIn))
    progress(.waiting(seconds: UInt32(clamping: expiry - surroundings.now())))
    let endpoint = TokenEndpoint(
      fetcher: fetcher, url: target.endpoints.token, client: client, accept: accept)
    return try await poll(endpoint, device, target, until: expiry, deadline: deadline)
  }

  private func poll(
    _ endpoint: TokenEndpoint, _ device: DeviceGrant.Answer, _ target: LoginTarget,
    until expiry: Int64, deadline: Int64
  ) async throws(OAuthError) -> (TokenAnswer, Int64) {
    let fields =
      [
        FormField("grant_type", DeviceGrant.grantType),
        FormField("device_code", device.deviceCode),
      ] + FormField.resource(target.resource, target.provider?.rules)
    var interval = max(device.interval, 1)
    // Who asks earlier than the server said is refused (section 3.5); later there is nothing to get.
    while surroundings.now() + Int64(interval) <= expiry {
      try await surroundings.sleep(seconds: interval)
      let time = surroundings.now()
      do throws(OAuthError) {
        let answer = try await endpoint.send(fields)
        guard let failure = try endpoint.failure(in: answer, to: fields) else {
          return (
            try TokenAnswer(
              answer, from: endpoint.url.origin, rules: target.provider?.rules,
              path: target.provider?.tokenPath), time
          )
        }
        switch failure.code {
        case "authorization_pending": break
        case "slow_down":
          interval += DeviceGrant.slowDown
        case "access_denied", "expired_token": throw .deviceRefused(code: failure.code)
        default: throw .token(failure)
        }
      } catch {
        // A time-out slows down (section 3.5); what else is transient is asked again as well.
        switch error {
        case .timedOut, .unreachable, .connectionLost, .serverFailed:
          interval = max(interval, min(2 * interval, DeviceGrant.longestPause))
        default: throw error
        }
      }
    }
    if expiry == deadline { throw .loginTimedOut(seconds: Int(settings.timeout), forgottenBy: nil) }
    throw .deviceRefused(code: "expired_token")
  }
}
