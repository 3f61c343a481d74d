import Secrets
import Testing

@testable import Connections

@Suite struct ExchangeTests {
  /// All frames in `bytes`, given in pieces of that size.
  private func frames(_ bytes: [UInt8], pieces: Int) throws -> [ExchangeFrame] {
    var assembler = try FrameAssembler()
    var rest = bytes[...]
    var frames: [ExchangeFrame] = []
    while true {
      while let frame = assembler.next() { frames.append(frame) }
      guard !rest.isEmpty else { break }
      let taken = try assembler.withSpace { space in
        let count = min(pieces, space.count, rest.count)
        space.copyBytes(from: rest.prefix(count))
        return count
      }
      rest = rest.dropFirst(taken)
    }
    let isCutOff = assembler.isInsideFrame
    #expect(!isCutOff)
    return frames
  }

  private func bytes(_ message: NetMessage) throws -> [UInt8] {
    try message.encoded().withUnsafeBytes { Array($0) }
  }

  private func back(_ message: NetMessage) throws -> NetMessage {
    let frames = try frames(try bytes(message), pieces: 7)
    #expect(frames.count == 1)
    return try NetMessage(try #require(frames.first))
  }

  @Test(arguments: [1, 3, 4096]) func aRequestComesBackHoweverItIsCut(pieces: Int) throws {
    var settings = LoginSettings()
    settings.issuer = "https://as.example.com"
    settings.provider = "github"
    settings.resource = "https://r"
    settings.scopes = ["a", "b"]
    settings.clientID = "id"
    settings.clientSecret = try secret("client-secret")
    settings.clientMetadataURL = "https://example.com/c.json"
    settings.redirectURI = "http://localhost:3118/callback"
    settings.redirectPort = 3118
    settings.parameters = [.init(name: "prompt", value: "consent")]
    settings.grant = .clientCredentials
    settings.options = [.noPreset]
    settings.timeout = 42
    settings.presets = try secret("{}")
    settings.proxy = "http://proxy:3128"
    settings.trustedCertificates = "/etc/ssl/own.pem"
    let request = NetRequest.begin(.init(.login, try .full(), settings: settings))
    let pasted = NetRequest.pasted(try secret("http://127.0.0.1/callback?code=1"))
    let sent = try [request, pasted].flatMap { request in
      try request.encoded().withUnsafeBytes { Array($0) }
    }
    let frames = try frames(sent, pieces: pieces)
    #expect(frames.count == 2)
    guard case .begin(let begin) = try NetRequest(frames[0]) else { throw Unexpected() }
    #expect(begin.operation == .login)
    #expect(try begin.record.bytes() == ConnectionRecord.full().bytes())
    #expect(begin.settings.issuer == settings.issuer)
    #expect(begin.settings.provider == settings.provider)
    #expect(begin.settings.resource == settings.resource)
    #expect(begin.settings.scopes == settings.scopes)
    #expect(begin.settings.clientID == settings.clientID)
    #expect(begin.settings.clientSecret?.text == "client-secret")
    #expect(begin.settings.clientMetadataURL == settings.clientMetadataURL)
    #expect(begin.settings.redirectURI == settings.redirectURI)
    #expect(begin.settings.redirectPort == 3118)
    #expect(begin.settings.parameters == settings.parameters)
    #expect(begin.settings.grant == .clientCredentials)
    #expect(begin.settings.options == .noPreset)
    #expect(begin.settings.timeout == 42)
    #expect(begin.settings.presets?.text == "{}")
    #expect(begin.settings.proxy == settings.proxy)
    #expect(begin.settings.trustedCertificates == settings.trustedCertificates)
    guard case .pasted(let text) = try NetRequest(frames[1]) else { throw Unexpected() }
    #expect(text.text == "http://127.0.0.1/callback?code=1")
  }

  @Test(arguments: [
    Progress.discovering(host: "a"), .preset(row: "slack", source: "https://x"),
    .issuer("https://a"),
    .client(id: "x", origin: .metadataDocument), .waiting(seconds: 300), .callback,
    .ignored(reason: "wrong state"), .exchanging, .verified(scopes: ["a", "b"]),
    .verified(scopes: []), .steppingUp(scopes: ["c"]), .warning("w"),
  ]) func progressComesBack(progress: Progress) throws {
    guard case .progress(let received) = try back(.progress(progress)) else { throw Unexpected() }
    #expect(received == progress)
  }

  @Test func messagesComeBack() throws {
    guard
      case .authorize(let url, let redirect, let listens) = try back(
        .authorize(url: "https://as/x?a=b&c=d", redirect: "http://127.0.0.1:1/cb", listens: true))
    else { throw Unexpected() }
    #expect(url == "https://as/x?a=b&c=d" && redirect == "http://127.0.0.1:1/cb" && listens)
    let prompt = NetMessage.DevicePrompt(
      userCode: "ABCD-EFGH", verificationURL: "https://as/device",
      completeURL: "https://as/device?c=ABCD-EFGH", expiresIn: 600)
    guard case .device(prompt) = try back(.device(prompt)) else { throw Unexpected() }
    guard case .result(let record) = try back(.result(try .full())) else { throw Unexpected() }
    #expect(try record.bytes() == ConnectionRecord.full().bytes())
    let revocations = [
      NetMessage.Revocation(.refresh, .revoked), .init(.access, .refused, detail: "no"),
    ]
    guard case .revoked(revocations) = try back(.revoked(revocations)) else { throw Unexpected() }
    let failure = NetFailure(
      code: "invalid_grant", message: "m", hint: "h", exitCode: .denied, effect: .dropsTokens)
    guard case .failure(failure) = try back(.failure(failure)) else { throw Unexpected() }
  }

  @Test func textsOfServersCannotMoveTheCursor() throws {
    let failure = NetFailure(
      code: "x\u{1B}[2J", message: "a\nmcp-valet: done\u{202E}", exitCode: .denied)
    for text in [failure.code, failure.message] {
      #expect(!text.unicodeScalars.contains(where: isUnprintable))
    }
    guard case .progress(.warning(let text)) = try back(.progress(.warning("a\r\u{9B}b"))) else {
      throw Unexpected()
    }
    #expect(!text.unicodeScalars.contains(where: isUnprintable))
  }

  @Test func refusesAFrameOverTheLimitBeforeTakingMemory() throws {
    var assembler = try FrameAssembler()
    #expect(throws: ConnectionError.self) {
      _ = try assembler.withSpace {
        $0.copyBytes(from: [0xFF, 0xFF, 0xFF, 0x7F, 1])
        return 5
      }
    }
  }

  @Test func knowsThatAFrameIsCutOff() throws {
    var assembler = try FrameAssembler()
    _ = try assembler.withSpace {
      $0.copyBytes(from: [4, 0])
      return 2
    }
    let isCutOff = assembler.isInsideFrame
    #expect(isCutOff)
  }

  @Test func unknownKindsAreRefused() throws {
    let payload = try SharedSecret(copying: UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(throws: ConnectionError.self) {
      try NetMessage(ExchangeFrame(kind: 99, payload: payload))
    }
    #expect(throws: ConnectionError.self) {
      try NetRequest(ExchangeFrame(kind: 99, payload: payload))
    }
  }

  @Test(
    "A29 a page to open is https, or http on loopback",
    arguments: [
      "https://as.example.com/authorize?x=y", "http://127.0.0.1:8080/a", "http://localhost/a",
      "http://[::1]:1/a", "http://127.0.0.1?x",
    ]) func opens(url: String)
  {
    #expect(NetMessage.isOpenable(url))
  }

  @Test(
    "A29 anything else is not opened",
    arguments: [
      "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "-https://a", "HTTPS://a",
      "http://example.com/", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/",
      "http://127.0.0.1:1@example.com/", "http://localhost:/", "https://", "https://a/$(id)",
      "https://a/`id`", "https://a/ b", "https://a/\nb", "https://a/\"b", "https://a/'b",
      "https://a/;id", "https://a/|id", "https://ä/", "", "https:/a",
    ]) func doesNotOpen(url: String) throws
  {
    #expect(!NetMessage.isOpenable(url))
    guard !url.isEmpty, !url.contains("\n") else { return }
    #expect(throws: ConnectionError.self) {
      try back(.authorize(url: url, redirect: "http://127.0.0.1:1/cb", listens: true))
    }
  }
}

/// A message of another kind came back.
struct Unexpected: Error {}
