"""The console: pages for those who work in a restaurant."""
