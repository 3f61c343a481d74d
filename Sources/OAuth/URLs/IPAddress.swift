internal import Platform

/// An IP address and what kind of place it is.
package enum IPAddress: Hashable, Sendable {
  /// The first of its four numbers in the highest byte.
  case v4(UInt32)
  /// The upper and the lower half.
  case v6(UInt64, UInt64)

  /// Who can be reached at an address (RFC 6890); as text, the way messages call it.
  package enum Kind: String, Sendable {
    case `public` = "public"
    case loopback = "on this machine"
    /// RFC 1918, RFC 4193, RFC 6598 and what is as local: reachable from here and not from the
    /// Internet, cloud metadata services among it.
    case `private` = "private"
    /// RFC 3927, RFC 4291: neighbours, and the metadata service of most clouds.
    case linkLocal = "link-local"
    /// Nothing that a server has.
    case special = "special"
  }

  /// Four decimal numbers, or IPv6 without brackets and zone.
  package init?(_ text: String) {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self = .v4(UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    self = withUnsafeBytes(of: six) { .v6(Self.half($0, 0), Self.half($0, 8)) }
  }

  private static func half(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// By the registries of IANA (RFC 6890). One of IPv6 that holds an IPv4 address is of that
  /// address's kind; a public one in 6to4 is special.
  package var kind: Kind {
    switch self {
    case .v4(let address): Self.kind(address)
    case .v6(let high, let low): Self.kind(high, low)
    }
  }

  /// The registry of IANA for special-purpose addresses (RFC 6890).
  private static func kind(_ address: UInt32) -> Kind {
    func lies(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ length: UInt32) -> Bool {
      (address ^ (a << 24 | b << 16 | c << 8)) >> (32 - length) == 0
    }
    if lies(127, 0, 0, 8) { return .loopback }
    if lies(169, 254, 0, 16) { return .linkLocal }
    if lies(10, 0, 0, 8) || lies(172, 16, 0, 12) || lies(192, 168, 0, 16) || lies(100, 64, 0, 10) {
      return .private
    }
    let isSpecial =
      lies(0, 0, 0, 8) || lies(192, 0, 0, 24) || lies(192, 0, 2, 24) || lies(192, 88, 99, 24)
      || lies(198, 18, 0, 15) || lies(198, 51, 100, 24) || lies(203, 0, 113, 24)
      || lies(224, 0, 0, 3)
    return isSpecial ? .special : .public
  }

  private static func kind(_ high: UInt64, _ low: UInt64) -> Kind {
    if high == 0 {
      if low == 1 { return .loopback }
      // ::ffff:0:0/96, IPv4-mapped, and ::/96, IPv4-compatible.
      if low >> 32 == 0xFFFF || (low >> 32 == 0 && low > 1) {
        return kind(UInt32(truncatingIfNeeded: low))
      }
      return .special
    }
    // 64:ff9b::/96, NAT64: the gateway connects to the address inside.
    if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 {
      return kind(UInt32(truncatingIfNeeded: low))
    }
    // 2002::/16, 6to4: likewise.
    if high >> 48 == 0x2002 {
      let inner = kind(UInt32(truncatingIfNeeded: high >> 16))
      return inner == .public ? .special : inner
    }
    switch high >> 48 {
    case 0xFE80...0xFEBF: return .linkLocal
    // fc00::/7 unique local, fec0::/10 the site-local of old.
    case 0xFC00...0xFDFF, 0xFEC0...0xFEFF: return .private
    // 2000::/3 is all that is given out, but for 2001::/23 and the documentation's 2001:db8::/32
    // and 3fff::/20.
    case 0x2000...0x3FFF:
      let isProtocol = high >> 41 == 0x2001_0000 >> 9
      return isProtocol || high >> 32 == 0x2001_0DB8 || high >> 44 == 0x3FFF0 ? .special : .public
    default: return .special
    }
  }
}

extension IPAddress: CustomStringConvertible {
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    switch self {
    case .v4(let address):
      var four = in_addr(s_addr: address.bigEndian)
      _ = inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
    case .v6(let high, let low):
      var halves = (high.bigEndian, low.bigEndian)
      _ = inet_ntop(AF_INET6, &halves, &text, socklen_t(text.count))
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
