import Testing

@testable import Keyring

struct BusAddressTests {
  private func parse(_ text: String) throws -> [BusAddress] {
    try BusAddress.candidates { $0 == "DBUS_SESSION_BUS_ADDRESS" ? text : nil }
  }

  @Test func readsPathsAndAbstractNames() throws {
    #expect(try parse("unix:path=/run/user/1000/bus") == [.path("/run/user/1000/bus")])
    #expect(try parse("unix:path=/tmp/a%20b%2c%3B,guid=00ff") == [.path("/tmp/a b,;")])
    #expect(try parse("unix:abstract=/tmp/dbus-X,guid=0") == [.abstract("/tmp/dbus-X")])
    #expect(try parse("unix:guid=0,path=/a;unix:abstract=b;") == [.path("/a"), .abstract("b")])
  }

  @Test(arguments: [
    "unix:", "unix:path=", "unix:path=relative", "unix:dir=/tmp", "unix:tmpdir=/tmp",
    "unix:path=/a,path=/b", "unix:path=/a,abstract=b", "unix:path=/a%0", "unix:path=/a%zz",
    "unix:path=/a%+1", "unix:path=/a%00b", "unix:path=/a%ff", "unix:path", "unix:guid=1", ";",
    "unix:path=/a,other=1", "unix:runtime=no",
  ])
  func refusesWhatIsMalformed(_ text: String) {
    #expect(throws: BusAddress.Problem.malformed) { try parse(text) }
  }

  @Test(arguments: [
    "tcp:host=a", "unixexec:path=/bin/sh", "autolaunch:", "launchd:env=A", "nonce-tcp:a=b", "x",
    "unix:path=/a;tcp:host=b", " unix:path=/a", "unix;path=/a",
  ])
  func refusesEveryOtherTransport(_ text: String) {
    #expect(throws: BusAddress.Problem.notUnix) { try parse(text) }
  }

  /// What GLib is given has to mean what was checked, whatever the name.
  @Test func writesAddressesThatMeanTheSame() throws {
    for path in ["/run/user/0/bus", "/tmp/a b,c;d=e%f:tcp:\u{e9}\n", "/tmp/a;tcp:host=evil"] {
      for address in [BusAddress.path(path), .abstract(path)] {
        #expect(try parse(address.text) == [address])
        #expect(!address.text.utf8.contains(UInt8(ascii: ";")))
        #expect(!address.text.utf8.contains(UInt8(ascii: ",")))
      }
    }
  }
}

struct KeyringItemTests {
  @Test(arguments: ["", "plain", "100%", "%41", "a\nb\tc\u{1}\u{7f}", "ü €", "\u{0}nul", "%", "%4"])
  func notesComeBack(_ note: String) {
    let escaped = KeyringItem.escaped(note)
    #expect(escaped.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    #expect(KeyringItem.unescaped(escaped) == note)
  }

  @Test(arguments: ["50% off", "%zz", "%4"])
  func notesOfOtherProgramsStay(_ note: String) {
    #expect(KeyringItem.unescaped(note) == note)
  }
}
