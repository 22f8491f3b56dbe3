"""What debuggers need of a machine: expressions, symbols, backtraces, explanations, the GDB server."""
