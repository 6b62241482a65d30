"""OpenID Connect: access tokens of a provider, and the keys that sign them."""
