"""What can be asked of the service by HTTP, described as OpenAPI at `/openapi.json`."""
