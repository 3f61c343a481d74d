package import Connections

/// What a flow needs of the world.
package protocol Surroundings: Sendable {
  var transport: any HTTPTransport { get }
  /// Unix seconds.
  func now() -> Int64
  /// - Throws: when the operation was cancelled.
  func sleep(seconds: Int) async throws(OAuthError)
  /// Tells the other program; never waits for an answer.
  func report(_ message: NetMessage)
  /// Binds the port of a redirect before anything is built that names it (A32).
  ///
  /// - Parameter plan: without a listener for redirects that somebody else receives.
  /// - Throws: ``OAuthError/portTaken(port:)``.
  func receiver(_ plan: RedirectPlan) async throws(OAuthError) -> any RedirectReceiver
  /// The preset row that applies to an issuer, or the one that was named.
  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider?
}

/// Takes what comes back from the browser, or from a person who pastes it.
package protocol RedirectReceiver: Sendable {
  /// The port that is bound; 0 without one.
  var port: UInt16 { get }
  /// The next arrival; `nil` when the time is up.
  ///
  /// - Parameter seconds: how long to wait.
  func next(seconds: Int) async -> (any RedirectArrival)?
  /// Stops listening; a browser that comes later is told so as long as the process runs.
  func close() async
}

/// Something that came back and whose sender waits for a page.
package protocol RedirectArrival: Sendable {
  /// - Throws: for a text that is none.
  func parameters() throws(OAuthError) -> CallbackParameters
  func answer(_ page: ReceiverPage) async
}

/// What a browser is shown.
package enum ReceiverPage: Sendable, Equatable {
  /// - Parameters:
  ///   - connection: its name.
  ///   - server: the host that was logged in to.
  ///   - scopes: what was granted; may be empty.
  case success(connection: String, server: String, scopes: [String])
  case failure(message: String, hint: String?)
  /// All went well, and the server wants more: another page opens.
  case more(scopes: [String])
  /// Not for this login; what waits goes on waiting.
  case ignored(String)
}
