/// What a host calls the members of a server. Several names where it takes several; the first one
/// is written.
package struct ServerMembers: Hashable, Sendable {
  // Ways from the server: Zed once had `command.path`.
  package var command = ["command"]
  package var arguments = ["args"]
  /// Whether ``command`` is an array that holds the arguments too.
  package var commandIsArray = false
  package var environment = ["env"]
  /// The ways to them from the server.
  package var headers = [["headers"]]
  package var urls = ["url"]
  /// The member that turns a server off when true.
  package var disabled: String? = "disabled"
  /// The member that turns a server off when false.
  package var enabled: String? = "enabled"

  package static let usual = ServerMembers()

  /// The same for a server whose command is a table of its own.
  var nested: ServerMembers {
    var members = self
    members.command = command + ["path"]
    members.arguments = command + arguments
    members.environment = command + environment
    return members
  }
}

/// Where in a file a host's servers lie.
package struct ServerSection: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    case member(String)
    /// Every member, whatever its name, which is a project's folder.
    case anyProject
  }

  package enum Layout: Hashable, Sendable {
    /// Servers are members of a table, by name.
    case byName
    /// Servers are elements of an array, each with a `name`.
    case list
  }

  package let steps: [Step]
  package var layout = Layout.byName
  package var members = ServerMembers.usual
  /// Members of the table that are no servers.
  package var except: [String] = []

  package init(
    _ names: String..., layout: Layout = .byName, members: ServerMembers = .usual,
    except: [String] = []
  ) {
    self.init(
      steps: names.map { .member($0) }, layout: layout, members: members, except: except)
  }

  package init(
    steps: [Step], layout: Layout = .byName, members: ServerMembers = .usual, except: [String] = []
  ) {
    self.steps = steps
    self.layout = layout
    self.members = members
    self.except = except
  }
}
