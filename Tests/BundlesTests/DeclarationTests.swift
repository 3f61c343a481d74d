import Testing
import ValetTesting

struct DeclarationTests {
  /// Our own declarations of libzip, held against the header that is installed.
  @Test func agreeWithTheHeaderOfLibzip() throws {
    let folder = try TemporaryFolder()
    let root = Manifests.folder.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    let header = "\(root)/Sources/CLibzip/include/CLibzip.h"
    let own = String(decoding: try TemporaryFolder.read(header), as: UTF8.self)
    let changed = own.replacing("X(int, zip_fclose", with: "X(void, zip_fclose")
    try TemporaryFolder.write(Array(changed.utf8), to: "\(folder.path)/CLibzip.h")
    for (include, expected) in [("\(root)/Sources/CLibzip/include", 0), (folder.path, 1)] {
      let run = try ProgramRun.run(
        [
          "clang", "-std=gnu11", "-fsyntax-only", "-Wall", "-Werror", "-I\(include)",
          "\(root)/Tests/Peers/libzip_declarations.c",
        ], environment: ["PATH": "/usr/bin:/bin"])
      #expect(run.exitCode == Int32(expected), "\(run.errorText)")
      #expect(run.errorText.contains("static assertion failed") == (expected == 1))
    }
  }
}
