package import Grants
package import Launch
package import Secrets

/// The grant that a launch with certain words would need, if it were started from here.
package struct GrantProposal {
  package let grant: Grant
  /// What the launch names.
  package let references: [SecretReference]

  /// - Parameters:
  ///   - folder: `here`, `empty`, `any` or a path; `nil` for the usual one.
  ///   - pinsContent: binds the content of the file that is run.
  ///   - substitutions: whose secrets stand for those that the launch names.
  ///   - inherited: what its host gives it.
  /// - Throws: ``LaunchFailure`` with all that is wrong with the words and the command;
  ///   ``CommandError`` where nothing needs a grant.
  package init(
    _ arguments: RunArguments, folder: String? = nil, pinsContent: Bool = false,
    substitutions: [Grant.Substitution] = [], inherited: InheritedEnvironment = .current
  ) throws {
    let launch = try IntendedLaunch(arguments, inherited: inherited)
    guard let (plan, command) = launch.found() else {
      var problems = LaunchFailure(launch.draft.problems).problems
      if let error = launch.draft.commandFault { problems.append(error) }
      throw LaunchFailure(problems)
    }
    guard plan.holdsSecrets else {
      throw CommandError.configuration(
        "nothing to allow: this launch names no secret",
        hint: "mcp-valet allow SERVER VAR=SECRET -- COMMAND…")
    }
    try launch.checkTrust(plan, command)
    let wanted = try folder.map(Self.folder) ?? launch.usualFolder(plan)
    guard let wanted else { throw Self.noFolder }
    var grant = Grant(
      launch.terms(plan, command), folder: wanted, substitutions: substitutions,
      created: Context.now)
    if pinsContent { try Self.pinContent(of: &grant) }
    self.grant = grant
    references = plan.references
  }

  private static let noFolder = CommandError.refused(
    "the working folder cannot be named, and a grant would bind it",
    hint: "go to a folder that exists, or --folder any")

  /// What `--folder` says.
  package static func folder(_ text: String) throws(CommandError) -> Grant.Folder {
    switch text {
    case "empty": return .empty
    case "any": return .any
    case "here":
      guard let path = WorkingFolder.path() else { throw noFolder }
      return .at(path)
    default:
      // As the kernel names the working folder of a launch: without links.
      guard let path = WorkingFolder.resolved(text) else {
        throw .configuration("no folder '\(printable(text))'", hint: nil)
      }
      return .at(path)
    }
  }

  /// Binds the content of the script that an interpreter is given by its whole path, else of the
  /// program itself.
  package static func pinContent(of grant: inout Grant) throws(CommandError) {
    guard case .file(let program) = grant.terms.program else {
      throw .usage(
        "what a package runner runs is no file of yours, so its content cannot be pinned",
        hint: "name a version of the package")
    }
    let script = grant.terms.arguments.first { $0.first != UInt8(ascii: "-") }
    var path = program
    if let script, script.first == UInt8(ascii: "/"), EntryFile.digest(of: script) != nil {
      path = script
    } else if let script, case .at(let folder) = grant.folder {
      let whole = folder + [UInt8(ascii: "/")] + script
      if EntryFile.digest(of: whole) != nil { path = whole }
    }
    guard let digest = EntryFile.digest(of: path) else {
      throw .configuration("\(escaped(path)) cannot be read", hint: nil)
    }
    grant.pin = .init(path: path, digest: digest)
  }
}
