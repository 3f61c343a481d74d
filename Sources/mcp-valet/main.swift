internal import ValetCLI
