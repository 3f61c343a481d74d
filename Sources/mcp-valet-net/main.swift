internal import NetProgram

await NetProgram.main()
