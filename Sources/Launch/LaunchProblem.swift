package import Secrets

/// One thing that keeps a launch from starting: where it is, and what is wrong with it.
///
/// All problems of a launch are told at once. None of them holds a secret's value, nor the value
/// of an inherited variable, which may be a secret that nobody has moved into a store yet.
package struct LaunchProblem: Equatable, Sendable {
  package enum Place: Equatable, Sendable {
    case variable(String)
    /// The word's position, 0 for the command itself.
    case argument(Int)
    /// `--keep NAME`
    case keep(String)
    case command
  }

  package enum Fault: Equatable, Sendable {
    case emptyCommand
    /// A reference where the name of the program is wanted.
    case referenceInCommand
    case emptyName
    case equalsInName
    case nulInName
    /// Named twice where only one can be meant.
    case duplicate
    /// Begins with `MCP_VALET_`, which is for us alone.
    case reservedName
    /// A reference in the variable that commands are searched along.
    case referenceInPath
    case reference(ReferenceError)
    /// A reference in a value that is not UTF-8.
    case notUTF8
    /// The secret would stand where other users of the machine can read it.
    case valueInArgument(SecretReference)
    /// A file of a value with `--exec`, which leaves nobody to remove it.
    case fileWithExec
    /// No store has it.
    case missing(SecretReference)
    /// A C string cannot hold it.
    case nul
    /// One string with more than ``EnvironmentBlock/maximumStringLength`` bytes.
    case tooLong(byteCount: Int)
  }

  package let place: Place
  package let fault: Fault

  package init(_ place: Place, _ fault: Fault) {
    self.place = place
    self.fault = fault
  }
}

extension LaunchProblem {
  /// One clause, in the form of ``Secrets/ReportableError/message``.
  package var message: String {
    switch place {
    case .variable(let name): "variable \(name): \(faultText)"
    case .argument(let position): "argument \(position): \(faultText)"
    case .keep(let name): "--keep \(name): \(faultText)"
    case .command: faultText
    }
  }

  private var faultText: String {
    switch fault {
    case .emptyCommand: "there is no command to start"
    case .referenceInCommand: "the command itself cannot come from a store"
    case .emptyName: "the name is empty"
    case .equalsInName: "the name holds '='"
    case .nulInName: "the name holds a NUL byte"
    case .duplicate: "it is given twice"
    case .reservedName: "names that begin with MCP_VALET_ are not passed to servers"
    case .referenceInPath: "the search path cannot come from a store"
    // The rest of the text may be anything, so it is not shown.
    case .reference(.unterminated): "a reference has no closing '}}'"
    case .reference(let error): error.message
    case .notUTF8: "it holds a reference and is not UTF-8"
    case .valueInArgument(let reference):
      "\(reference) would be readable by other users in the list of processes"
    case .fileWithExec: "a value handed over as a file cannot be removed after --exec"
    case .missing(let reference): StoreError.missing(reference).message
    case .nul: "it would hold a NUL byte"
    case .tooLong(let byteCount):
      "it would have \(byteCount) bytes, the kernel's limit is \(EnvironmentBlock.maximumStringLength)"
    }
  }

  /// What to type next.
  package var hint: String? {
    switch fault {
    case .emptyCommand: "mcp-valet run -- COMMAND [ARGUMENT…]"
    case .referenceInCommand, .notUTF8: nil
    case .emptyName, .equalsInName, .nulInName: "write VAR=VALUE"
    case .duplicate: "leave one of the two"
    case .reservedName: "use another name"
    case .referenceInPath: "write the folders"
    case .reference(let error): error.hint
    case .valueInArgument(let reference):
      "hand it over as {{file:\(reference)}} or in a variable, or allow this with --in-argv"
    case .fileWithExec: "leave out --exec"
    case .missing(let reference): StoreError.missing(reference).hint
    case .nul, .tooLong:
      switch place {
      case .variable(let name): "hand it over as a file: --file \(name)=REFERENCE"
      case .argument, .keep, .command: "hand it over as a file: {{file:REFERENCE}}"
      }
    }
  }

  package var exitCode: ExitCode {
    switch fault {
    case .emptyCommand, .emptyName, .equalsInName, .nulInName, .duplicate, .fileWithExec: .usage
    case .referenceInCommand, .reservedName, .referenceInPath, .reference, .notUTF8,
      .valueInArgument, .missing, .nul, .tooLong:
      .configuration
    }
  }
}
