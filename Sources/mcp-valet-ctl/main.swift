internal import ValetCLI

ControlEntryPoint.main()
