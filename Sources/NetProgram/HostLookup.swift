internal import NIOCore
package import NIOPosix
package import OAuth
internal import Platform
internal import Synchronization

/// Looks names up.
package struct HostLookup: Sendable {
  /// Addresses in the order in which they should be tried, or why there are none.
  package typealias Answer = Result<[IPAddress], OAuthError>

  private let threads: NIOThreadPool
  private let resolve: @Sendable (String) -> Answer

  /// - Parameter resolve: what asks the system; it may block.
  package init(
    _ threads: NIOThreadPool, resolve: @escaping @Sendable (String) -> Answer = Self.system
  ) {
    self.threads = threads
    self.resolve = resolve
  }

  /// Addresses that are tried one after another; one with more is no less reachable.
  private static let maximumCount = 16

  /// All addresses of a host, in the order in which they should be tried.
  ///
  /// - Throws: ``OAuthError/unreachable(host:reason:)``.
  func addresses(of url: OAuthURL) async throws(OAuthError) -> [IPAddress] {
    if let address = IPAddress(url.host) { return [address] }
    // No name server has a say in what this name means (RFC 6761 section 6.3).
    if url.host == "localhost" {
      return [IPAddress("127.0.0.1"), IPAddress("::1")].compactMap(\.self)
    }
    let host = url.host
    let found: Answer
    do {
      found = try await threads.runIfActive { resolve(host) }
    } catch {
      throw .unreachable(host: host, reason: "the look-up of its name was cancelled")
    }
    return try found.get()
  }

  /// The system's resolver.
  package static func system(_ host: String) -> Answer {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else {
      return .failure(.unreachable(host: host, reason: String(cString: gai_strerror(code))))
    }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next {
      if let address = address(entry.pointee), !addresses.contains(address) {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    guard !addresses.isEmpty else {
      return .failure(.unreachable(host: host, reason: "it has no address"))
    }
    return .success(Array(addresses.prefix(maximumCount)))
  }

  private static func address(_ entry: addrinfo) -> IPAddress? {
    var text = [CChar](repeating: 0, count: 64)
    guard
      getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    // A zone, as in fe80::1%eth0, is no part of the address.
    return IPAddress(
      String(
        decoding: text.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map {
          UInt8(bitPattern: $0)
        }, as: UTF8.self))
  }
}
