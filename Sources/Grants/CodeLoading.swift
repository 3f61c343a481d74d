/// Variables with which a loader or an interpreter loads code of somebody's choice into a server,
/// or sends its packages' downloads elsewhere.
///
/// They are never part of the baseline, so a server with secrets gets them only by a grant that
/// names them with their value. This list makes a person look twice; what it lacks is not allowed
/// for that.
package enum CodeLoading {
  package static func isPossible(through name: [UInt8]) -> Bool {
    prefixes.contains { name.starts(with: $0.utf8) }
      || names.contains { name.elementsEqual($0.utf8) }
  }

  private static let prefixes = [
    "LD_", "DYLD_", "npm_config_", "NPM_CONFIG_", "UV_", "PIP_", "PIPX_", "BUN_CONFIG_", "DENO_",
    "DOCKER_", "GCONV_", "GIT_CONFIG", "BASH_FUNC_",
  ]
  private static let names = [
    "NODE_OPTIONS", "NODE_PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE",
    "PYTHONWARNINGS", "PYTHONBREAKPOINT", "BASH_ENV", "ENV", "PERL5LIB", "PERL5OPT", "RUBYLIB",
    "RUBYOPT", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH",
    "GLIBC_TUNABLES", "MALLOC_TRACE", "IFS", "PS4", "PROMPT_COMMAND", "GIT_SSH_COMMAND",
    "GIT_EXEC_PATH", "LUA_INIT", "PHPRC", "DOTNET_STARTUP_HOOKS", "OPENSSL_CONF", "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy",
    "all_proxy", "SSLKEYLOGFILE",
  ]
}
