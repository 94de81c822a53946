"""The commands, a module a group. Bodies import what they need, so that `--help` does not wait for it."""
