"""The command line, `rolepath`: `commands/` ask, `render/` shows; `command_table.py` lists the commands."""
