"""A server of GDB's remote serial protocol: packets, what is told of the harts, what each packet does, the socket."""
