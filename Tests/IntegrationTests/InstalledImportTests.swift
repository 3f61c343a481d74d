internal import Platform
internal import Testing
internal import ValetTesting

/// What files call us where we are installed as documented: `mcp-valet` in a prefix's `bin`, and the
/// program of these commands in its `libexec/mcp-valet`.
@Suite struct InstalledImportTests {
  @Test func filesNameTheProgramOfThisInstallation() throws {
    let home = try ImportTests.home()
    let program = try home.installPrograms()
    let run = try home.shell("\(program) import --yes")
    #expect(run.exitCode == 0, "\(run.errorText)")
    let text = File.text("\(home.path)/\(ImportTests.claude)")
    #expect(text.contains("\"command\": \"\(program)\""), "\(text)")
    // It was started to see whether it answers.
    #expect(run.errorText.contains("github answers (initialize)"), "\(run.errorText)")
  }

  @Test func snippetsNameTheProgramOfThisInstallation() throws {
    let home = try ImportTests.home()
    let program = try home.installPrograms()
    let run = try home.shell("\(program) config cursor github")
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.text.contains("\"command\": \"\(program)\""), "\(run.text)")
  }

  /// One that is found elsewhere may be another installation.
  @Test func noOtherProgramTakesThePlaceOfOneThatIsMissing() throws {
    let home = try ImportTests.home()
    let program = try home.installPrograms()
    #expect(unlink(program) == 0)
    let run = try home.shell(".local/libexec/mcp-valet/mcp-valet-ctl import --yes")
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(run.errorText.contains("there is no mcp-valet here"), "\(run.errorText)")
  }
}
