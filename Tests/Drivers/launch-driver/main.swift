// Stands for `mcp-valet run` in tests of this module: a broker whose store is a folder with one
// file for each secret (`/` in names is `+`).

Driver().main()
