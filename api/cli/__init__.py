"""The command line, `rolepath`: `commands/` ask, `render/` shows; `program.py` lists the commands."""
