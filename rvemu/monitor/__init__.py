"""The monitor: the interactive console of a machine's debugger."""
