"""Pages for people who do not program: made by the server, complete without JavaScript and without a network."""
