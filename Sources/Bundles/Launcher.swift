/// The script that starts a wrapped server; see Bundles.docc for why it is one.
package enum Launcher {
  /// The folder of everything that wrapping adds.
  package static let folder = "mcp-valet"
  /// The script's place in the archive.
  package static let entryName = "\(folder)/launch"
  /// As it stands in a manifest, where a host fills in the folder.
  package static let argument = "${__dirname}/\(entryName)"
  /// Hosts are not relied upon to keep the script executable, so it is read by the shell that POSIX
  /// systems have.
  package static let command = "/bin/sh"
  /// How the script's own variables begin; a server's cannot.
  static let variablePrefix = "valet_"

  /// Where the embedded programs for a system lie.
  ///
  /// - Parameters:
  ///   - system: as `uname -s` has it.
  ///   - machine: as `uname -m` has it.
  package static func programFolder(system: String, machine: String) -> String {
    "\(folder)/\(system)-\(machine)"
  }

  /// The words behind the script: those of `run`.
  ///
  /// - Parameter variables: what the manifest gives the server, in any order.
  static func arguments(
    name: String, variables: [String], allowsInArguments: Bool, _ config: ServerConfig
  ) -> [String] {
    [argument] + (allowsInArguments ? ["--in-argv"] : [])
      + variables.flatMap { ["--keep", $0] } + [name, "--", config.command] + config.arguments
  }

  /// The script itself, for any POSIX shell. It takes the words that its own first lines describe
  /// and ends as mcp-valet, or without it as the server, by `exec`: no shell stays between host and
  /// server.
  package static let script = #"""
    #!/bin/sh
    # Written by `mcp-valet mcpb wrap`: starts this bundle's server through mcp-valet, which replaces
    # references to secrets (valet://NAME) by their values.
    #
    #   launch [--in-argv] [--keep VARIABLE]... NAME -- COMMAND [ARGUMENT]...
    #
    # mcp-valet is the copy for this system beside this script, if there is one that starts, else the
    # one on PATH, else one in a usual folder: graphical hosts have a bare PATH. Where there is none, the
    # server starts as its author meant it, unless it was to get a reference: that is no key, and must
    # not reach the server as if it were one.
    set -uf

    say() { printf 'mcp-valet launcher: %s\n' "$1" >&2; }

    is_reference() {
      case $1 in
        valet://* | keyring://* | oauth://*) return 0 ;;
        *'{{valet://'* | *'{{keyring://'* | *'{{oauth://'*) return 0 ;;
        *'{{file:valet://'* | *'{{file:keyring://'* | *'{{file:oauth://'*) return 0 ;;
      esac
      return 1
    }

    refuse() {
      say "error: mcp-valet is not installed here, and $1 is a reference that only it can replace"
      say "hint: install mcp-valet, or enter the value itself in the settings of this extension"
      exit 78
    }

    # The variables of the manifest, and how many words come before the command. Ours begin with valet_,
    # as none of a manifest's may: a shell that assigns to a variable it was given passes that on.
    valet_names=
    valet_count=0
    valet_is_name=0
    for valet_word in "$@"; do
      valet_count=$((valet_count + 1))
      if [ "$valet_is_name" = 1 ]; then
        valet_is_name=0
        # They become part of a command below.
        case $valet_word in
          '' | [0-9]* | *[!A-Za-z0-9_]*) ;;
          *) valet_names="$valet_names $valet_word" ;;
        esac
      elif [ "$valet_word" = --keep ]; then
        valet_is_name=1
      elif [ "$valet_word" = -- ]; then
        break
      fi
    done

    # What nobody entered is left as a placeholder by hosts. It is no value.
    valet_value=
    for valet_name in $valet_names; do
      eval "valet_value=\${$valet_name-}"
      # shellcheck disable=SC2016 # a placeholder, as it is written
      case $valet_value in
        *'${user_config.'*) unset "$valet_name" ;;
      esac
    done

    valet_program=
    valet_own=${0%/*}/$(uname -s)-$(uname -m)/mcp-valet
    if [ -x "$valet_own" ] && "$valet_own" --version </dev/null >/dev/null 2>&1; then
      valet_program=$valet_own
    fi

    valet_found=
    valet_places=${PATH-}:${HOME-}/.local/bin:/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin
    valet_rest=$valet_places:
    while [ -n "$valet_rest" ] && [ -z "$valet_found" ]; do
      valet_place=${valet_rest%%:*}
      valet_rest=${valet_rest#*:}
      # Not what lies in the working folder.
      case $valet_place in
        /*)
          if [ -f "$valet_place/mcp-valet" ] && [ -x "$valet_place/mcp-valet" ]; then
            valet_found=$valet_place/mcp-valet
          fi
          ;;
      esac
    done

    if [ -z "$valet_program" ]; then
      valet_program=$valet_found
    elif [ -z "$valet_found" ]; then
      say "note: mcp-valet is not installed; the copy of this bundle is $valet_own"
    fi
    if [ -n "$valet_program" ]; then exec "$valet_program" run "$@"; fi

    shift "$valet_count"
    if [ "$#" = 0 ]; then
      say "error: there is no command"
      exit 64
    fi
    for valet_name in $valet_names; do
      eval "valet_value=\${$valet_name-}"
      if is_reference "$valet_value"; then refuse "$valet_name"; fi
    done
    for valet_word in "$@"; do
      if is_reference "$valet_word"; then refuse "an argument of the server"; fi
    done
    say "note: mcp-valet is not installed here; the server starts without it"
    exec "$@"

    """#
}
