"""What any HTTP service has: security headers, CORS, caching, compression, content negotiation, problems."""
