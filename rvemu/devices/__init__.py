"""The devices of the machine, one file each."""
