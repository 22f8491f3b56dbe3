"""The commands, one file a group; they are found by listing this folder."""
