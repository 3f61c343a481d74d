import Platform
import Testing
import ValetTesting

struct DeclarationTests {
  /// Our own declarations of libsecret and GLib, held against the headers that are installed.
  @Test func agreeWithTheHeadersOfLibsecret() throws {
    let script = """
      cd "$(dirname "$PEERS")/.."
      clang -std=gnu11 -fsyntax-only -Wall -Werror $(pkg-config --cflags libsecret-1) \
        -ISources/CLibsecret/include Tests/Peers/libsecret_declarations.c
      echo exit $?
      sed 's/X(unsigned, g_source_attach/X(void, g_source_attach/' \
        Sources/CLibsecret/include/CLibsecret.h > $PEER_FOLDER/CLibsecret.h
      clang -std=gnu11 -fsyntax-only $(pkg-config --cflags libsecret-1) -I$PEER_FOLDER \
        Tests/Peers/libsecret_declarations.c 2>&1 | grep -c 'static assertion failed'
      """
    try expect(Peer.runAlone(script), ["exit 0", "1"])
  }
}
