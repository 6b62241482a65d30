"""How the outside reaches all this: the command line, the REST service, later the pages."""
