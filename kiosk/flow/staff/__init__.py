"""Staff mode: ordinary situations of the same machine, in front of every fault."""
