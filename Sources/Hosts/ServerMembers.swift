/// What a host calls the members of a server. Several names where it takes several; the first one
/// is written.
package struct ServerMembers: Hashable, Sendable {
  /// The way to it from the server, a member in each member: Zed once had `command.path`.
  package var command = ["command"]
  /// The way to them. Not taken where ``commandIsArray``.
  package var arguments = ["args"]
  /// Whether ``command`` is an array that holds the arguments too.
  package var commandIsArray = false
  /// The way to the table of variables.
  package var environment = ["env"]
  /// The ways to the tables of headers.
  package var headers = [["headers"]]
  /// Members of a remote server that hold its address.
  package var urls = ["url"]
  /// The member that turns a server off when true.
  package var disabled: String? = "disabled"
  /// The member that turns a server off when false.
  package var enabled: String? = "enabled"

  /// What most hosts took over from Claude Desktop.
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
  /// From a table to the next on the way to the servers.
  package enum Step: Hashable, Sendable {
    /// The member of that name.
    case member(String)
    /// Every member, whatever its name, which is a project's folder.
    case anyProject
  }

  /// How the servers stand where ``steps`` lead.
  package enum Layout: Hashable, Sendable {
    /// Servers are members of a table, by name.
    case byName
    /// Servers are elements of an array, each with a `name`.
    case list
  }

  /// From the file's root to what holds the servers.
  package let steps: [Step]
  /// How they stand there.
  package var layout = Layout.byName
  /// What their members are called there.
  package var members = ServerMembers.usual
  /// Members of the table that are no servers.
  package var except: [String] = []

  /// A section at a way of fixed names, such as `mcpServers`.
  package init(
    _ names: String..., layout: Layout = .byName, members: ServerMembers = .usual,
    except: [String] = []
  ) {
    self.init(
      steps: names.map { .member($0) }, layout: layout, members: members, except: except)
  }

  /// The same at a way that may lead through projects.
  package init(
    steps: [Step], layout: Layout = .byName, members: ServerMembers = .usual, except: [String] = []
  ) {
    self.steps = steps
    self.layout = layout
    self.members = members
    self.except = except
  }
}
