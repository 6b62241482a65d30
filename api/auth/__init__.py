"""Authentication and authorisation: keys, sessions, OpenID tokens, rate limits."""
